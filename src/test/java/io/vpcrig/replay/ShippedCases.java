package io.vpcrig.replay;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The shipped captures of {@code pcaps/}, each with the one behaviour that it shows. */
final class ShippedCases {
  static final String VPC = "pcaps/vpc.yaml";

  /** Name of the case to what it shows, in the order of the recording. */
  static final Map<String, String> ALL = new LinkedHashMap<>();

  static {
    ALL.put("tier-to-tier", "an ingress rule lets a connection from another tier in");
    ALL.put("denied-by-rule", "a deny rule of the destination's list drops");
    ALL.put("egress-denied", "an egress rule drops before anything else is asked");
    ALL.put("no-list", "a tier without a list takes nothing in and lets everything out");
    ALL.put("ping", "ICMP is judged by type, and its replies are not judged");
    ALL.put("port-forward", "a port forward is judged by the private port and the real client");
    ALL.put("source-nat", "guests leave with the source NAT address");
    ALL.put("static-nat", "a static NAT holds in both directions");
    ALL.put("public-neighbour", "translation holds for neighbours in the public subnet too");
    ALL.put("hairpin", "guests reach a port forward of their own VPC");
    ALL.put("router-itself", "the router answers ARP and pings, and takes what INPUT allows");
    ALL.put("traceroute", "the router tells whose TTL ran out");
    ALL.put("ttl-and-nat", "a time exceeded quotes the packet as it was dialled");
    ALL.put("icmp-errors", "errors about a translated connection are translated inside");
    ALL.put("fragments", "fragments go the way of their first");
    ALL.put("private-gateway", "a private gateway has lists, a static route and no NAT");
    ALL.put("switched", "frames between two hosts of a tier are not routed");
  }

  /** Those that no kernel can judge. */
  static final Map<String, String> MADE =
      Map.of("balanced/roundrobin", "hosts take turns, and see the router or the client as source");

  private ShippedCases() {}

  /** All, judged by a kernel or not. */
  static Map<String, String> withMade() {
    Map<String, String> all = new LinkedHashMap<>(ALL);
    all.putAll(MADE);
    return all;
  }

  /** The VPC beside a capture. */
  static String vpc(String name) {
    return Path.of("pcaps", name).resolveSibling("vpc.yaml").toString();
  }

  static String input(String name) {
    return "pcaps/" + name + ".pcap";
  }
}
