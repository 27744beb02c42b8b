package io.vpcrig.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Vpc;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a router as one of two needs, without a network. */
final class StandbyTest {
  private static final String VPC =
      """
      vpc: {name: pair, cidr: 10.10.0.0/16}
      segments:
        public: {vlan: 100, subnet: 203.0.113.0/24, address: 203.0.113.10, gateway: 203.0.113.1}
      tiers:
        web: {gateway: 10.10.1.1/24, vlan: 101, acl: default_allow}
        far: {gateway: 10.10.2.1/24, vxlan: 5002, acl: default_allow}
      redundancy: {segment: %s}
      """;

  private static void refuses(String segment, String address, int priority, String sentence) {
    Vpc vpc = Lab.vpc(VPC.formatted(segment));
    Vpc own =
        address.isEmpty()
            ? vpc
            : vpc.withRedundancy(
                vpc.redundancy().map(r -> r.with(Ipv4Text.parse(address), priority)));
    PortPlan plan =
        PortPlan.of(
            own, List.of(PortAssignment.parse("web=a"), PortAssignment.parse("far=b:tagged")));
    assertEquals(
        sentence,
        assertThrows(
                IllegalArgumentException.class,
                () -> Standby.requirePossible(plan.applyTo(own), plan))
            .getMessage());
  }

  @Test
  void saysWhatIsMissing() {
    refuses(
        "web",
        "",
        100,
        "redundancy: this router has no address of its own in segment web; give it by --vrrp"
            + " ADDRESS, or as address in the VPC file");
    refuses(
        "web",
        "10.10.2.2",
        100,
        "redundancy: address 10.10.2.2, legal an address of segment web, which is 10.10.1.1/24");
    refuses("web", "10.10.1.2", 0, "redundancy: priority 0, legal 1..255");
    refuses(
        "public", "203.0.113.11", 100, "redundancy: segment public has no --port to advertise by");
    refuses(
        "far",
        "10.10.2.2",
        100,
        "redundancy: segment far is behind a tunnel whose end both routers share; advertise in one"
            + " that is not");
  }

  @Test
  void aRouterThatIsAloneNeedsNothing() {
    Vpc vpc = Lab.vpc(VPC.formatted("web")).withRedundancy(Optional.empty());
    PortPlan plan = PortPlan.of(vpc, List.of(PortAssignment.parse("web=a")));
    Standby.requirePossible(plan.applyTo(vpc), plan);
  }
}
