package io.vpcrig.config;

import io.vpcrig.model.LoadBalancer;
import io.vpcrig.model.Origin;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Vpc;

/**
 * What is legal in a VPC but probably not meant, and shows without looking at headers. The rest is
 * told by the lint of {@code check}.
 */
final class VpcAdvice {
  private final Vpc vpc;
  private final Problems problems;

  VpcAdvice(Vpc vpc, Problems problems) {
    this.vpc = vpc;
    this.problems = problems;
  }

  void run() {
    for (Segment.Tier tier : vpc.tiers()) {
      if (tier.acl().isEmpty()) {
        warn(
            tier.origin(),
            "tiers." + tier.name(),
            "no list: all ingress is dropped, all egress allowed; add acl: NAME, or acl:"
                + " default_deny to mean it");
      }
    }
    vpc.loadBalancers().forEach(this::adviseOnBalancer);
  }

  private void adviseOnBalancer(LoadBalancer balancer) {
    if (balancer.members().isEmpty()) {
      warn(
          balancer.origin(),
          "load-balancing",
          "balancer " + balancer.name() + " has no members; add members: [HOST]");
    } else if (balancer.members().stream().allMatch(member -> member.weight() == 0)) {
      warn(
          balancer.origin(),
          "load-balancing",
          "balancer "
              + balancer.name()
              + " has no member with a weight above 0, so it takes no new client");
    }
  }

  private void warn(Origin origin, String path, String message) {
    problems.warning(origin, path, message);
  }
}
