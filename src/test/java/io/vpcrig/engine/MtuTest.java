package io.vpcrig.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.OutputOrder;
import io.vpcrig.frame.Verdict;
import io.vpcrig.header.PlainChecksum;
import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Vpc;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.testing.FrameBuilder;
import io.vpcrig.testing.PlainParser;
import io.vpcrig.testing.Vpcs;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Datagrams that are too long for where they leave: cut, or sent back as news. What is cut is put
 * together again here, byte by byte, and must be what a router without limits sends.
 */
final class MtuTest {
  private static final int DONT_FRAGMENT = 0x4000;
  private static final int MORE = 0x2000;

  private final List<Router> routers = new ArrayList<>();
  private long nowNs = 1_700_000_000_000_000_000L;

  @AfterEach
  void free() {
    routers.forEach(Router::close);
  }

  private static Vpc vpc(Map<String, Integer> mtus) {
    return Vpcs.vpc("10.10.0.0/16")
        .publicNetwork("public", new Encapsulation.Vlan(100), "203.0.113.10/24", "203.0.113.1")
        .tier("t1", new Encapsulation.Vlan(101), "10.10.1.1/24")
        .tier("t2", new Encapsulation.Vxlan(5002), "10.10.2.1/24")
        .host("one", "t1", "10.10.1.10")
        .attach("t1", "default_allow")
        .attach("t2", "default_allow")
        .staticNat("203.0.113.12", "one")
        .build()
        .withMtus(mtus);
  }

  /** What leaves: each datagram with its verdict and its frame's length. */
  private record Sent(byte verdict, int out, byte[] datagram, int frameLength) {}

  /** A path of its own, fed frame by frame. */
  private final class Router {
    private final PacketPath path = new PacketPath(PathOptions.DEFAULT.withSessions(1 << 12));
    private final FrameBatch batch;
    private final Snapshot snapshot;
    private int verdict;
    private int reason;

    Router(Map<String, Integer> mtus, int capacity) {
      snapshot = Snapshot.compile(vpc(mtus), 1, Optional.empty());
      batch = new FrameBatch(capacity);
      routers.add(this);
    }

    List<Sent> send(FrameBuilder frame) {
      batch.clear();
      int i = frame.addTo(batch, nowNs);
      path.process(batch, snapshot);
      verdict = batch.verdict[i];
      reason = batch.reason[i];
      List<Sent> sent = new ArrayList<>();
      OutputOrder order = new OutputOrder().over(batch);
      while (order.nextFrame()) {
        for (int k = order.next(); k != FrameBatch.NONE; k = order.next()) {
          batch.spread(k);
          if (batch.verdict[k] == Verdict.FORWARD || batch.verdict[k] == Verdict.ORIGINATED) {
            int headers = batch.l3[k] - batch.start[k];
            sent.add(
                new Sent(
                    batch.verdict[k],
                    batch.outSegment[k],
                    PlainParser.datagram(batch, k),
                    batch.length[k] - headers));
          }
        }
      }
      return sent;
    }

    void close() {
      path.close();
      batch.close();
    }
  }

  /** Puts fragments together; checks that each fits and none but the last could be longer. */
  private static byte[] together(List<Sent> fragments, int mtu) {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    byte[] first = fragments.getFirst().datagram();
    int begin = PlainParser.u16(first, 6) & 0x1fff;
    for (int k = 0; k < fragments.size(); k++) {
      byte[] each = fragments.get(k).datagram();
      int header = (each[0] & 15) * 4;
      boolean last = k == fragments.size() - 1;
      assertTrue(each.length <= mtu, () -> each.length + " bytes");
      assertTrue(last || each.length > mtu - 8, () -> each.length + " bytes, could be more");
      assertEquals(each.length, PlainParser.u16(each, 2), "total length");
      assertEquals(each.length, fragments.get(k).frameLength());
      assertEquals(0xffff, PlainChecksum.sum(each, 0, header), "checksum");
      assertEquals(PlainParser.u16(first, 4), PlainParser.u16(each, 4), "identification");
      int word = PlainParser.u16(each, 6);
      assertEquals(data.size(), ((word & 0x1fff) - begin) * 8, "offset");
      assertTrue(last || (word & MORE) != 0, "more fragments");
      assertArrayEquals(Arrays.copyOfRange(first, 8, 10), Arrays.copyOfRange(each, 8, 10));
      assertArrayEquals(Arrays.copyOfRange(first, 12, 20), Arrays.copyOfRange(each, 12, 20));
      assertEquals(fragments.getFirst().out(), fragments.get(k).out());
      data.write(each, header, each.length - header);
    }
    byte[] whole = Arrays.copyOf(first, (first[0] & 15) * 4 + data.size());
    System.arraycopy(data.toByteArray(), 0, whole, (first[0] & 15) * 4, data.size());
    int more = PlainParser.u16(fragments.getLast().datagram(), 6) & MORE;
    put16(whole, 2, whole.length);
    put16(whole, 6, begin | more);
    put16(whole, 10, 0);
    put16(whole, 10, ~PlainChecksum.sum(whole, 0, (whole[0] & 15) * 4));
    return whole;
  }

  private static void put16(byte[] bytes, int at, int value) {
    bytes[at] = (byte) (value >> 8);
    bytes[at + 1] = (byte) value;
  }

  @Test
  void whatIsCutIsTheSamePutTogether() {
    long seed = 20_261_126L;
    SplittableRandom random = new SplittableRandom(seed);
    for (int mtu : new int[] {68, 576, 1280, 1400}) {
      Router limited = new Router(Map.of("t2", mtu, "public", mtu), 64);
      Router free = new Router(Map.of(), 64);
      for (int run = 0; run < 300; run++) {
        FrameBuilder frame = randomFrame(random);
        nowNs += 1_000_000;
        List<Sent> expected = free.send(frame);
        List<Sent> sent = limited.send(frame);
        String where = "seed " + seed + ", mtu " + mtu + ", run " + run;
        assertEquals(1, expected.size(), where);
        assertEquals(Verdict.FORWARD, sent.getFirst().verdict(), where);
        sent.subList(1, sent.size())
            .forEach(each -> assertEquals(Verdict.ORIGINATED, each.verdict(), where));
        assertArrayEquals(expected.getFirst().datagram(), together(sent, mtu), where);
      }
    }
  }

  private static FrameBuilder randomFrame(SplittableRandom random) {
    String to = random.nextBoolean() ? "10.10.2.20" : "198.51.100.50";
    int port = 1024 + random.nextInt(4);
    FrameBuilder frame =
        switch (random.nextInt(4)) {
          case 0 -> FrameBuilder.udp("10.10.1.10", port, to, 53);
          case 1 -> FrameBuilder.tcp("10.10.1.10", port, to, 80);
          case 2 -> FrameBuilder.echo("10.10.1.10", to, port, 1);
          default -> FrameBuilder.ipv4("10.10.1.10", to, 50);
        };
    byte[] payload = new byte[random.nextInt(1, 3200)];
    random.nextBytes(payload);
    frame.payload(payload).id(random.nextInt(1 << 16)).vlan(101);
    return frame;
  }

  @Test
  void aSessionsFramesAreCutToo() {
    Router router = new Router(Map.of("t2", 600), 64);
    FrameBuilder frame = FrameBuilder.udp("10.10.1.10", 4000, "10.10.2.20", 53).payload(1400);
    for (int k = 0; k < 3; k++) {
      nowNs += 1_000_000;
      assertEquals(3, router.send(frame.vlan(101)).size());
      frame = FrameBuilder.udp("10.10.1.10", 4000, "10.10.2.20", 53).payload(1400);
    }
    assertEquals(1, router.path.sessions().created());
  }

  @Test
  void fragmentsAreCutAsWholeDatagramsAre() {
    Router router = new Router(Map.of("t2", 576), 64);
    FrameBuilder whole = FrameBuilder.udp("10.10.1.10", 4000, "10.10.2.20", 53).payload(1993);
    byte[] datagram = whole.datagram();
    assertEquals(List.of(), router.send(whole.fragment(0, 1000, true).vlan(101)));
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    List<Sent> sent = router.send(whole.fragment(1000, 1001, false).vlan(101));
    sent.sort(Comparator.comparing(each -> PlainParser.u16(each.datagram(), 6) & 0x1fff));
    for (Sent each : sent) {
      byte[] fragment = each.datagram();
      assertTrue(fragment.length <= 576);
      assertEquals(data.size(), (PlainParser.u16(fragment, 6) & 0x1fff) * 8);
      data.write(fragment, 20, fragment.length - 20);
    }
    assertArrayEquals(Arrays.copyOfRange(datagram, 20, datagram.length), data.toByteArray());
  }

  @Test
  void optionsThatNeedNotBeCopiedStandInTheFirstFragmentOnly() {
    Router router = new Router(Map.of("t2", 576), 64);
    // Record route (7, not copied), router alert (148, copied), no operation.
    byte[] options = {7, 3, 4, (byte) 148, 4, 0, 0, 1};
    List<Sent> sent =
        router.send(
            FrameBuilder.udp("10.10.1.10", 4000, "10.10.2.20", 53)
                .ipOptions(options)
                .payload(1000)
                .vlan(101));
    assertEquals(2, sent.size());
    assertArrayEquals(options, Arrays.copyOfRange(sent.getFirst().datagram(), 20, 28));
    byte[] second = {1, 1, 1, (byte) 148, 4, 0, 0, 1};
    assertArrayEquals(second, Arrays.copyOfRange(sent.getLast().datagram(), 20, 28));
    byte[] whole = sent.getLast().datagram();
    assertEquals(0xffff, PlainChecksum.sum(whole, 0, 28));
  }

  @Test
  void aFirstPacketThatMustNotBeCutMakesNoSessionAndItsSenderIsTold() {
    Router router = new Router(Map.of("t2", 1400), 64);
    FrameBuilder frame =
        FrameBuilder.udp("10.10.1.10", 4000, "10.10.2.20", 53).payload(1373).dontFragment();
    assertTold(router, router.send(frame.vlan(101)), "10.10.1.1", "10.10.1.10", 1400, frame);
    assertEquals(0, router.path.sessions().created());
    FrameBuilder fits =
        FrameBuilder.udp("10.10.1.10", 4000, "10.10.2.20", 53).payload(1372).dontFragment();
    assertEquals(1400, router.send(fits.vlan(101)).getFirst().datagram().length);
  }

  @Test
  void aSessionsPacketThatMustNotBeCutIsDroppedAndTheSessionStays() {
    Router router = new Router(Map.of("public", 1400), 64);
    FrameBuilder small = FrameBuilder.udp("10.10.1.11", 4000, "198.51.100.50", 53).payload(10);
    assertEquals(1, router.send(small.vlan(101)).size());
    FrameBuilder frame =
        FrameBuilder.udp("10.10.1.11", 4000, "198.51.100.50", 53).payload(1400).dontFragment();
    assertTold(router, router.send(frame.vlan(101)), "10.10.1.1", "10.10.1.11", 1400, frame);
    assertEquals(1, router.path.sessions().created());
    assertEquals(
        1,
        router
            .send(FrameBuilder.udp("10.10.1.11", 4000, "198.51.100.50", 53).payload(20).vlan(101))
            .size());
  }

  @Test
  void whoDialledATranslatedAddressIsToldInItsNameAboutIt() {
    Router router = new Router(Map.of("t1", 1400), 64);
    FrameBuilder frame =
        FrameBuilder.udp("198.51.100.50", 4000, "203.0.113.12", 53).payload(1400).dontFragment();
    assertTold(router, router.send(frame.vlan(100)), "203.0.113.12", "198.51.100.50", 1400, frame);
    // An answer to source NAT, too.
    FrameBuilder small = FrameBuilder.udp("10.10.1.11", 4001, "198.51.100.50", 53).payload(10);
    assertEquals(1, router.send(small.vlan(101)).size());
    FrameBuilder answer =
        FrameBuilder.udp("198.51.100.50", 53, "203.0.113.10", 4001).payload(1400).dontFragment();
    assertTold(
        router, router.send(answer.vlan(100)), "203.0.113.10", "198.51.100.50", 1400, answer);
  }

  private void assertTold(
      Router router, List<Sent> sent, String from, String to, int mtu, FrameBuilder about) {
    assertEquals(Verdict.DROP, router.verdict);
    assertEquals(Reason.MTU, Reason.of(router.reason));
    assertEquals(1, sent.size());
    byte[] error = sent.getFirst().datagram();
    assertEquals("", PlainParser.wrong(error));
    assertEquals(from, Ipv4Text.format(PlainParser.i32(error, 12)));
    assertEquals(to, Ipv4Text.format(PlainParser.i32(error, 16)));
    assertEquals(0x0304, PlainParser.u16(error, 20), "type and code");
    assertEquals(0, PlainParser.u16(error, 24), "unused");
    assertEquals(mtu, PlainParser.u16(error, 26), "next-hop MTU");
    byte[] quoted = about.datagram();
    assertArrayEquals(
        Arrays.copyOf(quoted, error.length - 28), Arrays.copyOfRange(error, 28, error.length));
  }

  @Test
  void anErrorAboutAnErrorIsNotMade() {
    Router router = new Router(Map.of("t2", 100), 64);
    FrameBuilder error =
        FrameBuilder.icmp("10.10.1.10", "10.10.2.20", 3, 3, 0).payload(200).dontFragment();
    assertEquals(List.of(), router.send(error.vlan(101)));
  }

  @Test
  void whatThereIsNoRoomToCutIsDroppedWhole() {
    Router router = new Router(Map.of("t2", 68), 1);
    FrameBuilder frame = FrameBuilder.udp("10.10.1.10", 4000, "10.10.2.20", 53).payload(1400);
    assertEquals(List.of(), router.send(frame.vlan(101)));
    assertEquals(Reason.NO_ROOM, Reason.of(router.reason));
    FrameBuilder small = FrameBuilder.udp("10.10.1.10", 4000, "10.10.2.20", 53).payload(100);
    assertEquals(3, router.send(small.vlan(101)).size());
  }

  @Test
  void aSegmentWithoutLimitIsLeftAlone() {
    Router router = new Router(Map.of("public", 576), 64);
    FrameBuilder frame =
        FrameBuilder.udp("10.10.1.10", 4000, "10.10.2.20", 53).payload(3000).dontFragment();
    assertEquals(1, router.send(frame.vlan(101)).size());
    assertEquals(DONT_FRAGMENT, PlainParser.u16(frame.datagram(), 6));
  }
}
