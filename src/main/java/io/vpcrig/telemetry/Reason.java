package io.vpcrig.telemetry;

import java.util.ArrayList;
import java.util.List;

/**
 * Why a frame was dropped, or why it passed. Numbers are public (they stand in files that people
 * keep) and are never reused; a retired reason keeps its number. The owner is the stage that gives
 * it.
 */
public enum Reason {
  // --- passing ---------------------------------------------------------------------------------
  ALLOW_RULE(1, "acl", "acl.allow.rule", "a rule of an access list allows it"),
  ALLOW_DEFAULT(2, "acl", "acl.allow.default", "no rule matched and the default allows it"),
  ESTABLISHED(3, "session", "session.established", "belongs to a session that was allowed"),
  RELATED(4, "session", "session.related", "ICMP error about a session that was allowed"),
  SWITCHED(
      5, "tunnel", "segment.switched", "both addresses are in one segment; the router is not met"),
  LOCAL_ARP(6, "service", "local.arp", "ARP for an address of the router"),
  LOCAL_ECHO(7, "service", "local.icmp", "ICMP to the router itself"),
  LOCAL_INPUT(8, "service", "local.input", "accepted by the router's INPUT rules"),
  ORIGINATED(9, "service", "router.originated", "made by the router"),
  HELD(10, "session", "fragment.held", "fragment whose datagram is not complete"),
  FRAGMENT(11, "session", "fragment.complete", "fragment of a datagram that was allowed"),
  BALANCED(12, "balance", "balance.member", "load-balanced; no list of the tier is asked"),
  UNTRACKED(
      13,
      "session",
      "session.untracked",
      "fits no session; the shipped router lets it by as it is"),

  // --- frame and link layer ---------------------------------------------------------------------
  FRAME_OVERSIZE(100, "io", "frame.oversize", "longer than a batch takes (262144 bytes)"),
  LINK_UNSUPPORTED(101, "tunnel", "parse.link.type", "the capture's link type is not supported"),
  ETHERNET_SHORT(
      102, "tunnel", "parse.ethernet.short", "too short for its Ethernet or cooked header"),
  ETHERTYPE(103, "tunnel", "parse.ethernet.type", "neither IPv4, IPv6 nor ARP"),
  VLAN_SHORT(104, "tunnel", "parse.vlan.short", "ends inside an 802.1Q tag"),
  VLAN_UNKNOWN(105, "tunnel", "segment.vlan.unknown", "no segment has this VLAN"),
  VNI_UNKNOWN(106, "tunnel", "segment.vni.unknown", "no segment has this VXLAN network identifier"),
  VXLAN_SHORT(107, "tunnel", "parse.vxlan.short", "ends inside its VXLAN header"),
  VXLAN_FLAGS(108, "tunnel", "parse.vxlan.flags", "VXLAN I flag not set (RFC 7348 5)"),
  VXLAN_INNER_TAG(
      109, "tunnel", "parse.vxlan.inner-tag", "inner frame has an 802.1Q tag (RFC 7348 6.1)"),
  SEGMENT_UNTAGGED(110, "tunnel", "segment.untagged", "untagged and no segment takes it"),
  VXLAN_OUTER(
      111, "tunnel", "parse.vxlan.outer", "outer IPv4 or UDP header of the tunnel is wrong"),

  // --- network layer ---
  IPV4_HEADER(120, "tunnel", "parse.ipv4.header", "IPv4 version or header length is wrong"),
  IPV4_LENGTH(121, "tunnel", "parse.ipv4.length", "IPv4 total length does not fit the frame"),
  IPV4_CHECKSUM(122, "tunnel", "parse.ipv4.checksum", "IPv4 header checksum is wrong"),
  IPV4_TRUNCATED(
      123, "tunnel", "parse.ipv4.truncated", "the capture cut the frame inside its headers"),
  IPV4_ADDRESS(
      124,
      "tunnel",
      "parse.ipv4.address",
      "an address that can't be sent from or to (RFC 1122 3.2.1.3)"),
  IPV6(125, "tunnel", "ipv6.unsupported", "IPv6 is not routed yet"),
  ARP_MALFORMED(
      126, "tunnel", "parse.arp", "ARP message is malformed or not for IPv4 over Ethernet"),
  ARP_NOT_OURS(127, "service", "arp.not-ours", "ARP for an address that is not the router's"),
  IPV4_SOURCE_ROUTE(128, "tunnel", "parse.ipv4.source-route", "source-routed (RFC 7126 4.3)"),

  // --- transport layer ---
  L4_SHORT(140, "tunnel", "parse.l4.short", "datagram ends inside its transport header"),
  TCP_HEADER(141, "tunnel", "parse.tcp.header", "TCP data offset or flags are wrong"),
  UDP_LENGTH(142, "tunnel", "parse.udp.length", "UDP length does not fit the datagram"),
  L4_CHECKSUM(143, "tunnel", "parse.l4.checksum", "TCP, UDP or ICMP checksum is wrong"),

  // --- fragments ---
  FRAGMENT_OVERLAP(150, "session", "fragment.overlap", "fragments overlap or exceed 65535 bytes"),
  FRAGMENT_LIMIT(151, "session", "fragment.limit", "no memory left for fragments"),
  FRAGMENT_TIMEOUT(152, "session", "fragment.timeout", "the datagram was not complete in time"),
  FRAGMENT_DUPLICATE(
      153, "session", "fragment.duplicate", "repeats a fragment that is held already"),
  FRAGMENT_EMPTY(154, "session", "fragment.empty", "fragment without a whole unit of 8 bytes"),

  // --- policy ---
  DENY_RULE(200, "acl", "acl.deny.rule", "a rule of an access list denies it"),
  DENY_DEFAULT(201, "acl", "acl.deny.default", "no rule of the ingress list allows it"),
  DENY_NO_LIST(202, "acl", "acl.deny.no-list", "the tier has no list: ingress is dropped"),
  INPUT(203, "service", "input.drop", "the router's INPUT rules do not accept it"),
  FORWARD_POLICY(204, "route", "forward.policy", "no rule of the router forwards it"),
  ROUTE_NONE(205, "route", "route.none", "no route to the destination"),
  TTL(206, "route", "ttl.expired", "TTL ran out here"),
  // 207 was balance.unsupported.
  NAT_EXHAUSTED(208, "nat", "nat.ports.exhausted", "no free source NAT port for this destination"),
  MULTICAST(209, "route", "route.multicast", "multicast and broadcast are not routed"),
  NAT_NO_SOURCE(
      210, "nat", "nat.no-source-address", "leaves by public but there is no source NAT address"),

  MTU(
      211,
      "route",
      "mtu.exceeded",
      "longer than the MTU of where it leaves, and must not be fragmented"),

  // --- sessions ---
  SESSION_INVALID(220, "session", "session.invalid", "fits no session and can't begin one"),
  SESSION_FULL(221, "session", "session.table-full", "the session table is full"),
  ICMP_UNRELATED(222, "session", "session.icmp-unrelated", "ICMP error about no known session"),

  // --- load balancing ---
  BALANCE_CLIENT(240, "balance", "balance.client", "the load balancer serves other clients only"),
  BALANCE_NO_MEMBER(
      241, "balance", "balance.no-member", "no member of the load balancer takes connections"),

  // --- resources ---
  NO_ROOM(
      230,
      "engine",
      "frame.no-room",
      "no memory left in the batch for a frame of the router's own");

  /** Largest number in use, plus one: the length of counter arrays. */
  public static final int LIMIT = 256;

  private static final Reason[] BY_NUMBER = new Reason[LIMIT];

  static {
    for (Reason reason : values()) {
      if (BY_NUMBER[reason.number] != null) {
        throw new AssertionError("reason number used twice: " + reason.number);
      }
      BY_NUMBER[reason.number] = reason;
    }
  }

  private final int number;
  private final String owner;
  private final String dottedName;
  private final String sentence;

  Reason(int number, String owner, String dottedName, String sentence) {
    this.number = number;
    this.owner = owner;
    this.dottedName = dottedName;
    this.sentence = sentence;
  }

  /** Stable number, 1..255. */
  public int number() {
    return number;
  }

  /** Package that gives this reason. */
  public String owner() {
    return owner;
  }

  /** Name in reports and files, such as {@code acl.deny.rule}. */
  public String dottedName() {
    return dottedName;
  }

  /** What it means, as half a sentence. */
  public String sentence() {
    return sentence;
  }

  /** Whether frames with this reason are dropped. */
  public boolean isDrop() {
    return number >= 100;
  }

  /** The reason of a number. */
  public static Reason of(int number) {
    Reason reason = number >= 0 && number < LIMIT ? BY_NUMBER[number] : null;
    if (reason == null) {
      throw new IllegalArgumentException("no reason has number " + number);
    }
    return reason;
  }

  /** All reasons for dropping, by number. */
  public static List<Reason> drops() {
    List<Reason> drops = new ArrayList<>();
    for (Reason reason : BY_NUMBER) {
      if (reason != null && reason.isDrop()) {
        drops.add(reason);
      }
    }
    return drops;
  }
}
