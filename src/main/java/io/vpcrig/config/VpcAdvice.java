package io.vpcrig.config;

import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Direction;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.LoadBalancer;
import io.vpcrig.model.Origin;
import io.vpcrig.model.PortForward;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Quirk;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Vpc;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is legal in a VPC but probably not meant, or means something else on the shipped router. */
final class VpcAdvice {
  private final Vpc vpc;
  private final Problems problems;
  private final Map<String, Segment.Tier> tiers = new HashMap<>();

  VpcAdvice(Vpc vpc, Problems problems) {
    this.vpc = vpc;
    this.problems = problems;
    vpc.tiers().forEach(tier -> tiers.put(tier.name(), tier));
  }

  void run() {
    Set<String> used = new HashSet<>();
    vpc.privateGateways().forEach(gateway -> used.add(gateway.acl()));
    for (Segment.Tier tier : vpc.tiers()) {
      tier.acl().ifPresent(used::add);
      if (tier.acl().isEmpty()) {
        warn(
            tier.origin(),
            "tiers." + tier.name(),
            "no list: all ingress is dropped, all egress allowed; add acl: NAME, or acl:"
                + " default_deny to mean it");
      }
    }
    for (AclList list : vpc.lists().values()) {
      if (!used.contains(list.name())) {
        warn(
            list.origin(),
            "acls." + list.name(),
            "used by no tier and no private gateway; use it or remove it");
      }
      adviseOnRules(list);
    }
    vpc.portForwards().forEach(this::adviseOnForward);
    vpc.loadBalancers().forEach(this::adviseOnBalancer);
  }

  private void adviseOnRules(AclList list) {
    Set<String> laterActions = new HashSet<>();
    List<AclRule> rules = list.rules();
    for (AclRule rule : rules.reversed()) {
      String path = "acls." + list.name() + "." + rule.number();
      if (rule.ports().isPresent() && rule.protocolByNumber()) {
        boolean hasPorts = rule.protocol() == Protocol.TCP || rule.protocol() == Protocol.UDP;
        warnQuirk(
            rule.origin(),
            path,
            Quirk.NUMBERED_PROTOCOL,
            hasPorts
                ? "write protocol: " + Protocol.name(rule.protocol())
                : "protocol " + rule.protocol() + " has no ports, so intended it matches nothing");
      }
      if (rule.ports().isEmpty()
          && !rule.protocolByNumber()
          && (rule.protocol() == Protocol.TCP || rule.protocol() == Protocol.UDP)) {
        warnQuirk(rule.origin(), path, Quirk.ABSENT_PORTS, "write ports: 1-65535");
      }
      String direction = rule.direction().name();
      Action opposite = rule.action() == Action.ALLOW ? Action.DENY : Action.ALLOW;
      if (rule.cidrs().size() > 1 && laterActions.contains(direction + opposite)) {
        warnQuirk(rule.origin(), path, Quirk.SEVERAL_CIDRS, "write one rule for each of its CIDRs");
      }
      laterActions.add(direction + rule.action());
    }
  }

  private void adviseOnForward(PortForward forward) {
    Segment.Tier tier = tiers.get(forward.host().tier());
    Optional<AclList> list = vpc.list(tier);
    if (list.stream().flatMap(l -> l.rules().stream()).noneMatch(rule -> lets(rule, forward))) {
      warn(
          forward.origin(),
          "port-forwarding",
          Protocol.name(forward.protocol())
              + " "
              + Ipv4Text.format(forward.publicAddress())
              + ":"
              + forward.ports()
              + " to "
              + forward.host().name()
              + ":"
              + forward.to()
              + " is let in by no ingress rule of "
              + list.map(l -> "list " + l.name()).orElse("tier " + tier.name() + ", it has no list")
              + "; allow the private ports "
              + forward.to());
    }
  }

  /**
   * Whether some packet of the forward could match the rule; what stands before it is not asked.
   */
  private static boolean lets(AclRule rule, PortForward forward) {
    return rule.direction() == Direction.INGRESS
        && rule.action() == Action.ALLOW
        && (rule.protocol() == Protocol.ALL || rule.protocol() == forward.protocol())
        && rule.ports().map(ports -> ports.overlaps(forward.to())).orElse(true)
        && (forward.sources().isEmpty()
            || forward.sources().stream()
                .anyMatch(
                    source -> rule.cidrs().stream().anyMatch((Cidr c) -> c.overlaps(source))));
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
    if (balancer.protocol() == Protocol.UDP) {
      warnQuirk(
          balancer.origin(),
          "load-balancing",
          Quirk.BALANCED_UDP,
          "balancer " + balancer.name() + " works as intended only");
    }
  }

  private void warnQuirk(Origin origin, String path, Quirk quirk, String advice) {
    warn(origin, path, quirk.sentence() + " [" + quirk.label() + "]; " + advice);
  }

  private void warn(Origin origin, String path, String message) {
    problems.warning(origin, path, message);
  }
}
