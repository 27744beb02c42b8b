package io.vpcrig.tunnel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.LinkType;
import io.vpcrig.header.ChecksumPolicy;
import io.vpcrig.header.PlainChecksum;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Vpc;
import io.vpcrig.stage.StageContext;
import io.vpcrig.telemetry.TraceRing;
import io.vpcrig.testing.FrameBuilder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class EncapStageTest {
  private static final Vpc VPC = SegmentsOnly.example().build();
  private static final SegmentTable TABLE = SegmentCompiler.compile(VPC);
  private static final long HOP = 0x0200_0a0a_0309L;
  private static final int FAR = Ipv4Text.parse("192.0.2.3");
  private static final long SEED = 7348;

  /** A frame as it left. */
  private record Left(byte[] bytes, int missing, int link) {}

  @Test
  void pushesATunnelWithRightOuterHeaders() {
    FrameBuilder frame = tcp("10.10.2.5", "10.10.3.9").payload(31).padding(5).vlan(102);
    Left left = send(frame.build(), 0, 3, FAR);
    byte[] out = left.bytes();
    assertEquals(LinkType.ETHERNET, left.link());
    assertEquals(50 + 14 + 40 + 31, out.length);
    assertEquals(0x0200_c000_0203L, mac(out, 0));
    assertEquals(0x0200_c000_0201L, mac(out, 6));
    assertEquals(0x0800, u16(out, 12));
    assertEquals(out.length - 14, u16(out, 16));
    assertEquals(0, u16(out, 18));
    assertEquals(0x4000, u16(out, 20));
    assertEquals(64, out[22]);
    assertEquals(0xffff, PlainChecksum.sum(out, 14, 20));
    assertEquals(Ipv4Text.parse("192.0.2.1"), i32(out, 26));
    assertEquals(FAR, i32(out, 30));
    assertTrue(u16(out, 34) >= 49_152);
    assertEquals(4789, u16(out, 36));
    assertEquals(out.length - 34, u16(out, 38));
    assertEquals(0, u16(out, 40));
    assertArrayEquals(
        new byte[] {8, 0, 0, 0, 0, (byte) (5003 >> 8), (byte) 5003, 0},
        Arrays.copyOfRange(out, 42, 50));
    assertEquals(HOP, mac(out, 50));
    assertEquals(0x0200_0a0a_0301L, mac(out, 56));
    assertArrayEquals(frame.datagram(), Arrays.copyOfRange(out, 64, out.length));
  }

  @Test
  void anUnknownEndpointIsTheNetworksGroup() {
    byte[] out = send(tcp("10.10.2.5", "10.10.3.9").vlan(102).build(), 0, 3, 0).bytes();
    assertEquals(Ipv4Text.parse("239.0.19.139"), i32(out, 30));
    assertEquals(0x0100_5e00_138bL, mac(out, 0));
    assertEquals(0xffff, PlainChecksum.sum(out, 14, 20));
  }

  @Test
  void pushesOneTagTwoOrNone() {
    byte[] frame = tcp("10.10.1.5", "10.10.3.9").vxlan(5001).build();
    byte[] vlan = send(frame, 0, 2, 0).bytes();
    assertEquals(HOP, mac(vlan, 0));
    assertEquals(0x0200_0a0a_0201L, mac(vlan, 6));
    assertEquals(0x8100_0066, i32(vlan, 12));
    assertEquals(0x0800, u16(vlan, 16));
    assertEquals(18 + 40, vlan.length);
    byte[] qinq = send(frame, 0, 4, 0).bytes();
    assertEquals(0x88a8_00c8, i32(qinq, 12));
    assertEquals(0x8100_0007, i32(qinq, 16));
    assertEquals(0x0800, u16(qinq, 20));
    assertEquals(22 + 40, qinq.length);
    SegmentTable bare =
        SegmentCompiler.compile(
            SegmentsOnly.vpc()
                .publicNet("public", SegmentsOnly.untagged(), "203.0.113.10/24")
                .tier("web", SegmentsOnly.vxlan(5001), "10.10.1.1/24")
                .build());
    byte[] untagged = send(bare, frame, 0, 0, 0).bytes();
    assertEquals(0x0800, u16(untagged, 12));
    assertEquals(14 + 40, untagged.length);
  }

  @Test
  void wrapsArp() {
    byte[] frame = FrameBuilder.arp(1, "10.10.2.5", "10.10.2.1").vlan(102).build();
    byte[] vlan = send(frame, 0, 2, 0).bytes();
    assertEquals(0x0806, u16(vlan, 16));
    assertEquals(18 + 28, vlan.length);
    byte[] tunnel = send(frame, 0, 1, FAR).bytes();
    assertEquals(0x0806, u16(tunnel, 62));
    assertEquals(64 + 28, tunnel.length);
    assertEquals(64 + 28 - 14, u16(tunnel, 16));
  }

  @Test
  void lengthsOfACutFrameAreThoseOnTheWire() {
    byte[] whole = tcp("10.10.2.5", "10.10.3.9").vlan(102).payload(500).padding(2).build();
    Left left = send(Arrays.copyOf(whole, 100), whole.length - 100, 3, FAR);
    assertEquals(18 + 540 - 100, left.missing());
    assertEquals(64 + 100 - 18, left.bytes().length);
    assertEquals(left.bytes().length + left.missing() - 14, u16(left.bytes(), 16));
  }

  @Test
  void aTunnelPacketTooLongForIpCarriesNoLength() {
    byte[] whole =
        FrameBuilder.udp("10.10.2.5", 9, "10.10.3.9", 53).vlan(102).payload(65_480).build();
    byte[] out = send(whole, 0, 3, FAR).bytes();
    assertEquals(0, u16(out, 16));
    assertEquals(0, u16(out, 38));
    assertEquals(0xffff, PlainChecksum.sum(out, 14, 20));
  }

  @Test
  void flowsSpreadOverSourcePortsAndFragmentsDoNot() {
    Set<Integer> ports = new HashSet<>();
    for (int port = 1; port <= 256; port++) {
      FrameBuilder frame = FrameBuilder.tcp("10.10.2.5", port, "10.10.3.9", 443).vlan(102);
      ports.add(u16(send(frame.build(), 0, 3, FAR).bytes(), 34));
    }
    assertTrue(ports.size() > 230, "only " + ports.size() + " ports for 256 flows");
    FrameBuilder whole = FrameBuilder.udp("10.10.2.5", 9, "10.10.3.9", 53).vlan(102).payload(100);
    byte[] first = send(whole.fragment(0, 64, true).build(), 0, 3, FAR).bytes();
    byte[] second = send(whole.fragment(64, 44, false).build(), 0, 3, FAR).bytes();
    assertEquals(u16(first, 34), u16(second, 34));
  }

  @Test
  void whatIsPutOnIsTakenOffAgain() {
    Random random = new Random(SEED);
    RandomFrames source = new RandomFrames(random);
    Set<Integer> segments = new TreeSet<>();
    int sent = 0;
    while (sent < 2_000) {
      RandomFrames.Sample sample = source.next();
      Decapped before = decap(sample.bytes(), sample.link(), sample.missing());
      boolean nested = before.protocol() == 17 && TABLE.acceptsVxlanPort(before.ports() & 0xffff);
      if (!before.isPending() || nested) { // a nested tunnel's outside would be taken off next
        continue;
      }
      sent++;
      int out = random.nextInt(TABLE.size());
      int endpoint = random.nextBoolean() ? FAR : 0;
      Left left = send(TABLE, sample.bytes(), sample.link(), sample.missing(), out, endpoint);
      Decapped after = decap(left.bytes(), left.link(), left.missing());
      int at = sent;
      String what = "seed " + SEED + ", frame " + at;
      assertEquals(out, after.segment(), what);
      assertEquals(before.source(), after.source(), what);
      assertEquals(before.destination(), after.destination(), what);
      assertEquals(before.ports(), after.ports(), what);
      assertEquals(before.protocol(), after.protocol(), what);
      assertEquals(before.fragment(), after.fragment(), what);
      assertEquals(TABLE.routerMac(out), after.sourceMac(), what);
      assertEquals(after.l3End(), left.bytes().length + left.missing(), what);
      segments.add(after.segment());
    }
    assertEquals(TABLE.size(), segments.size());
  }

  private static FrameBuilder tcp(String source, String destination) {
    return FrameBuilder.tcp(source, 40_000, destination, 443);
  }

  private static Decapped decap(byte[] frame, int link, int missing) {
    return Decapped.of(TABLE, ChecksumPolicy.VERIFY, frame, link, missing);
  }

  private static Left send(byte[] frame, int missing, int segment, int endpoint) {
    return send(TABLE, frame, missing, segment, endpoint);
  }

  private static Left send(
      SegmentTable table, byte[] frame, int missing, int segment, int endpoint) {
    return send(table, frame, LinkType.ETHERNET, missing, segment, endpoint);
  }

  private static Left send(
      SegmentTable table, byte[] frame, int link, int missing, int segment, int endpoint) {
    try (FrameBatch batch = new FrameBatch(1)) {
      batch.poison(-3);
      StageContext context = new StageContext(new TraceRing(1));
      int i = FrameBuilder.add(batch, frame, link, 0);
      batch.missing[i] = missing;
      new DecapStage(table, ChecksumPolicy.VERIFY).process(batch, context);
      batch.spreadAll();
      assertEquals(1, batch.liveCount, () -> Decapped.read(batch, i).toString());
      batch.outSegment[i] = segment;
      batch.nextHopMac[i] = HOP;
      batch.nextHopEndpoint[i] = endpoint;
      try (Headers headers = new Headers()) {
        new EncapStage(headers, table).process(batch, context);
      }
      return new Left(
          batch.bytes.copy(batch.start[i], batch.length[i]), batch.missing[i], batch.link[i]);
    }
  }

  private static int u16(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
  }

  private static int i32(byte[] bytes, int at) {
    return u16(bytes, at) << 16 | u16(bytes, at + 2);
  }

  private static long mac(byte[] bytes, int at) {
    return (long) u16(bytes, at) << 32 | i32(bytes, at + 2) & 0xffff_ffffL;
  }
}
