package io.vpcrig.io.live;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.header.PlainChecksum;
import io.vpcrig.testing.FrameBuilder;
import io.vpcrig.testing.PlainParser;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Segments longer than the wire's, as the kernel hands them over, with and without a tunnel. */
final class OffloadsTest {
  private static final int TCPV4 = 1;
  private static final int UDP = 3;
  private static final int PIECE = 1000;
  private static final int OUTER = 14 + 20 + 8 + 8;

  /** The frames that a segment is cut into. */
  private static List<byte[]> cut(byte[] frame, int kind, Offloads offloads) {
    List<byte[]> pieces = new ArrayList<>();
    try (Bytes memory = Bytes.allocate(Offloads.HEADER + frame.length);
        FrameBatch batch = new FrameBatch(2)) {
      memory.putU8(1, kind);
      memory.putU16Le(4, PIECE);
      memory.put(Offloads.HEADER, frame, 0, frame.length);
      assertTrue(offloads.add(batch, memory, 0, Offloads.HEADER, frame.length, 0, 0));
      boolean all = false;
      while (!all) {
        for (int i = 0; i < batch.size; i++) {
          pieces.add(batch.bytes.copy(batch.start[i], batch.length[i]));
        }
        batch.clear();
        all = offloads.drain(batch) && batch.size == 0;
      }
    }
    return pieces;
  }

  private static FrameBuilder segment(int length) {
    return FrameBuilder.tcp("10.10.3.10", 5000, "10.10.1.10", 80)
        .id(0xfffe)
        .sequence(0xffff_fff0)
        .flags(0x19)
        .payload(length);
  }

  /** Checks pieces from their inner datagram on, and puts the payloads together. */
  private static byte[] together(List<byte[]> pieces, int ip) {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    for (int k = 0; k < pieces.size(); k++) {
      byte[] datagram = Arrays.copyOfRange(pieces.get(k), ip, pieces.get(k).length);
      assertEquals("", PlainParser.wrong(datagram), "piece " + k);
      assertEquals(0xfffe + k & 0xffff, PlainParser.u16(datagram, 4), "identification");
      assertEquals(0xffff_fff0 + data.size(), PlainParser.i32(datagram, 24), "sequence");
      boolean last = k == pieces.size() - 1;
      assertEquals(last ? 0x19 : 0x10, datagram[33], "FIN and PSH in the last");
      data.write(datagram, 40, datagram.length - 40);
    }
    return data.toByteArray();
  }

  @Test
  void aLongSegmentIsCut() {
    Offloads offloads = new Offloads();
    FrameBuilder whole = segment(4321);
    List<byte[]> pieces = cut(whole.build(), TCPV4, offloads);
    assertEquals(5, pieces.size());
    byte[] datagram = whole.datagram();
    assertArrayEquals(Arrays.copyOfRange(datagram, 40, datagram.length), together(pieces, 14));
    assertEquals(1, offloads.cut());
    offloads.close();
  }

  @Test
  void aLongSegmentInsideATunnelIsCutWithItsTunnel() {
    Offloads offloads = new Offloads();
    for (boolean summed : new boolean[] {false, true}) {
      FrameBuilder whole = segment(4321).vxlan(5003);
      if (summed) {
        whole.underlayChecksum();
      }
      List<byte[]> pieces = cut(whole.build(), TCPV4, offloads);
      assertEquals(5, pieces.size());
      byte[] datagram = whole.datagram();
      assertArrayEquals(
          Arrays.copyOfRange(datagram, 40, datagram.length), together(pieces, OUTER + 14));
      for (byte[] piece : pieces) {
        byte[] outer = Arrays.copyOfRange(piece, 14, piece.length);
        assertEquals("", PlainParser.wrong(outer), "outer");
        assertEquals(0xffff, PlainChecksum.sum(outer, 0, 20), "outer header");
        assertEquals(outer.length - 20, PlainParser.u16(outer, 24), "UDP length");
        assertEquals(summed, PlainParser.u16(outer, 26) != 0, "UDP checksum");
        assertEquals(5003 << 8, PlainParser.i32(outer, 32), "network");
      }
    }
    offloads.close();
  }

  @Test
  void otherLongSegmentsAreRefused() {
    Offloads offloads = new Offloads();
    FrameBuilder datagram = FrameBuilder.udp("10.10.3.10", 5000, "10.10.1.10", 80).payload(3000);
    assertEquals(List.of(), cut(datagram.build(), UDP, offloads));
    assertEquals(List.of(), cut(datagram.build(), TCPV4, offloads));
    assertEquals(List.of(), cut(datagram.vxlan(5003).build(), TCPV4, offloads));
    assertEquals(3, offloads.refused());
    offloads.close();
  }
}
