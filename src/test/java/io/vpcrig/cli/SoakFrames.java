package io.vpcrig.cli;

import io.vpcrig.TestData;
import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.DamagedInputException;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.LinkType;
import io.vpcrig.io.CaptureReader;
import io.vpcrig.io.Captures;
import io.vpcrig.io.live.AfPacketPort;
import io.vpcrig.io.live.LivePort;
import io.vpcrig.testing.FrameBuilder;
import io.vpcrig.testing.Netns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Frames that are not as they should be, on a host's wire to the router's MAC: those of the corpus
 * of malformed captures, where that is there, and right ones with bytes changed, cut or added.
 */
final class SoakFrames implements AutoCloseable {
  private static final int LONGEST = 1_500;
  private static final int ROOM = 2_048;

  private final List<byte[]> corpus = corpus();
  private final List<byte[]> right = new ArrayList<>();
  private final SplittableRandom random;
  private final LivePort port;
  private final byte[] routerMac;
  private final Bytes room = Bytes.allocate(ROOM);
  private long sent;

  /**
   * @param gateway the router's address on that wire
   */
  SoakFrames(LiveLab lab, String host, String address, String gateway, long seed)
      throws IOException {
    random = new SplittableRandom(seed);
    port = Netns.inside(lab.namespace(host), () -> AfPacketPort.open("end"));
    byte[] mac = {2, 0, 0, 0, 0, 0};
    String[] parts = gateway.split("\\.");
    for (int k = 0; k < 4; k++) {
      mac[2 + k] = (byte) Integer.parseInt(parts[k]);
    }
    routerMac = mac;
    // An address that no host has, so that no host suffers for what is said in its name.
    String from = address.substring(0, address.lastIndexOf('.')) + ".77";
    for (String to : List.of("10.10.1.10", "203.0.113.11", "203.0.113.10", gateway)) {
      right.add(FrameBuilder.tcp(from, 700, to, 8080).payload(new byte[100]).build());
      right.add(FrameBuilder.tcp(from, 701, to, 9999).build());
      right.add(FrameBuilder.udp(from, 702, to, 9999).payload(new byte[30]).build());
      right.add(FrameBuilder.icmp(from, to, 8, 0, 1 << 16).payload(new byte[56]).build());
    }
  }

  private static List<byte[]> corpus() {
    List<byte[]> frames = new ArrayList<>();
    Path folder = TestData.shared("captures/malformed").orElse(null);
    if (folder == null) {
      return frames;
    }
    try (Stream<Path> files = Files.list(folder);
        FrameBatch batch = new FrameBatch(64)) {
      for (Path file : files.sorted().toList()) {
        try (CaptureReader reader = Captures.open(file.toString())) {
          while (reader.read(batch) > 0) {
            for (int i = 0; i < batch.size; i++) {
              if (batch.link[i] == LinkType.ETHERNET && batch.length[i] >= 14) {
                frames.add(batch.bytes.copy(batch.start[i], Math.min(LONGEST, batch.length[i])));
              }
            }
            batch.clear();
          }
        } catch (DamagedInputException e) {
          batch.clear(); // Files of the corpus are damaged, too: what came before counts.
        }
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return frames;
  }

  /** Sends some. */
  void send(int count) throws IOException {
    for (int k = 0; k < count; k++) {
      byte[] frame = random.nextBoolean() && !corpus.isEmpty() ? any(corpus) : changed(any(right));
      System.arraycopy(routerMac, 0, frame, 0, routerMac.length);
      room.put(0, frame, 0, frame.length);
      port.send(room, 0, Math.max(14, frame.length));
      port.flush();
      sent++;
    }
  }

  private byte[] any(List<byte[]> frames) {
    return frames.get(random.nextInt(frames.size())).clone();
  }

  private byte[] changed(byte[] frame) {
    for (int n = random.nextInt(4); n > 0; n--) {
      int at = 12 + random.nextInt(Math.min(frame.length, 60) - 12);
      frame[at] = (byte) random.nextInt(256);
    }
    int length = random.nextInt(3) == 0 ? 14 + random.nextInt(frame.length) : frame.length;
    return java.util.Arrays.copyOf(frame, Math.min(length, LONGEST));
  }

  long sent() {
    return sent;
  }

  int corpusSize() {
    return corpus.size();
  }

  @Override
  public void close() throws IOException {
    port.close();
    room.close();
  }
}
