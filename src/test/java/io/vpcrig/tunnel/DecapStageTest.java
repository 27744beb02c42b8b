package io.vpcrig.tunnel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.LinkType;
import io.vpcrig.frame.Verdict;
import io.vpcrig.header.ChecksumPolicy;
import io.vpcrig.header.Tcp;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.testing.FrameBuilder;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecapStageTest {
  private static final int PUBLIC = 0;
  private static final int WEB = 1;
  private static final int APP = 2;
  private static final int SHOP = 4;
  private static final int DC = 5;

  private static final SegmentTable TABLE = SegmentCompiler.compile(SegmentsOnly.example().build());

  // --- finding the segment -----------------------------------------------------------------------

  @Test
  void fillsEveryColumnOfATunnelledTcpFrame() {
    Decapped frame =
        decap(tcp("10.10.1.5", "10.10.2.9").flags(Tcp.SYN | Tcp.ECE).payload(9).vxlan(5001));
    assertEquals(
        new Decapped(
            Verdict.PENDING,
            null,
            WEB,
            50,
            0x0200_0a0a_0105L,
            Ipv4Text.parse("192.0.2.2"),
            64,
            84,
            64 + 20 + 20 + 9,
            4,
            Ipv4Text.parse("10.10.1.5"),
            Ipv4Text.parse("10.10.2.9"),
            40_000 << 16 | 443,
            6,
            Tcp.SYN | Tcp.ECE,
            0,
            FrameBatch.NONE),
        frame);
  }

  @Test
  void takesOffOneTag() {
    Decapped frame = decap(tcp("10.10.2.5", "10.10.1.9").vlan(102));
    assertEquals(APP, passed(frame).segment());
    assertEquals(18, frame.l3());
    assertEquals(0, frame.l2());
    assertEquals(0, frame.remoteEndpoint());
  }

  @Test
  void takesOffTwoTagsOfAnyKind() {
    assertEquals(SHOP, passed(decap(tcp("10.10.4.5", "10.10.1.9").qinq(200, 7))).segment());
    FrameBuilder oldKind = tcp("10.10.4.5", "10.10.1.9").tag(0x9100, 200).tag(0x8100, 7);
    assertEquals(22, passed(decap(oldKind)).l3());
    FrameBuilder twice = tcp("10.10.4.5", "10.10.1.9").vlan(200).vlan(7);
    assertEquals(SHOP, passed(decap(twice)).segment());
  }

  @Test
  void ignoresPriorityBitsAndPriorityTags() {
    FrameBuilder frame = tcp("10.10.2.5", "10.10.1.9").tag(0x8100, 0xe000).tag(0x8100, 0xb066);
    assertEquals(APP, passed(decap(frame)).segment());
    assertEquals(WEB, passed(decap(tcp("10.10.1.5", "10.10.2.9").tag(0x8100, 0x6000))).segment());
  }

  @Test
  void dropsUnknownTags() {
    assertReason(Reason.VLAN_UNKNOWN, tcp("10.10.2.5", "10.10.1.9").vlan(103));
    assertReason(Reason.VLAN_UNKNOWN, tcp("10.10.2.5", "10.10.1.9").vlan(102).vlan(5));
    assertReason(Reason.VLAN_UNKNOWN, tcp("10.10.4.5", "10.10.1.9").vlan(200).vlan(7).vlan(7));
    assertReason(Reason.VNI_UNKNOWN, tcp("10.10.1.5", "10.10.2.9").vxlan(5002));
  }

  @Test
  void dropsAFrameThatEndsInsideItsTag() {
    byte[] frame = tcp("10.10.2.5", "10.10.1.9").vlan(102).build();
    for (int length = 14; length < 18; length++) {
      assertEquals(Reason.VLAN_SHORT, decap(Arrays.copyOf(frame, length)).reason());
    }
  }

  @Test
  void placesUntaggedFramesByTheirSource() {
    assertEquals(APP, passed(decap(tcp("10.10.2.5", "10.10.1.9"))).segment());
    assertEquals(DC, passed(decap(tcp("192.168.50.9", "10.10.1.9"))).segment());
    assertEquals(DC, passed(decap(tcp("172.20.3.4", "10.10.1.9"))).segment());
    assertEquals(PUBLIC, passed(decap(tcp("198.51.100.7", "203.0.113.10"))).segment());
    assertEquals(PUBLIC, passed(decap(tcp("10.10.9.9", "10.10.1.9"))).segment());
  }

  @Test
  void placesUntaggedArpBySenderOrByTargetOfAProbe() {
    assertEquals(APP, passed(decap(FrameBuilder.arp(1, "10.10.2.5", "10.10.2.1"))).segment());
    assertEquals(APP, decap(FrameBuilder.arp(1, "0.0.0.0", "10.10.2.7")).segment());
  }

  @Test
  void aFixedSegmentTakesEveryUntaggedFrame() {
    SegmentTable fixed = SegmentCompiler.compile(SegmentsOnly.example().build(), Optional.of("dc"));
    assertEquals(DC, Decapped.of(fixed, tcp("10.10.2.5", "10.10.1.9")).segment());
  }

  @Test
  void dropsUntaggedFramesThatNoSegmentTakes() {
    SegmentTable tiersOnly =
        SegmentCompiler.compile(
            SegmentsOnly.vpc().tier("a", SegmentsOnly.vlan(1), "10.10.1.1/24").build());
    assertEquals(
        Reason.SEGMENT_UNTAGGED, Decapped.of(tiersOnly, tcp("10.9.9.9", "10.10.1.2")).reason());
    assertEquals(0, Decapped.of(tiersOnly, tcp("10.10.1.9", "10.9.9.9")).segment());
  }

  // --- tunnels ---

  @Test
  void readsATunnelInAnyVlanAndOnBothPorts() {
    assertEquals(WEB, passed(decap(web().vlan(55))).segment());
    assertEquals(WEB, passed(decap(web().vxlanPort(8472))).segment());
    assertEquals(
        PUBLIC, decap(web().vxlanPort(4790).underlay("198.51.100.1", "203.0.113.9")).segment());
  }

  @Test
  void tunnelPacketsArePlainUdpWhereNoSegmentIsATunnel() {
    SegmentTable plain =
        SegmentCompiler.compile(
            SegmentsOnly.vpc()
                .publicNet("public", SegmentsOnly.untagged(), "203.0.113.10/24")
                .build());
    Decapped frame = Decapped.of(plain, web());
    assertTrue(frame.isPending());
    assertEquals(50_000 << 16 | 4789, frame.ports());
  }

  @Test
  void ignoresReservedBitsButWantsTheIdentifierFlag() {
    passed(decap(web().vxlanFlags(0xff)));
    assertReason(Reason.VXLAN_FLAGS, web().vxlanFlags(0xf7));
  }

  @Test
  void dropsInnerTagsOfAnyKind() {
    assertReason(Reason.VXLAN_INNER_TAG, web().innerTag(0x8100, 102));
    assertReason(Reason.VXLAN_INNER_TAG, web().innerTag(0x88a8, 0));
  }

  @Test
  void onlyTheFirstTunnelIsOurs() {
    byte[] nested = web().build();
    FrameBuilder outer =
        FrameBuilder.udp("10.10.1.5", 50_001, "10.10.2.9", 4789)
            .payload(Arrays.copyOfRange(nested, 42, nested.length))
            .vxlan(5003);
    Decapped frame = passed(decap(outer));
    assertEquals(50_001 << 16 | 4789, frame.ports());
    assertEquals(3, frame.segment());
  }

  @Test
  void wantsTheOuterHeadersRight() {
    byte[] good = web().underlayChecksum().build();
    passed(decap(good));
    assertEquals(Reason.VXLAN_OUTER, decap(flip(good, 24)).reason());
    assertEquals(Reason.VXLAN_OUTER, decap(flip(good, 40)).reason());
    assertEquals(Reason.VXLAN_OUTER, decap(Arrays.copyOf(good, good.length - 1)).reason());
    assertReason(Reason.VXLAN_OUTER, web().underlay("224.0.0.1", "192.0.2.1"));
  }

  @Test
  void innerLengthsMayNotReachBeyondTheTunnel() {
    assertReason(Reason.IPV4_LENGTH, web().totalLength(41));
    byte[] shortTunnel = web().build();
    put16(shortTunnel, 38, 15);
    put16(shortTunnel, 16, 35);
    recheck(shortTunnel);
    assertEquals(Reason.VXLAN_SHORT, decap(shortTunnel).reason());
    put16(shortTunnel, 38, 16 + 13);
    put16(shortTunnel, 16, 36 + 13);
    recheck(shortTunnel);
    assertEquals(Reason.ETHERNET_SHORT, decap(shortTunnel).reason());
  }

  // --- link types ---

  @Test
  void readsRawAndCookedFrames() {
    for (int link : new int[] {LinkType.RAW, LinkType.IPV4}) {
      Decapped frame = decap(tcp("10.10.2.5", "10.10.1.9").link(link).build(), link, 0);
      assertEquals(APP, passed(frame).segment());
      assertEquals(FrameBatch.NONE, frame.l2());
      assertEquals(0, frame.sourceMac());
      assertEquals(0, frame.l3());
    }
    for (int link : new int[] {LinkType.LINUX_SLL, LinkType.LINUX_SLL2}) {
      Decapped frame = decap(tcp("10.10.2.5", "10.10.1.9").link(link).build(), link, 0);
      assertEquals(APP, passed(frame).segment());
      assertEquals(0x0200_0a0a_0205L, frame.sourceMac());
      assertEquals(link == LinkType.LINUX_SLL ? 16 : 20, frame.l3());
    }
  }

  @Test
  void dropsWhatItCannotRead() {
    byte[] frame = tcp("10.10.2.5", "10.10.1.9").build();
    assertEquals(Reason.LINK_UNSUPPORTED, decap(frame, 105, 0).reason());
    assertEquals(Reason.ETHERNET_SHORT, decap(new byte[13]).reason());
    assertEquals(Reason.ETHERNET_SHORT, decap(new byte[15], LinkType.LINUX_SLL, 0).reason());
    assertEquals(Reason.ETHERNET_SHORT, decap(new byte[19], LinkType.LINUX_SLL2, 0).reason());
    assertEquals(Reason.IPV4_LENGTH, decap(new byte[0], LinkType.RAW, 0).reason());
    assertReason(Reason.ETHERTYPE, FrameBuilder.raw(0x88cc, new byte[40]));
    assertReason(Reason.ETHERTYPE, FrameBuilder.raw(40, new byte[40]));
  }

  @Test
  void recognisesIpv6Everywhere() {
    byte[] six = new byte[40];
    six[0] = 0x60;
    assertReason(Reason.IPV6, FrameBuilder.raw(0x86dd, six));
    assertReason(Reason.IPV6, FrameBuilder.raw(0x86dd, six).vlan(102));
    assertReason(Reason.IPV6, FrameBuilder.raw(0x86dd, six).vxlan(5001));
    Decapped raw = decap(six, LinkType.RAW, 0);
    assertEquals(Reason.IPV6, raw.reason());
    assertEquals(6, raw.family());
    assertEquals(Reason.IPV6, decap(six, LinkType.IPV6, 0).reason());
  }

  // --- IPv4 ---

  @Test
  void dropsWrongIpv4Headers() {
    assertReason(Reason.IPV4_HEADER, app().version(5));
    assertReason(Reason.IPV4_HEADER, app().headerWords(4));
    assertReason(Reason.IPV4_LENGTH, app().totalLength(19));
    assertReason(Reason.IPV4_LENGTH, app().totalLength(41));
    assertReason(Reason.IPV4_CHECKSUM, app().damageHeaderChecksum(1));
    assertReason(Reason.IPV4_LENGTH, FrameBuilder.raw(0x0800, new byte[19]).vlan(102));
    assertReason(Reason.IPV4_LENGTH, app().headerWords(15));
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "224.0.0.5", "255.255.255.255", "0.0.0.0", "0.1.2.3"})
  void dropsSourcesThatCannotBe(String source) {
    assertReason(Reason.IPV4_ADDRESS, tcp(source, "10.10.1.9").vlan(102));
  }

  @Test
  void dropsDestinationsThatCannotBe() {
    assertReason(Reason.IPV4_ADDRESS, tcp("10.10.2.5", "127.0.0.1").vlan(102));
    assertReason(Reason.IPV4_ADDRESS, tcp("10.10.2.5", "0.0.0.0").vlan(102));
  }

  @Test
  void dropsSourceRoutesButNotOtherOptions() {
    passed(
        decap(
            app()
                .ipOptions(
                    (byte) 1,
                    (byte) 0x94,
                    (byte) 4,
                    (byte) 0,
                    (byte) 0,
                    (byte) 0,
                    (byte) 0,
                    (byte) 0)));
    byte[] loose = {1, (byte) 0x83, 7, 4, 10, 0, 0, 1};
    assertReason(Reason.IPV4_SOURCE_ROUTE, app().ipOptions(loose));
    byte[] strict = {(byte) 0x89, 7, 4, 10, 0, 0, 1, 0};
    assertReason(Reason.IPV4_SOURCE_ROUTE, app().ipOptions(strict));
    byte[] afterEnd = {0, (byte) 0x89, 3, 4};
    passed(decap(app().ipOptions(afterEnd)));
  }

  @Test
  void paddingIsNotPartOfTheDatagram() {
    Decapped frame = passed(decap(app().padding(6)));
    assertEquals(18 + 40, frame.l3End());
  }

  @Test
  void aCaptureThatCutThePayloadIsGoodEnough() {
    byte[] whole = app().payload(100).build();
    byte[] cut = Arrays.copyOf(whole, whole.length - 90);
    assertEquals(Reason.IPV4_LENGTH, decap(cut).reason());
    assertEquals(Reason.IPV4_LENGTH, decap(cut, LinkType.ETHERNET, 89).reason());
    Decapped frame = passed(decap(cut, LinkType.ETHERNET, 90));
    assertEquals(whole.length, frame.l3End());
    byte[] noPorts = Arrays.copyOf(whole, 18 + 20 + 19);
    assertEquals(
        Reason.IPV4_TRUNCATED,
        decap(noPorts, LinkType.ETHERNET, whole.length - noPorts.length).reason());
    byte[] noHeader = Arrays.copyOf(whole, 18 + 19);
    assertEquals(
        Reason.IPV4_TRUNCATED,
        decap(noHeader, LinkType.ETHERNET, whole.length - noHeader.length).reason());
  }

  @Test
  void repairAcceptsWrongChecksums() {
    byte[] frame = app().damageHeaderChecksum(5).damageTransportChecksum(7).build();
    assertEquals(Reason.IPV4_CHECKSUM, decap(frame).reason());
    Decapped repaired = Decapped.of(TABLE, ChecksumPolicy.REPAIR, frame, LinkType.ETHERNET, 0);
    assertTrue(repaired.isPending());
  }

  // --- transport ---

  @Test
  void dropsWrongTransportHeaders() {
    assertReason(Reason.TCP_HEADER, app().dataOffset(4));
    assertReason(Reason.TCP_HEADER, app().dataOffset(6));
    assertReason(Reason.TCP_HEADER, app().flags(Tcp.SYN | Tcp.FIN));
    assertReason(Reason.TCP_HEADER, app().flags(0));
    assertReason(Reason.TCP_HEADER, app().flags(0xff));
    FrameBuilder udp = FrameBuilder.udp("10.10.2.5", 9, "10.10.1.9", 53).vlan(102);
    assertReason(Reason.UDP_LENGTH, udp.payload(4).udpLength(7));
    assertReason(Reason.UDP_LENGTH, udp.udpLength(13));
    passed(decap(udp.udpLength(9)));
    assertReason(Reason.L4_SHORT, udp.fragment(0, 7, false));
  }

  @Test
  void dropsWrongTransportChecksums() {
    assertReason(Reason.L4_CHECKSUM, app().damageTransportChecksum(0x8000));
    FrameBuilder udp = FrameBuilder.udp("10.10.2.5", 9, "10.10.1.9", 53).vlan(102).payload(3);
    assertReason(Reason.L4_CHECKSUM, udp.damageTransportChecksum(4));
    passed(decap(udp.noUdpChecksum()));
    FrameBuilder echo = FrameBuilder.echo("10.10.2.5", "10.10.1.9", 1, 2).vlan(102);
    assertReason(Reason.L4_CHECKSUM, echo.damageTransportChecksum(4));
  }

  @Test
  void icmpPortsAreIdentifierAndTypeAndCode() {
    FrameBuilder echo = FrameBuilder.echo("10.10.2.5", "10.10.1.9", 0x1234, 2).vlan(102);
    assertEquals(0x1234_0800, passed(decap(echo)).ports());
    FrameBuilder error = FrameBuilder.icmpError("10.10.2.5", "10.10.1.9", 3, 4, app()).vlan(102);
    assertEquals(0x0304, passed(decap(error)).ports());
  }

  @Test
  void otherProtocolsHaveNoPorts() {
    Decapped gre =
        passed(decap(FrameBuilder.ipv4("10.10.2.5", "10.10.1.9", 47).payload(8).vlan(102)));
    assertEquals(0, gre.ports());
    assertEquals(38, gre.l4());
    assertEquals(47, gre.protocol());
  }

  @Test
  void onlyTheFirstFragmentHasATransportHeader() {
    FrameBuilder whole = FrameBuilder.udp("10.10.2.5", 9, "10.10.1.9", 53).vlan(102).payload(100);
    Decapped first = passed(decap(whole.fragment(0, 64, true)));
    assertEquals(9 << 16 | 53, first.ports());
    assertEquals(38, first.l4());
    assertEquals(0x2000, first.fragment());
    Decapped second = passed(decap(whole.fragment(64, 44, false)));
    assertEquals(0, second.ports());
    assertEquals(FrameBatch.NONE, second.l4());
    assertEquals(8, second.fragment());
    FrameBuilder tcp = tcp("10.10.2.5", "10.10.1.9").vlan(102).tcpOptions(new byte[8]);
    assertReason(Reason.L4_SHORT, tcp.fragment(0, 16, true));
    assertReason(Reason.L4_SHORT, tcp.fragment(0, 24, true));
  }

  // --- inside a segment ---

  @Test
  void switchesBetweenTwoHostsOfASegment() {
    assertSwitched(tcp("10.10.2.5", "10.10.2.9").vlan(102));
    assertSwitched(tcp("10.10.1.5", "10.10.1.9").vxlan(5001));
    assertSwitched(tcp("203.0.113.77", "203.0.113.78").vlan(100));
    assertSwitched(FrameBuilder.arp(1, "10.10.2.5", "10.10.2.9").vlan(102));
    passed(decap(tcp("10.10.2.5", "10.10.2.1").vlan(102)));
    passed(decap(tcp("10.10.2.1", "10.10.2.5").vlan(102)));
    passed(decap(tcp("10.10.1.5", "10.10.2.9").vlan(102)));
    passed(decap(FrameBuilder.arp(1, "10.10.2.5", "10.10.2.1").vlan(102)));
  }

  @Test
  void doesNotSwitchWhatGoesToAnAddressTheRouterTranslates() {
    assertSwitched(tcp("203.0.113.1", "203.0.113.12").vlan(100));
    passed(decap(tcp("203.0.113.1", "203.0.113.11").vlan(100)));
    passed(decap(tcp("203.0.113.11", "203.0.113.1").vlan(100)));
    assertSwitched(FrameBuilder.arp(1, "203.0.113.1", "203.0.113.12").vlan(100));
    passed(decap(FrameBuilder.arp(1, "203.0.113.1", "203.0.113.11").vlan(100)));
  }

  @Test
  void broadcastAndMulticastStayInTheirTier() {
    assertSwitched(FrameBuilder.udp("10.10.2.5", 1, "10.10.2.255", 137).vlan(102));
    assertSwitched(FrameBuilder.udp("10.10.2.5", 1, "255.255.255.255", 137).vlan(102));
    assertSwitched(FrameBuilder.udp("10.10.2.5", 1, "224.0.0.251", 5353).vlan(102));
    passed(decap(FrameBuilder.udp("0.0.0.0", 68, "255.255.255.255", 67).vlan(102)));
    assertReason(Reason.MULTICAST, FrameBuilder.udp("203.0.113.7", 1, "224.0.0.251", 53).vlan(100));
    assertReason(
        Reason.MULTICAST, FrameBuilder.udp("0.0.0.0", 68, "255.255.255.255", 67).vlan(300));
    assertReason(
        Reason.MULTICAST, FrameBuilder.udp("198.51.100.7", 1, "203.0.113.255", 53).vlan(100));
  }

  @Test
  void dropsMalformedArp() {
    byte[] frame = FrameBuilder.arp(1, "10.10.2.5", "10.10.2.1").vlan(102).padding(0).build();
    passed(decap(frame));
    assertEquals(Reason.ARP_MALFORMED, decap(Arrays.copyOf(frame, frame.length - 1)).reason());
    assertEquals(Reason.ARP_MALFORMED, decap(flip(frame, 19)).reason());
    assertEquals(Reason.ARP_MALFORMED, decap(flip(frame, 22)).reason());
    assertReason(Reason.ARP_MALFORMED, FrameBuilder.arp(3, "10.10.2.5", "10.10.2.1").vlan(102));
  }

  // --- helpers ---

  private static FrameBuilder tcp(String source, String destination) {
    return FrameBuilder.tcp(source, 40_000, destination, 443);
  }

  private static FrameBuilder app() {
    return tcp("10.10.2.5", "10.10.1.9").vlan(102);
  }

  private static FrameBuilder web() {
    return tcp("10.10.1.5", "10.10.2.9").vxlan(5001);
  }

  private static Decapped decap(FrameBuilder frame) {
    return Decapped.of(TABLE, frame);
  }

  private static Decapped decap(byte[] frame) {
    return decap(frame, LinkType.ETHERNET, 0);
  }

  private static Decapped decap(byte[] frame, int link, int missing) {
    return Decapped.of(TABLE, ChecksumPolicy.VERIFY, frame, link, missing);
  }

  private static Decapped passed(Decapped frame) {
    assertNull(frame.reason());
    assertTrue(frame.isPending());
    return frame;
  }

  private static void assertReason(Reason reason, FrameBuilder frame) {
    Decapped outcome = decap(frame);
    assertEquals(reason, outcome.reason());
    assertEquals(Verdict.DROP, outcome.verdict());
  }

  private static void assertSwitched(FrameBuilder frame) {
    Decapped outcome = decap(frame);
    assertEquals(Reason.SWITCHED, outcome.reason());
    assertEquals(Verdict.SWITCH, outcome.verdict());
    assertEquals(outcome.segment(), outcome.outSegment());
  }

  private static byte[] flip(byte[] frame, int at) {
    byte[] flipped = frame.clone();
    flipped[at] ^= 1;
    return flipped;
  }

  private static void put16(byte[] frame, int at, int value) {
    frame[at] = (byte) (value >>> 8);
    frame[at + 1] = (byte) value;
  }

  /** Makes the checksum of an IPv4 header at byte 14 right. */
  private static void recheck(byte[] frame) {
    put16(frame, 24, 0);
    int sum = io.vpcrig.header.PlainChecksum.sum(frame, 14, 20);
    put16(frame, 24, io.vpcrig.header.PlainChecksum.finish(sum));
  }
}
