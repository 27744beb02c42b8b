package io.vpcrig.config.foreign;

import io.vpcrig.model.Protocol;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;

/** Names of IP protocols: those of Debian's /etc/protocols, which netfilter uses, and Cisco's. */
final class ProtocolNames {
  static final int ICMPV6 = 58;

  private static final String NETFILTER =
      "hopopt 0 icmp 1 igmp 2 ggp 3 ipencap 4 st 5 tcp 6 egp 8 igp 9 pup 12 udp 17 hmp 20"
          + " xns-idp 22 rdp 27 iso-tp4 29 dccp 33 xtp 36 ddp 37 idpr-cmtp 38 ipv6 41"
          + " ipv6-route 43 ipv6-frag 44 idrp 45 rsvp 46 gre 47 esp 50 ah 51 skip 57"
          + " ipv6-icmp 58 icmpv6 58 ipv6-nonxt 59 ipv6-opts 60 rspf 73 vmtp 81 eigrp 88 ospf 89"
          + " ax.25 93 ipip 94 etherip 97 encap 98 pim 103 ipcomp 108 vrrp 112 l2tp 115 isis 124"
          + " sctp 132 fc 133 mobility-header 135 udplite 136 mpls-in-ip 137 manet 138 hip 139"
          + " shim6 140 wesp 141 rohc 142 ethernet 143";

  private static final String CISCO = " igrp 9 ipinip 4 ahp 51 nos 94 pcp 108";

  private static final Map<String, Integer> NUMBERS = numbers();

  private ProtocolNames() {}

  private static Map<String, Integer> numbers() {
    Map<String, Integer> numbers = new HashMap<>();
    String[] words = (NETFILTER + CISCO).split(" ");
    for (int i = 0; i < words.length; i += 2) {
      numbers.put(words[i], Integer.parseInt(words[i + 1]));
    }
    numbers.put("all", Protocol.ALL);
    numbers.put("ip", Protocol.ALL);
    return Map.copyOf(numbers);
  }

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
