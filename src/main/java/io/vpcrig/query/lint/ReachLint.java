package io.vpcrig.query.lint;

import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.FilterRule;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.LoadBalancer;
import io.vpcrig.model.Origin;
import io.vpcrig.model.PortForward;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Quirk;
import io.vpcrig.model.Segment;
import io.vpcrig.model.StaticNat;
import io.vpcrig.model.Vpc;
import io.vpcrig.symbolic.Box;
import io.vpcrig.symbolic.Field;
import io.vpcrig.symbolic.Header;
import io.vpcrig.symbolic.HeaderSet;
import io.vpcrig.symbolic.HeaderSpace;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the lists of a VPC mean for its tiers and its public addresses: what nothing reaches, and
 * what is reached although a rule denies it.
 */
final class ReachLint {
  private final Vpc vpc;
  private final HeaderSpace space;
  private final VpcLists lists;
  private final List<Finding> findings = new ArrayList<>();

  ReachLint(Vpc vpc, HeaderSpace space) {
    this.vpc = vpc;
    this.space = space;
    this.lists = new VpcLists(vpc, space);
  }

  List<Finding> findings() {
    return findings;
  }

  /** Whether anything comes into a tier, and through each address that leads into it. */
  void tier(Segment.Tier tier) {
    boolean isReached = false;
    Set<Origin> open = new HashSet<>();
    for (Way way : Way.into(tier, vpc)) {
      HeaderSet through = lists.open(way, tier);
      if (!through.isEmpty()) {
        isReached |= !way.from().equals(tier);
        way.through().ifPresent(open::add);
        bypassed(tier, way, through);
      }
    }
    if (!isReached) {
      add(
          Finding.Kind.UNREACHABLE_TIER,
          tier.name(),
          tier.acl().isEmpty()
              ? "it has no list, so no new connection comes into it"
              : lists.ingress(tier).rules().stream().noneMatch(r -> r.action() == Action.ALLOW)
                  ? "its list " + tier.acl().get() + " lets no new connection into it"
                  : "what its list "
                      + tier.acl().get()
                      + " lets in, no other tier, private gateway or public address sends",
          tier.origin());
    }
    vpc.staticNats().stream()
        .filter(nat -> tier.subnet().contains(nat.host().address()))
        .filter(nat -> !open.contains(nat.origin()))
        .forEach(nat -> closed(tier, nat));
    vpc.portForwards().stream()
        .filter(forward -> tier.subnet().contains(forward.host().address()))
        .filter(forward -> !open.contains(forward.origin()))
        .forEach(forward -> closed(tier, forward));
    for (LoadBalancer balancer : vpc.loadBalancers()) {
      if (balancer.tier().equals(tier.name()) && !balancer.members().isEmpty()) {
        if (!open.contains(balancer.origin())) {
          closed(tier, balancer);
        }
        balanced(tier, balancer);
      }
    }
  }

  private void closed(Segment.Tier tier, StaticNat nat) {
    closed(
        tier,
        "static NAT of "
            + Ipv4Text.format(nat.publicAddress())
            + " leads to "
            + nat.host().name()
            + ", but",
        nat.origin());
  }

  private void closed(Segment.Tier tier, PortForward forward) {
    Way unmoved =
        new Way(
            tier,
            Optional.empty(),
            box(forward.host().address(), forward.ports(), forward.protocol()),
            box(forward.host().address(), forward.ports(), forward.protocol()),
            true);
    boolean letsPublic =
        !forward.ports().equals(forward.to()) && !lists.entering(unmoved, tier).isEmpty();
    closed(
        tier,
        "a port forward leads to "
            + forward.host().name()
            + " port "
            + forward.to()
            + (letsPublic ? " (not " + forward.ports() + ": lists see the private port)" : "")
            + ", but",
        forward.origin());
  }

  private void closed(Segment.Tier tier, LoadBalancer balancer) {
    closed(
        tier,
        "balancer "
            + balancer.name()
            + " leads to port "
            + (balancer.internal() ? balancer.port() : balancer.toPort())
            + ", but",
        balancer.origin());
  }

  private void closed(Segment.Tier tier, String what, Origin origin) {
    add(
        Finding.Kind.CLOSED_FORWARD,
        tier.name(),
        what + " no rule of the tier's list lets anything in there that may come",
        origin);
  }

  private static Box box(int address, PortRange ports, int protocol) {
    return Box.of(Cidr.ANY, new Cidr(address, 32), PortRange.ALL, ports, protocol);
  }

  // --- rules that are gone around ---------------------------------------------------------------

  /**
   * Egress rules see the address that was dialled (probe P10): a denied host may be had by its
   * public address.
   */
  private void bypassed(Segment.Tier tier, Way way, HeaderSet open) {
    if (way.through().isEmpty() || way.from().equals(tier)) {
      return;
    }
    FilterList egress = lists.egress(way.from());
    List<HeaderSet> meant = new ArrayList<>();
    List<LoadBalancer> balancers =
        vpc.loadBalancers().stream().filter(b -> b.origin().equals(way.through().get())).toList();
    if (balancers.isEmpty()) {
      meant.add(open);
    } else if (!balancers.getFirst().internal()) {
      LoadBalancer balancer = balancers.getFirst();
      PortRange port = new PortRange(balancer.toPort(), balancer.toPort());
      balancer
          .members()
          .forEach(
              member ->
                  meant.add(space.of(box(member.host().address(), port, balancer.protocol()))));
    }
    meant.forEach(
        set ->
            denier(egress, set)
                .ifPresent(
                    rule ->
                        findings.add(
                            new Finding(
                                Finding.Kind.BYPASSED,
                                egress.name(),
                                "rule "
                                    + rule.label()
                                    + " (deny "
                                    + Box.of(rule)
                                    + ") is gone around: from "
                                    + way.from().name()
                                    + ", "
                                    + Ipv4Text.format((int) first(way.dialled()))
                                    + " leads into "
                                    + tier.name()
                                    + ", and egress rules see the address that was dialled",
                                rule.origin(),
                                List.of(way.through().get())))));
  }

  private static long first(Box box) {
    return box.first(Field.DESTINATION);
  }

  /** The first rule that denies some of a set. */
  private Optional<FilterRule> denier(FilterList list, HeaderSet set) {
    HeaderSet left = set;
    for (FilterRule rule : list.rules()) {
      HeaderSet matched = space.of(rule);
      if (rule.action() == Action.DENY && left.overlaps(matched)) {
        return Optional.of(rule);
      }
      left = left.minus(matched);
    }
    return Optional.empty();
  }

  // --- what the shipped router does otherwise ---------------------------------------------------

  /** Probe P17, and cloudstack.md 4.2 on udp. */
  private void balanced(Segment.Tier tier, LoadBalancer balancer) {
    if (balancer.internal()) {
      return;
    }
    if (balancer.protocol() == Protocol.UDP) {
      shipped(Quirk.BALANCED_UDP, "balancer " + balancer.name(), "", balancer.origin());
      return;
    }
    for (Way way : Way.into(tier, vpc)) {
      if (way.through().equals(Optional.of(balancer.origin()))) {
        HeaderSet denied = lists.leaving(way).minus(lists.entering(way, tier));
        if (!denied.isEmpty()) {
          shipped(
              Quirk.BALANCED_PAST_LIST,
              "balancer " + balancer.name(),
              "; a client such as "
                  + Ipv4Text.format(denied.pick().map(Header::source).orElseThrow())
                  + " is denied as meant, allowed as shipped",
              balancer.origin());
          return;
        }
      }
    }
  }

  /** Probe P25: whether the list of a private gateway is passed by foreign sources. */
  void gateway(Segment.PrivateGateway gateway) {
    List<Box> foreign = Box.ALL.minus(Way.source(vpc.cidr()));
    for (Box behind : Way.sources(gateway, vpc)) {
      foreign = foreign.stream().flatMap(box -> box.minus(behind).stream()).toList();
    }
    for (Segment.Tier tier : vpc.tiers()) {
      for (Box source : foreign) {
        Box box = source.and(Way.destination(tier.subnet())).orElseThrow();
        Way way = new Way(gateway, Optional.empty(), box, box, true);
        HeaderSet past = lists.entering(way, tier).minus(lists.leaving(way));
        if (!past.isEmpty()) {
          shipped(
              Quirk.GATEWAY_FOREIGN_SOURCE,
              "private gateway " + gateway.name(),
              "; " + past.pick().orElseThrow().flow() + " is denied as meant, allowed as shipped",
              gateway.origin());
          return;
        }
      }
    }
  }

  private void shipped(Quirk quirk, String where, String example, Origin origin) {
    add(
        Finding.Kind.SHIPPED_ROUTER,
        where,
        quirk.label() + ": " + quirk.sentence() + example,
        origin);
  }

  private void add(Finding.Kind kind, String where, String message, Origin origin) {
    findings.add(new Finding(kind, where, message, origin, List.of()));
  }
}
