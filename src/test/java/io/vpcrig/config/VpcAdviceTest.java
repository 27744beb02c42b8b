package io.vpcrig.config;

import static io.vpcrig.config.Refusals.BASE;
import static io.vpcrig.config.Refusals.accepts;
import static io.vpcrig.config.Refusals.warns;

import org.junit.jupiter.api.Test;

class VpcAdviceTest {
  private static String list(String... rules) {
    StringBuilder text =
        new StringBuilder(
            """
            vpc: {name: v, cidr: 10.10.0.0/16}
            segments: {public: {vlan: 1, subnet: 203.0.113.0/24, address: 203.0.113.10}}
            tiers: {web: {gateway: 10.10.1.1/24, vlan: 101, acl: web}}
            acls:
              web:
            """);
    for (String rule : rules) {
      text.append("    - ").append(rule).append('\n');
    }
    return text.toString();
  }

  @Test
  void tellsOfAListUsedNowhere() {
    warns(
        BASE + "acls:\n  §spare: []\n",
        "acls.spare",
        "used by no tier and no private gateway; use it or remove it");
  }

  @Test
  void tellsOfATierWithoutList() {
    warns(
        BASE.replace("  app: {", "  §app: {").replace("5002, acl: default_allow", "5002"),
        "tiers.app",
        "no list: all ingress is dropped, all egress allowed");
  }

  @Test
  void tellsWhereANumberedProtocolLosesItsPorts() {
    warns(
        list("§{number: 1, protocol: 6, ports: 22}"),
        "acls.web.1",
        "[numbered-protocol]",
        "write protocol: tcp");
  }

  @Test
  void tellsOfPortsThatAProtocolDoesNotHave() {
    warns(
        list("§{number: 1, protocol: 47, ports: 22}"),
        "acls.web.1",
        "[numbered-protocol]",
        "protocol 47 has no ports, so intended it matches nothing");
  }

  @Test
  void tellsWhereAbsentPortsBecomePortZero() {
    warns(
        list("§{number: 1, protocol: udp}"),
        "acls.web.1",
        "[absent-ports]",
        "write ports: 1-65535");
  }

  @Test
  void tellsWhereSeveralCidrsLoseTheirPlace() {
    warns(
        list(
            "§{number: 1, protocol: tcp, ports: 22, cidr: [10.0.0.0/8, 172.16.0.0/12]}",
            "{number: 2, protocol: all, action: deny}"),
        "acls.web.1",
        "[several-cidrs]",
        "write one rule for each of its CIDRs");
  }

  @Test
  void saysNothingOfSeveralCidrsThatNothingFollows() {
    accepts(
        list(
            "{number: 1, protocol: all, action: deny, direction: egress}",
            "{number: 2, protocol: tcp, ports: 22, cidr: [10.0.0.0/8, 172.16.0.0/12]}",
            "{number: 3, protocol: all, action: deny, direction: egress}"));
  }

  @Test
  void tellsOfAPortForwardToThePublicPortOfARule() {
    warns(
        list("{number: 1, protocol: tcp, ports: 2812}")
            + "port-forwarding:\n"
            + "  - §{public: 203.0.113.11, protocol: tcp, ports: 2812, to: 3389, address:"
            + " 10.10.1.5}\n",
        "port-forwarding",
        "tcp 203.0.113.11:2812 to 10.10.1.5:3389 is let in by no ingress rule of list web",
        "allow the private ports 3389");
  }

  @Test
  void saysNothingOfAPortForwardThatARuleLetsIn() {
    accepts(
        list("{number: 1, protocol: tcp, ports: 3389, cidr: 198.51.100.0/24}")
            + "port-forwarding:\n"
            + "  - {public: 203.0.113.11, protocol: tcp, ports: 2812, to: 3389, address: 10.10.1.5,"
            + " cidrs: 198.51.100.7/32}\n");
  }

  @Test
  void tellsOfHostParts() {
    warns(
        list("{number: 1, protocol: all, cidr: §10.10.3.1/24}"),
        "acls.web[0].cidr",
        "'10.10.3.1/24' has a host part, which is ignored; write 10.10.3.0/24");
  }

  @Test
  void tellsOfAVpcThatIsNotPrivate() {
    warns("vpc: {name: v, cidr: §11.0.0.0/8}\n", "vpc.cidr", "'11.0.0.0/8' is not private");
  }

  @Test
  void tellsOfABalancerWithoutMembers() {
    warns(
        BASE + "load-balancing:\n  - §{name: shop, public: 203.0.113.11, port: 80, tier: web}\n",
        "load-balancing",
        "balancer shop has no members");
  }

  @Test
  void tellsOfABalancerForUdp() {
    warns(
        BASE
            + "load-balancing:\n"
            + "  - §{name: dns, public: 203.0.113.11, protocol: udp, port: 53, tier: web, members:"
            + " [web1]}\n",
        "load-balancing",
        "udp is not load-balanced on the shipped router [balanced-udp]");
  }
}
