package io.vpcrig.query.lint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.config.ConfigException;
import io.vpcrig.config.VpcFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The VPC of each probe of cloudstack.md 2.5, as far as a rule in a file can be concerned: whoever
 * wrote it is told what the router makes of it, and nobody is told anything where it does what was
 * meant. P9 (open flows) is about time, P26 to P30 about a mode that is not modelled.
 */
class ProbeLintTest {
  private static final String HEAD =
      """
      vpc: {name: kit, cidr: 10.10.0.0/16}
      segments:
        public: {vlan: 100, subnet: 203.0.113.0/24, address: 203.0.113.10, gateway: 203.0.113.1}
      """;

  private static final String HOSTS =
      """
      hosts: {a: {tier: t1, address: 10.10.1.10}, b: {tier: t2, address: 10.10.2.10}}
      """;

  @TempDir Path directory;

  private static Arguments probe(
      String name, String t1, String t2, String lists, String more, String... told) {
    return Arguments.of(name, t1, t2, lists, more, List.of(told));
  }

  private static String list(String name, String... rules) {
    StringBuilder list = new StringBuilder("  " + name + ":\n");
    for (String rule : rules) {
      list.append("    - {").append(rule).append("}\n");
    }
    return list.toString();
  }

  private static final String OPEN = list("open", "number: 9, protocol: all");
  private static final String FORWARD =
      "port-forwarding: [{public: 203.0.113.11, protocol: tcp, ports: 8080, host: b, to: 80}]\n";
  private static final String GATEWAY =
      "private-gateways: [{name: pg, vlan: 300, address: 192.0.2.2/24, gateway: 192.0.2.1, acl:"
          + " %s}]\n";

  static Stream<Arguments> probes() {
    return Stream.of(
        probe(
            "P1 P2: without a list nothing comes in",
            "open",
            "",
            OPEN,
            "",
            "unreachable-tier: t2: it has no list"),
        probe(
            "P3: what is allowed in comes in",
            "open",
            "l",
            OPEN + list("l", "number: 1, protocol: tcp, ports: 22, cidr: 10.10.1.0/24"),
            ""),
        probe(
            "P4: egress rules that only allow",
            "l",
            "open",
            OPEN
                + list(
                    "l",
                    "number: 1, protocol: all",
                    "number: 2, direction: egress, protocol: tcp, ports: 22"),
            "",
            "redundant: l egress: rule 2",
            "open-egress: l egress: rule 2 (allow): no egress rule of the list denies"),
        probe(
            "P4: with a deny at the end they mean it",
            "l",
            "open",
            OPEN
                + list(
                    "l",
                    "number: 1, protocol: all",
                    "number: 2, direction: egress, protocol: tcp, ports: 22",
                    "number: 3, direction: egress, action: deny, protocol: all"),
            ""),
        probe(
            "P5: default_deny keeps forwards out",
            "open",
            "default_deny",
            OPEN,
            FORWARD,
            "unreachable-tier: t1: what its list open lets in, no other tier",
            "unreachable-tier: t2: its list default_deny lets no new connection into it",
            "closed-forward: t2: a port forward leads to b port 80, but no rule"),
        probe(
            "P6: a tier's own gateway answers past the list",
            "l",
            "open",
            OPEN
                + list(
                    "l",
                    "number: 1, protocol: all",
                    "number: 2, direction: egress, action: deny, protocol: udp, ports: 53",
                    "number: 3, direction: egress, action: deny, protocol: tcp, ports: 25",
                    "number: 4, direction: egress, action: deny, protocol: all, cidr:"
                        + " 10.10.1.1/32"),
            "",
            "router-answers: l egress: rule 2 (deny): hosts of t1 still get it from their own"
                + " gateway 10.10.1.1",
            "never-matches: l egress: rule 4 (deny): connections within t1 do not come to its list,"
                + " nor do those to its own gateway"),
        probe(
            "P7 P8: egress decides on other gateways and public addresses",
            "l",
            "open",
            OPEN
                + list(
                    "l",
                    "number: 1, protocol: all",
                    "number: 2, direction: egress, action: deny, protocol: tcp, ports: 80, cidr:"
                        + " 10.10.2.1/32",
                    "number: 3, direction: egress, action: deny, protocol: tcp, ports: 80, cidr:"
                        + " 203.0.113.0/24"),
            ""),
        probe(
            "P10: a denied tier is reached by its public address",
            "l",
            "open",
            OPEN
                + list(
                    "l",
                    "number: 1, protocol: all",
                    "number: 2, direction: egress, action: deny, protocol: all, cidr:"
                        + " 10.10.2.0/24"),
            FORWARD,
            "bypassed: l egress: rule 2 (deny all 0.0.0.0/0 > 10.10.2.0/24) is gone around: from"
                + " t1, 203.0.113.11 leads into t2"),
        probe(
            "P11: unless the public address is denied, too",
            "l",
            "open",
            OPEN
                + list(
                    "l",
                    "number: 1, protocol: all",
                    "number: 2, direction: egress, action: deny, protocol: all, cidr: 10.10.2.0/24",
                    "number: 3, direction: egress, action: deny, protocol: all, cidr:"
                        + " 203.0.113.11/32"),
            FORWARD),
        probe(
            "P12: lists see the private port",
            "open",
            "l",
            OPEN + list("l", "number: 1, protocol: tcp, ports: 8080"),
            FORWARD,
            "closed-forward: t2: a port forward leads to b port 80 (not 8080: lists see the private"
                + " port), but"),
        probe(
            "P13 P14 P15: both lists let a hairpin through",
            "l",
            "open",
            OPEN + list("l", "number: 1, protocol: tcp, ports: 80"),
            FORWARD.replace("host: b", "host: a")),
        probe(
            "P14: the source tier's egress list is asked",
            "l",
            "from_t1",
            list(
                    "l",
                    "number: 1, protocol: all",
                    "number: 2, direction: egress, action: deny, protocol: tcp, ports: 8081")
                + list("from_t1", "number: 1, protocol: tcp, ports: 80, cidr: 10.10.1.0/24"),
            FORWARD.replace("8080", "8081").replace("}]", ", cidrs: 10.10.1.0/24}]"),
            "closed-forward: t2: a port forward leads to b port 80, but"),
        probe(
            "P16: static NAT meets the list of the host's tier",
            "open",
            "l",
            OPEN + list("l", "number: 1, protocol: tcp, ports: 22, cidr: 10.10.9.0/24"),
            "static-nat: [{public: 203.0.113.12, host: b}]\n",
            "never-matches: l ingress: rule 1 (allow): nothing it matches can come into t2",
            "unreachable-tier: t2: what its list l lets in, no other tier, private gateway or"
                + " public address sends",
            "closed-forward: t2: static NAT of 203.0.113.12 leads to b, but"),
        probe(
            "P17: balanced connections do not meet the list",
            "open",
            "l",
            OPEN + list("l", "number: 1, protocol: tcp, ports: 80, cidr: 10.10.1.0/24"),
            "load-balancing: [{name: shop, public: 203.0.113.11, protocol: tcp, port: 80, to: 80,"
                + " algorithm: roundrobin, tier: t2, members: [b]}]\n",
            "shipped-router: balancer shop: balanced-past-list: load-balanced connections do not"
                + " meet the tier's ingress list on the shipped router; a client such as 0.0.0.0 is"
                + " denied"),
        probe(
            "P17: nor does udp get to a balancer",
            "open",
            "open",
            OPEN,
            "load-balancing: [{name: dns, public: 203.0.113.11, protocol: udp, port: 53, to: 53,"
                + " algorithm: source, tier: t2, members: [b]}]\n",
            "shipped-router: balancer dns: balanced-udp: udp is not load-balanced on the shipped"
                + " router"),
        probe(
            "P18: a numbered protocol loses its ports",
            "open",
            "l",
            OPEN + list("l", "number: 1, protocol: 6, ports: 22"),
            "",
            "shipped-router: l ingress: numbered-protocol: "),
        probe(
            "P19: tcp without ports is port 0",
            "open",
            "l",
            OPEN + list("l", "number: 1, protocol: tcp"),
            "",
            "shipped-router: l ingress: absent-ports: "),
        probe(
            "P20: of several CIDRs the last keeps its rank",
            "open",
            "l",
            OPEN
                + list(
                    "l",
                    "number: 1, protocol: tcp, ports: 22, cidr: [10.10.1.0/25, 10.10.1.128/25]",
                    "number: 2, action: deny, protocol: all"),
            "",
            "redundant: l ingress: rule 2",
            "shipped-router: l ingress: several-cidrs: "),
        probe(
            "P21: the number ranks, not the place",
            "open",
            "l",
            OPEN
                + list(
                    "l",
                    "number: 20, protocol: tcp, ports: 22-23",
                    "number: 10, action: deny, protocol: tcp, ports: 22"),
            "",
            "written-order: l ingress: rule 20 (allow): it is written before rule 10 (deny), which"
                + " decides first"),
        probe(
            "P22: any ICMP before one type",
            "open",
            "l",
            OPEN
                + list(
                    "l",
                    "number: 1, protocol: icmp",
                    "number: 2, action: deny, protocol: icmp, icmp-type: 8, icmp-code: 0, cidr:"
                        + " 10.10.1.0/24"),
            "",
            "shadowed: l ingress: rule 2"),
        probe(
            "P23: public addresses answer ping",
            "open",
            "l",
            OPEN + list("l", "number: 1, action: deny, protocol: icmp", "number: 2, protocol: all"),
            "",
            "router-answers: l ingress: rule 1 (deny): the router's public addresses, such as"
                + " 203.0.113.10, still answer ping"),
        probe(
            "P24: a gateway's default_deny keeps both ways shut",
            "open",
            "t",
            OPEN + list("t", "number: 1, protocol: all, cidr: 10.10.0.0/16"),
            GATEWAY.formatted("default_deny"),
            "shipped-router: private gateway pg: gateway-foreign-source"),
        probe(
            "P24: a gateway's words are turned round",
            "l",
            "l",
            list("l", "number: 1, protocol: all, cidr: 10.10.0.0/16")
                + list(
                    "g",
                    "number: 1, protocol: tcp, ports: 22, cidr: 192.0.2.0/24",
                    "number: 2, direction: egress, action: deny, protocol: all, cidr:"
                        + " 192.0.2.0/24"),
            GATEWAY.formatted("g"),
            "never-matches: g ingress: rule 1 (allow): nothing it matches goes out by pg: ingress"
                + " rules of a private gateway's list judge what leaves the VPC",
            "never-matches: g egress: rule 2 (deny): nothing it matches comes in by pg"),
        probe(
            "P25: foreign sources pass a gateway's list",
            "l",
            "l",
            list("l", "number: 1, protocol: tcp, ports: 22, cidr: [198.51.100.0/24, 10.10.0.0/16]"),
            GATEWAY.formatted("default_deny"),
            "shipped-router: private gateway pg: gateway-foreign-source: "));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("probes")
  void isTold(String name, String t1, String t2, String lists, String more, List<String> told)
      throws IOException, ConfigException {
    String vpc =
        HEAD
            + "tiers:\n"
            + tier("t1", "10.10.1.1/24", 101, t1)
            + tier("t2", "10.10.2.1/24", 102, t2)
            + (lists.isEmpty() ? "" : "acls:\n" + lists)
            + HOSTS
            + more;
    Path file = Files.writeString(directory.resolve("vpc.yaml"), vpc);
    List<String> found =
        VpcLint.of(VpcFile.read(file), Duration.ofSeconds(20)).stream()
            .map(
                finding ->
                    finding.kind().label() + ": " + finding.where() + ": " + finding.message())
            .toList();
    assertEquals(told.size(), found.size(), () -> name + "\n" + String.join("\n", found));
    for (String each : told) {
      assertTrue(
          found.stream().anyMatch(text -> text.startsWith(each)),
          () -> each + "\nis not told, but\n" + String.join("\n", found));
    }
  }

  private static String tier(String name, String gateway, int vlan, String list) {
    return "  %s: {gateway: %s, vlan: %d%s}\n"
        .formatted(name, gateway, vlan, list.isEmpty() ? "" : ", acl: " + list);
  }
}
