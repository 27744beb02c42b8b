package io.vpcrig.judge;

import io.vpcrig.model.Vpc;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The datagrams that were sent to vpcrig, and when; a capture of them, segments as VLANs. */
final class Frames {
  private static final long SECOND = 1_000_000_000L;
  private static final int NANOSECONDS = 0xa1b2_3c4d;
  private static final int ETHERNET = 1;

  private record Frame(long timeNs, int segment, byte[] datagram) {}

  private final List<Frame> frames = new ArrayList<>();

  void note(List<Probe> probes, long timeNs) {
    for (Probe probe : probes) {
      for (byte[] datagram : probe.sent(World.VPCRIG)) {
        frames.add(new Frame(timeNs, probe.segment(World.VPCRIG), datagram));
      }
    }
  }

  /** As a pcap file, big endian, nanoseconds. */
  byte[] pcap(Vpc vpc) {
    byte[][] prefixes = vpc.segments().stream().map(EngineRouter::prefix).toArray(byte[][]::new);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(words(NANOSECONDS, 2 << 16 | 4, 0, 0, 1 << 18, ETHERNET));
    for (Frame frame : frames) {
      byte[] prefix = prefixes[frame.segment];
      int length = prefix.length + frame.datagram.length;
      int second = (int) (frame.timeNs / SECOND);
      out.writeBytes(words(second, (int) (frame.timeNs % SECOND), length, length));
      out.writeBytes(prefix);
      out.writeBytes(frame.datagram);
    }
    return out.toByteArray();
  }

  private static byte[] words(int... words) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * words.length);
    for (int word : words) {
      buffer.putInt(word);
    }
    return buffer.array();
  }
}
