package io.vpcrig.config;

import static io.vpcrig.config.Refusals.BASE;
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
  void tellsOfATierWithoutList() {
    warns(
        BASE.replace("  app: {", "  §app: {").replace("5002, acl: default_allow", "5002"),
        "tiers.app",
        "no list: all ingress is dropped, all egress allowed");
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
}
