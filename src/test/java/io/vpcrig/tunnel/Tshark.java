package io.vpcrig.tunnel;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.io.CaptureReader;
import io.vpcrig.io.Captures;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Wireshark's opinion of frames, by field. One run for all frames of a link type: starting it is
 * slow.
 */
final class Tshark {
  /** One frame of a capture. */
  record Frame(Path file, long number, int link, byte[] bytes, int missing) {}

  /** What tshark says about a frame: each field's occurrences, outermost first. */
  record Opinion(Frame frame, List<List<String>> fields) {
    /** Occurrence {@code index} of a field, or an empty text. */
    String get(String field, int index) {
      List<String> occurrences = all(field);
      return index < occurrences.size() ? occurrences.get(index) : "";
    }

    List<String> all(String field) {
      return fields.get(FIELDS.indexOf(field));
    }

    @Override
    public String toString() {
      return frame.file.getFileName() + " frame " + frame.number + ": " + fields;
    }
  }

  static final List<String> FIELDS =
      List.of(
          "frame.protocols",
          "ieee8021ad.id",
          "vlan.id",
          "vxlan.vni",
          "ip.src",
          "ip.dst",
          "ip.proto",
          "ip.frag_offset",
          "ip.checksum.status",
          "tcp.srcport",
          "tcp.dstport",
          "tcp.flags",
          "tcp.checksum.status",
          "udp.srcport",
          "udp.dstport",
          "udp.checksum.status",
          "icmp.type",
          "icmp.code",
          "icmp.ident",
          "icmp.checksum.status",
          "arp.src.proto_ipv4",
          "arp.dst.proto_ipv4",
          "_ws.malformed");

  private Tshark() {}

  /** Skips the test, saying so, where there is no tshark. */
  static void require() {
    boolean there;
    try {
      Process process = new ProcessBuilder("tshark", "--version").redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      there = process.waitFor() == 0;
    } catch (IOException e) {
      there = false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      there = false;
    }
    Assumptions.assumeTrue(there, "SKIPPED: tshark is not installed");
  }

  /** All frames of all captures in a directory, as far as each can be read. */
  static List<Frame> read(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> listed = Files.list(directory)) {
      files = listed.sorted().toList();
    }
    List<Frame> frames = new ArrayList<>();
    try (FrameBatch batch = new FrameBatch(64)) {
      for (Path file : files) {
        try (CaptureReader reader = Captures.open(file)) {
          do {
            batch.clear();
          } while (reader.read(batch) > 0 && add(frames, file, batch));
        } catch (IOException damaged) {
          // what came before is good
        }
      }
    }
    return frames;
  }

  /** Asks tshark about every frame; the answers are in the order of the frames. */
  static List<Opinion> ask(List<Frame> frames) throws IOException, InterruptedException {
    TreeMap<Integer, List<Integer>> byLink = new TreeMap<>();
    for (int k = 0; k < frames.size(); k++) {
      byLink.computeIfAbsent(frames.get(k).link, link -> new ArrayList<>()).add(k);
    }
    Opinion[] answers = new Opinion[frames.size()];
    for (List<Integer> positions : byLink.values()) {
      List<Frame> some = positions.stream().map(frames::get).toList();
      List<String> lines = run(some);
      if (lines.size() != some.size()) {
        throw new IOException("tshark told of " + lines.size() + " frames of " + some.size());
      }
      for (int k = 0; k < lines.size(); k++) {
        List<List<String>> fields = new ArrayList<>();
        for (String field : lines.get(k).split("\t", -1)) {
          fields.add(field.isEmpty() ? List.of() : List.of(field.split(",", -1)));
        }
        answers[positions.get(k)] = new Opinion(some.get(k), fields);
      }
    }
    return List.of(answers);
  }

  private static boolean add(List<Frame> frames, Path file, FrameBatch batch) {
    for (int i = 0; i < batch.size; i++) {
      frames.add(
          new Frame(
              file,
              batch.number[i],
              batch.link[i],
              batch.bytes.copy(batch.start[i], batch.length[i]),
              batch.missing[i]));
    }
    return true;
  }

  private static List<String> run(List<Frame> frames) throws IOException, InterruptedException {
    Path capture = Files.createTempFile("vpcrig", ".pcap");
    try {
      Files.write(capture, pcap(frames));
      List<String> command = new ArrayList<>(List.of("tshark", "-n", "-r", capture.toString()));
      for (String option :
          List.of(
              "ip.defragment:FALSE",
              "ip.check_checksum:TRUE",
              "udp.check_checksum:TRUE",
              "tcp.check_checksum:TRUE",
              "tcp.desegment_tcp_streams:FALSE")) {
        command.addAll(List.of("-o", option));
      }
      command.addAll(List.of("-d", "udp.port==8472,vxlan", "-T", "fields"));
      FIELDS.forEach(field -> command.addAll(List.of("-e", field)));
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.redirectError(ProcessBuilder.Redirect.DISCARD);
      Process process = builder.start();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      return text.lines().toList();
    } finally {
      Files.delete(capture);
    }
  }

  private static byte[] pcap(List<Frame> frames) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(0xa1b2c3d4);
    out.writeInt(0x0002_0004);
    out.writeLong(0);
    out.writeInt(FrameBatch.MAX_FRAME_LENGTH);
    out.writeInt(frames.get(0).link);
    for (Frame frame : frames) {
      out.writeLong(1L << 32);
      out.writeInt(frame.bytes.length);
      out.writeInt(frame.bytes.length + frame.missing);
      out.write(frame.bytes);
    }
    return bytes.toByteArray();
  }

  /** A number as tshark writes it, decimal or 0x. */
  static int number(String text) {
    return text.isEmpty() ? -1 : Long.decode(text.toLowerCase(Locale.ROOT)).intValue();
  }
}
