package io.vpcrig.config.foreign;

import io.vpcrig.model.Protocol;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;

/** Names of IP protocols (IANA), as netfilter and Cisco IOS write them. */
final class ProtocolNames {
  static final int SCTP = 132;
  static final int ICMPV6 = 58;

  private static final Map<String, Integer> NUMBERS =
      Map.ofEntries(
          Map.entry("all", Protocol.ALL),
          Map.entry("ip", Protocol.ALL),
          Map.entry("icmp", Protocol.ICMP),
          Map.entry("igmp", 2),
          Map.entry("ipencap", 4),
          Map.entry("ipip", 4),
          Map.entry("ipinip", 4),
          Map.entry("tcp", Protocol.TCP),
          Map.entry("egp", 8),
          Map.entry("igrp", 9),
          Map.entry("igp", 9),
          Map.entry("udp", Protocol.UDP),
          Map.entry("ipv6", 41),
          Map.entry("rsvp", 46),
          Map.entry("gre", 47),
          Map.entry("esp", 50),
          Map.entry("ah", 51),
          Map.entry("ahp", 51),
          Map.entry("icmpv6", ICMPV6),
          Map.entry("ipv6-icmp", ICMPV6),
          Map.entry("eigrp", 88),
          Map.entry("ospf", 89),
          Map.entry("nos", 94),
          Map.entry("pim", 103),
          Map.entry("ipcomp", 108),
          Map.entry("pcp", 108),
          Map.entry("vrrp", 112),
          Map.entry("l2tp", 115),
          Map.entry("sctp", SCTP),
          Map.entry("udplite", 136),
          Map.entry("dccp", 33));

  private ProtocolNames() {}

  /** A name, or a number 0..255. */
  static OptionalInt find(String text) {
    Integer known = NUMBERS.get(text.toLowerCase(Locale.ROOT));
    if (known != null) {
      return OptionalInt.of(known);
    }
    boolean legal = text.matches("[0-9]{1,3}") && Integer.parseInt(text) <= 255;
    return legal ? OptionalInt.of(Integer.parseInt(text)) : OptionalInt.empty();
  }

  /** The protocols that a rule of one protocol matches. */
  static Ranges ranges(int protocol) {
    return protocol == Protocol.ALL ? Ranges.PROTOCOLS : Ranges.of(protocol, protocol);
  }
}
