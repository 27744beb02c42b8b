package io.vpcrig.judge;

import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Vpc;
import io.vpcrig.testing.RandomVpc;
import io.vpcrig.testing.VpcParts;
import java.util.List;

/**
 * The random VPC of a seed as the judge needs it: every segment a VLAN (tags and tunnels are tried
 * elsewhere; a wire of the kernel's router is a segment), no load balancers (haproxy is no matter
 * of iptables).
 */
final class JudgedVpc {
  private static final int FIRST_VLAN = 100;

  private JudgedVpc() {}

  static Vpc of(long seed) {
    Vpc vpc = RandomVpc.of(seed);
    int[] vlan = {FIRST_VLAN};
    return new VpcParts(vpc)
        .publics(vpc.publics().stream().map(p -> tagged(p, vlan[0]++)).toList())
        .tiers(vpc.tiers().stream().map(t -> tagged(t, vlan[0]++)).toList())
        .privateGateways(vpc.privateGateways().stream().map(g -> tagged(g, vlan[0]++)).toList())
        .loadBalancers(List.of())
        .build();
  }

  private static Segment.Public tagged(Segment.Public p, int vlan) {
    return new Segment.Public(
        p.name(),
        new Encapsulation.Vlan(vlan),
        p.subnet(),
        p.address(),
        p.gateway(),
        p.mac(),
        p.origin());
  }

  private static Segment.Tier tagged(Segment.Tier t, int vlan) {
    return new Segment.Tier(
        t.name(), new Encapsulation.Vlan(vlan), t.subnet(), t.mac(), t.acl(), t.origin());
  }

  private static Segment.PrivateGateway tagged(Segment.PrivateGateway g, int vlan) {
    return new Segment.PrivateGateway(
        g.name(),
        new Encapsulation.Vlan(vlan),
        g.subnet(),
        g.gateway(),
        g.mac(),
        g.acl(),
        g.sourceNat(),
        g.origin());
  }
}
