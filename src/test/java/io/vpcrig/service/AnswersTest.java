package io.vpcrig.service;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.LinkType;
import io.vpcrig.frame.Verdict;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.stage.StageContext;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.telemetry.TraceRing;
import io.vpcrig.testing.Allocation;
import io.vpcrig.testing.FrameBuilder;
import io.vpcrig.testing.PlainParser;
import io.vpcrig.testing.VpcBuilder;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The frames the router makes itself. */
class AnswersTest {
  private static final int T1 = 1;
  private static final int ENDPOINT = Ipv4Text.parse("192.0.2.9");
  private static final long GUEST_MAC = 0x0200_0a0a_010aL;

  private final FrameBatch batch = new FrameBatch(16);
  private final StageContext context = new StageContext(new TraceRing(64));
  private final RouterAddresses router =
      RouterAddresses.compile(VpcBuilder.probe().forward("203.0.113.11", 80, "a", 80).build());
  private final ArpResponder arp = new ArpResponder(router);
  private final IcmpErrors errors = new IcmpErrors(router);

  @AfterEach
  void free() {
    batch.close();
  }

  // --- ARP

  @Test
  void answersArpForItsAddressInTheSegment() {
    int i = add(FrameBuilder.arp(1, "10.10.1.10", "10.10.1.1"));
    arp.handle(batch, i, context);
    assertDecided(i, Verdict.LOCAL, Reason.LOCAL_ARP);
    int reply = assertGoesBack(i, 0);
    byte[] expected = FrameBuilder.arp(2, "10.10.1.1", "10.10.1.10").datagram();
    assertArrayEquals(expected, batch.bytes.copy(batch.start[reply], batch.length[reply]));
  }

  @Test
  void answersArpForATranslatedAddressOnlyInItsPublicNetwork() {
    int inside = add(FrameBuilder.arp(1, "10.10.1.10", "203.0.113.11"));
    arp.handle(batch, inside, context);
    assertDecided(inside, Verdict.DROP, Reason.ARP_NOT_OURS);
    int outside = add(FrameBuilder.arp(1, "203.0.113.1", "203.0.113.11"), 0);
    arp.handle(batch, outside, context);
    assertDecided(outside, Verdict.LOCAL, Reason.LOCAL_ARP);
    assertEquals(1, batch.extras);
  }

  @Test
  void dropsArpForOthers() {
    int i = add(FrameBuilder.arp(1, "10.10.1.10", "10.10.1.11"));
    arp.handle(batch, i, context);
    assertDecided(i, Verdict.DROP, Reason.ARP_NOT_OURS);
    assertEquals(0, batch.extras);
  }

  @Test
  void takesAnArpReplyWithoutAnswering() {
    int i = add(FrameBuilder.arp(2, "10.10.1.10", "10.10.1.1"));
    arp.handle(batch, i, context);
    assertDecided(i, Verdict.LOCAL, Reason.LOCAL_ARP);
    assertEquals(0, batch.extras);
  }

  // --- echo

  @Test
  void answersAnEchoFromTheDialledAddress() {
    int i = add(FrameBuilder.echo("10.10.1.10", "203.0.113.11", 7, 9).payload(33).tos(0x28).id(77));
    int reply = EchoResponder.answer(batch, i);
    assertEquals(reply, assertGoesBack(i, 4));
    byte[] sent = PlainParser.datagram(batch, reply);
    byte[] expected =
        FrameBuilder.icmp("203.0.113.11", "10.10.1.10", 0, 0, 7 << 16 | 9)
            .payload(33)
            .tos(0x28)
            .id(77)
            .datagram();
    assertArrayEquals(expected, sent);
    assertEquals(7 << 16, batch.ports[reply]);
    assertEquals(7 << 16, batch.newPorts[reply]);
  }

  @Test
  void answersEveryEchoWithRightChecksums() {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    for (int k = 0; k < 3_000; k++) {
      batch.clear();
      byte[] payload = new byte[random.nextInt(1_400)];
      random.nextBytes(payload);
      FrameBuilder request =
          FrameBuilder.echo("10.10.1.10", "10.10.1.1", random.nextInt(65536), k & 0xffff)
              .payload(payload)
              .ttl(1 + random.nextInt(255));
      if (random.nextInt(3) == 0) {
        request.ipOptions(
            (byte) 7, (byte) 7, (byte) 4, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 0);
      }
      int i = add(request.padding(random.nextInt(20)));
      int reply = EchoResponder.answer(batch, i);
      byte[] sent = PlainParser.datagram(batch, reply);
      assertEquals("", PlainParser.wrong(sent), () -> "seed " + seed);
      assertEquals(28 + payload.length, sent.length);
      assertArrayEquals(payload, Arrays.copyOfRange(sent, 28, sent.length));
      assertEquals(64, sent[8]);
      assertEquals(0, sent[20]);
    }
  }

  @Test
  void answersTheFragmentsOfAnEchoPieceByPiece() {
    FrameBuilder whole = FrameBuilder.echo("10.10.1.10", "10.10.1.1", 7, 9).payload(40).id(321);
    int first = add(whole.fragment(0, 24, true));
    int second = add(whole.fragment(24, 24, false));
    batch.ports[second] = batch.ports[first];
    assertEquals(true, EchoResponder.isRequest(batch, second));
    int head = EchoResponder.answer(batch, first);
    int tail = EchoResponder.answer(batch, second);
    FrameBuilder reply = FrameBuilder.icmp("10.10.1.1", "10.10.1.10", 0, 0, 7 << 16 | 9);
    reply.payload(40).id(321);
    assertArrayEquals(reply.fragment(0, 24, true).datagram(), PlainParser.datagram(batch, head));
    assertArrayEquals(reply.fragment(24, 24, false).datagram(), PlainParser.datagram(batch, tail));
    assertEquals(FrameBatch.NONE, batch.l4[tail]);
    assertEquals(3, batch.fragment[tail]);
  }

  @Test
  void theReplyToACutEchoIsCutToo() {
    int i = add(FrameBuilder.echo("10.10.1.10", "10.10.1.1", 7, 9).payload(100));
    batch.length[i] -= 60;
    batch.missing[i] = 60;
    int reply = EchoResponder.answer(batch, i);
    assertEquals(20 + 8 + 40, batch.length[reply]);
    assertEquals(60, batch.missing[reply]);
    assertEquals(128, PlainParser.u16(batch.bytes.copy(batch.start[reply], 20), 2));
  }

  // --- timestamps

  @Test
  void answersATimestampWithTheFramesTime() {
    byte[] originate = {0, 1, 2, 3, 9, 9, 9, 9, 9, 9, 9, 9, 9};
    int i =
        add(
            FrameBuilder.icmp("10.10.1.10", "203.0.113.11", 13, 0, 7 << 16 | 9)
                .payload(originate)
                .tos(0x28)
                .id(77));
    batch.timestampNs[i] = (2 * 86_400_000L + 0x0102_0304L) * 1_000_000L + 999_999;
    assertTrue(TimestampResponder.isRequest(batch, i));
    int reply = TimestampResponder.answer(batch, i);
    assertEquals(reply, assertGoesBack(i, 4));
    byte[] expected =
        FrameBuilder.icmp("203.0.113.11", "10.10.1.10", 14, 0, 7 << 16 | 9)
            .payload(new byte[] {0, 1, 2, 3, 1, 2, 3, 4, 1, 2, 3, 4})
            .tos(0x28)
            .id(77)
            .datagram();
    assertArrayEquals(expected, PlainParser.datagram(batch, reply));
    assertEquals(7 << 16 | 14 << 8, batch.ports[reply]);
  }

  @Test
  void answersNoTimestampThatIsNotWhole() {
    FrameBuilder request = FrameBuilder.icmp("10.10.1.10", "10.10.1.1", 13, 0, 7 << 16);
    assertFalse(TimestampResponder.isRequest(batch, add(request.payload(3))));
    assertTrue(TimestampResponder.isRequest(batch, add(request.payload(4))));
    FrameBuilder whole = FrameBuilder.icmp("10.10.1.10", "10.10.1.1", 13, 0, 7 << 16).payload(40);
    assertFalse(TimestampResponder.isRequest(batch, add(whole.fragment(0, 24, true))));
    assertFalse(
        TimestampResponder.isRequest(
            batch, add(FrameBuilder.echo("10.10.1.10", "10.10.1.1", 1, 1).payload(12))));
  }

  @Test
  void tellsEchoRequestsFromOtherIcmp() {
    assertEquals(
        true,
        EchoResponder.isRequest(batch, add(FrameBuilder.echo("10.10.1.10", "10.10.1.1", 1, 1))));
    assertEquals(
        false,
        EchoResponder.isRequest(batch, add(FrameBuilder.icmp("10.10.1.10", "10.10.1.1", 0, 0, 1))));
    assertEquals(
        false,
        EchoResponder.isRequest(
            batch, add(FrameBuilder.udp("10.10.1.10", 8, "10.10.1.1", 8 << 8))));
  }

  // --- errors

  @Test
  void tellsTheSenderThatTheTimeIsExceeded() {
    FrameBuilder late =
        FrameBuilder.tcp("10.10.1.10", 40_000, "198.51.100.50", 443).ttl(1).tos(0x10);
    int i = add(late.padding(9));
    int error = errors.timeExceeded(batch, i);
    assertEquals(error, assertGoesBack(i, 4));
    byte[] sent = PlainParser.datagram(batch, error);
    byte[] about = late.datagram();
    assertEquals("", PlainParser.wrong(sent));
    assertEquals(Ipv4Text.parse("10.10.1.1"), PlainParser.i32(sent, 12));
    assertEquals(Ipv4Text.parse("10.10.1.10"), PlainParser.i32(sent, 16));
    assertEquals(0xd0, sent[1] & 0xff);
    assertEquals(64, sent[8]);
    assertEquals(11 << 8, PlainParser.u16(sent, 20));
    assertEquals(0, PlainParser.i32(sent, 24));
    assertArrayEquals(about, Arrays.copyOfRange(sent, 28, sent.length));
    assertEquals(11 << 8, batch.ports[error]);
  }

  @Test
  void tellsOfATranslatedFrameInTheNameOfTheAddressThatWasDialled() {
    FrameBuilder late = FrameBuilder.tcp("10.10.1.10", 40_000, "203.0.113.11", 443).ttl(1);
    int error = errors.timeExceededByDialled(batch, add(late));
    byte[] sent = PlainParser.datagram(batch, error);
    assertEquals("", PlainParser.wrong(sent));
    assertEquals(Ipv4Text.parse("203.0.113.11"), PlainParser.i32(sent, 12));
    assertArrayEquals(late.datagram(), Arrays.copyOfRange(sent, 28, sent.length));
  }

  @Test
  void quotesNoMoreThanFits576Bytes() {
    FrameBuilder late = FrameBuilder.udp("10.10.1.10", 4, "198.51.100.50", 443).payload(1_400);
    int error = errors.timeExceeded(batch, add(late.ttl(1)));
    byte[] sent = PlainParser.datagram(batch, error);
    assertEquals(576, sent.length);
    assertEquals("", PlainParser.wrong(sent));
    assertArrayEquals(
        Arrays.copyOf(late.datagram(), 548), Arrays.copyOfRange(sent, 28, sent.length));
  }

  @Test
  void makesNoErrorAboutWhatMustNotHaveOne() {
    String guest = "10.10.1.10";
    String far = "198.51.100.50";
    FrameBuilder about = FrameBuilder.udp(far, 53, guest, 5000);
    assertNoError(FrameBuilder.icmpError(guest, far, 3, 3, about), "an ICMP error");
    assertNoError(FrameBuilder.icmpError(guest, far, 11, 0, about), "an ICMP error");
    assertNoError(FrameBuilder.icmp(guest, far, 42, 0, 0), "an unknown ICMP type");
    assertNoError(
        FrameBuilder.udp(guest, 1, far, 2).payload(40).fragment(24, 24, false), "a later fragment");
    assertNoError(FrameBuilder.udp(guest, 1, "224.0.0.5", 2), "multicast");
    assertNoError(FrameBuilder.udp(guest, 1, "255.255.255.255", 2), "broadcast");
    assertNoError(FrameBuilder.udp(guest, 1, "10.10.2.255", 2), "a tier's broadcast");
    assertNoError(FrameBuilder.udp("0.0.0.0", 1, far, 2), "a source that is nobody");
    assertNoError(FrameBuilder.udp("127.0.0.1", 1, far, 2), "a loopback source");
    assertNoError(FrameBuilder.udp("10.10.1.255", 1, far, 2), "a broadcast source");
    assertNoError(
        FrameBuilder.udp(guest, 1, far, 2).macs(GUEST_MAC, 0xffff_ffff_ffffL), "a broadcast frame");
  }

  @Test
  void makesErrorsAboutQueriesAndFirstFragments() {
    String far = "198.51.100.50";
    int echo = add(FrameBuilder.echo("10.10.1.10", far, 1, 1));
    int first = add(FrameBuilder.udp("10.10.1.10", 1, far, 2).payload(40).fragment(0, 24, true));
    assertEquals(batch.capacity, errors.timeExceeded(batch, echo));
    assertEquals(batch.capacity + 1, errors.timeExceeded(batch, first));
  }

  // --- all

  @Test
  void makesNothingWhereTheBatchHasNoRoom() {
    int request = add(FrameBuilder.arp(1, "10.10.1.10", "10.10.1.1"));
    int echo = add(FrameBuilder.echo("10.10.1.10", "10.10.1.1", 1, 1));
    while (batch.addExtra(0, 10) != FrameBatch.NONE) {}
    int live = batch.liveCount;
    arp.handle(batch, request, context);
    assertDecided(request, Verdict.DROP, Reason.NO_ROOM);
    assertEquals(FrameBatch.NONE, EchoResponder.answer(batch, echo));
    assertEquals(FrameBatch.NONE, errors.timeExceeded(batch, echo));
    assertEquals(live, batch.liveCount);
  }

  @Test
  void goesToTheDerivedMacWhereTheFrameHadNone() {
    int i = add(FrameBuilder.echo("10.10.1.10", "10.10.1.1", 1, 1).macs(0x1234, 1));
    batch.sourceMac[i] = 0;
    assertEquals(GUEST_MAC, batch.nextHopMac[EchoResponder.answer(batch, i)]);
  }

  @Test
  void answersWithoutAllocating() {
    int request = add(FrameBuilder.arp(1, "10.10.1.10", "10.10.1.1"));
    int echo = add(FrameBuilder.echo("10.10.1.10", "10.10.1.1", 1, 1).payload(100));
    byte[][] frames = {
      batch.bytes.copy(batch.start[request], batch.length[request]),
      batch.bytes.copy(batch.start[echo], batch.length[echo])
    };
    Allocation.assertNone(
        3_000,
        () -> {
          batch.clear();
          for (byte[] frame : frames) {
            FrameBuilder.add(batch, frame, LinkType.ETHERNET, 0);
          }
          arp.handle(batch, request, context);
          EchoResponder.answer(batch, echo);
          errors.timeExceeded(batch, echo);
        });
    assertEquals(3, batch.extras);
  }

  private void assertNoError(FrameBuilder frame, String about) {
    assertEquals(FrameBatch.NONE, errors.timeExceeded(batch, add(frame)), about);
    assertEquals(0, batch.extras);
    batch.clear();
  }

  /** The only extra: ready for encapsulation, back to where {@code parent} came from. */
  private int assertGoesBack(int parent, int family) {
    assertEquals(1, batch.extras);
    int extra = batch.capacity;
    assertEquals(parent, batch.parent[extra]);
    assertEquals(extra, batch.live[batch.liveCount - 1]);
    assertEquals(Verdict.PENDING, batch.verdict[extra]);
    assertEquals(Reason.ORIGINATED.number(), batch.reason[extra]);
    assertEquals(family, batch.family[extra]);
    assertEquals(T1, batch.segment[extra]);
    assertEquals(T1, batch.outSegment[extra]);
    assertEquals(GUEST_MAC, batch.nextHopMac[extra]);
    assertEquals(ENDPOINT, batch.nextHopEndpoint[extra]);
    assertEquals(FrameBatch.NONE, batch.l2[extra]);
    assertEquals(batch.start[extra], batch.l3[extra]);
    assertEquals(batch.start[extra] + batch.length[extra], batch.l3End[extra]);
    assertEquals(0, batch.missing[extra]);
    assertEquals(batch.sourceAddress[extra], batch.newSource[extra]);
    assertEquals(batch.destinationAddress[extra], batch.newDestination[extra]);
    return extra;
  }

  private void assertDecided(int i, byte verdict, Reason reason) {
    assertEquals(verdict, batch.verdict[i]);
    assertEquals(reason.number(), batch.reason[i]);
  }

  private int add(FrameBuilder frame) {
    return add(frame, T1);
  }

  private int add(FrameBuilder frame, int segment) {
    int i = frame.addTo(batch, 0);
    PlainParser.parse(batch, i, segment);
    batch.remoteEndpoint[i] = ENDPOINT;
    return i;
  }
}
