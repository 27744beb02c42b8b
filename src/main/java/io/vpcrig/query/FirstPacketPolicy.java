package io.vpcrig.query;

import io.vpcrig.frame.Verdict;
import io.vpcrig.model.AclList;
import io.vpcrig.model.Action;
import io.vpcrig.model.Direction;
import io.vpcrig.model.LoadBalancer;
import io.vpcrig.model.Origin;
import io.vpcrig.model.PortForward;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Quirk;
import io.vpcrig.model.Segment;
import io.vpcrig.model.StaticNat;
import io.vpcrig.telemetry.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The way of one packet that belongs to no session, in the router's order (cloudstack.md 2.3, 2.4,
 * 5.1). Made for one packet and thrown away. Changes nothing: the same packet gets the same
 * decision.
 */
final class FirstPacketPolicy {
  private final ReferenceWorld world;
  private final ReferenceBalancers balancers;
  private final Set<Quirk> quirks;
  private final Packet packet;
  private final Segment in;
  private final Tuple dialled;
  private final List<Step> steps = new ArrayList<>();

  private Tuple tuple;
  private boolean destinationTranslated;
  private Optional<Decision.Balanced> balanced = Optional.empty();
  private boolean untracked;
  private ListTrial egress;
  private ListTrial ingress;

  /**
   * @param quirks those of the router; none for what was intended
   */
  FirstPacketPolicy(
      ReferenceWorld world, ReferenceBalancers balancers, Set<Quirk> quirks, Packet packet) {
    this.world = world;
    this.balancers = balancers;
    this.quirks = quirks;
    this.packet = packet;
    this.in = world.segment(packet.in());
    this.dialled = Tuple.of(packet.flow());
    this.tuple = dialled;
  }

  /** How a packet stands to the connections there are. */
  enum Fit {
    /** It belongs to none and may begin one. */
    BEGINS,
    /** It belongs to none, and none begins with such a packet. */
    CANNOT_BEGIN,
    /** There is one with its addresses and ports, in whose state it can't be. */
    MISFIT
  }

  /**
   * What Linux calls INVALID: it is not tracked, so neither NAT nor a list that looks at new
   * connections only concerns it; and nothing in the router drops it for that.
   */
  private Decision invalid(Fit fit) {
    boolean shipped = quirks.contains(Quirk.INVALID_PACKETS);
    if (world.isOwn(dialled.destination()) && (shipped || fit == Fit.CANNOT_BEGIN)) {
      return local(false, Reason.INPUT);
    }
    boolean error = dialled.protocol() == Protocol.ICMP && IcmpTypes.isError(dialled.icmpType());
    if (fit == Fit.CANNOT_BEGIN) {
      steps.add(
          new Step.SessionStep(
              error ? Step.SessionStep.Finding.UNRELATED : Step.SessionStep.Finding.CANNOT_BEGIN,
              false,
              ""));
    }
    if (!shipped) {
      return drop(error ? Reason.ICMP_UNRELATED : Reason.SESSION_INVALID);
    }
    untracked = true;
    skipEgress("looks at new connections only");
    return forward();
  }

  /** Decides. */
  Decision decide(Fit fit) {
    if (world.isOwn(dialled.source()) || world.isBroadcast(dialled.source())) {
      return drop(Reason.IPV4_ADDRESS);
    }
    if (world.isForMany(dialled.destination())) {
      return local(fit == Fit.BEGINS, Reason.MULTICAST);
    }
    if (fit != Fit.BEGINS) {
      return invalid(fit);
    }
    judgeEgress();
    if (egress != null && egress.action() == Action.DENY) {
      return denied(egress, Reason.DENY_RULE);
    }
    translateDestination();
    if (!destinationTranslated) {
      Optional<LoadBalancer> balancer = balancer();
      if (balancer.isPresent()) {
        return balance(balancer.get());
      }
    }
    return world.isOwn(tuple.destination()) ? local(true, Reason.INPUT) : forward();
  }

  private void judgeEgress() {
    if (in instanceof Segment.Public) {
      return;
    }
    if (dialled.destination() == in.address()) {
      skipEgress("is for the segment's own gateway");
      return;
    }
    if (in.name().equals(world.vpc().virtualAddresses().get(dialled.destination()))) {
      skipEgress("is for a balancer in the same tier");
      return;
    }
    Optional<AclList> list = list(in);
    if (list.isEmpty()) {
      egress =
          new ListTrial(in.name(), Optional.empty(), Direction.EGRESS, List.of(), Action.ALLOW);
    } else if (in instanceof Segment.PrivateGateway gateway
        && quirks.contains(Quirk.GATEWAY_FOREIGN_SOURCE)
        && !world.isBehind(gateway, dialled.source())) {
      skipEgress("source is neither in the gateway's subnet nor behind a static route");
      return;
    } else {
      egress = judge(list.get(), in, Direction.EGRESS, Action.ALLOW);
    }
    steps.add(new Step.EgressStep(egress));
  }

  private void skipEgress(String why) {
    steps.add(new Step.EgressSkippedStep(in.name(), why));
  }

  private void translateDestination() {
    Optional<StaticNat> nat = world.staticNatOf(tuple.destination());
    if (nat.isPresent()) {
      translateDestination(
          Step.DnatStep.Kind.STATIC_NAT,
          nat.get().host().address(),
          tuple.destinationPort(),
          nat.get().origin());
      return;
    }
    Optional<PortForward> forward = world.portForward(tuple);
    if (forward.isPresent()) {
      PortForward found = forward.get();
      translateDestination(
          Step.DnatStep.Kind.PORT_FORWARD,
          found.host().address(),
          found.to().first() + tuple.destinationPort() - found.ports().first(),
          found.origin());
    }
  }

  private void translateDestination(Step.DnatStep.Kind kind, int address, int port, Origin origin) {
    steps.add(
        new Step.DnatStep(kind, tuple.destination(), address, tuple.hasPorts() ? port : 0, origin));
    tuple = tuple.withDestination(address, port);
    destinationTranslated = true;
  }

  /**
   * INPUT rules.
   *
   * @param begins whether a connection may begin with the packet
   * @param otherwise why what they do not accept is dropped; MULTICAST for what is for others too
   */
  private Decision local(boolean begins, Reason otherwise) {
    boolean icmp = tuple.protocol() == Protocol.ICMP;
    boolean many = otherwise == Reason.MULTICAST;
    boolean virtual = world.vpc().virtualAddresses().containsKey(dialled.destination());
    boolean accepted = !virtual && (icmp ? !many : isService(begins));
    String what =
        virtual
            ? "nothing but its balancers"
            : icmp ? "ICMP" : accepted ? "a service for tiers" : "no service";
    steps.add(new Step.LocalStep(accepted, what));
    if (!accepted) {
      return drop(otherwise);
    }
    return new Decision(
        Verdict.LOCAL,
        icmp ? Reason.LOCAL_ECHO : Reason.LOCAL_INPUT,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        steps);
  }

  private boolean isService(boolean begins) {
    if (!(in instanceof Segment.Tier)) {
      return false;
    }
    int port = tuple.destinationPort();
    boolean fromTier = in.subnet().contains(tuple.source());
    return switch (tuple.protocol()) {
      case Protocol.UDP -> port == 67 || port == 53 && fromTier;
      case Protocol.TCP ->
          fromTier && (port == 53 || begins && (port == 80 || port == 443 || port == 8080));
      default -> false;
    };
  }

  // --- load balancing ------------------------------------------------------------------------

  private Optional<LoadBalancer> balancer() {
    return world
        .balancer(tuple)
        .filter(b -> b.protocol() == Protocol.TCP || !quirks.contains(Quirk.BALANCED_UDP));
  }

  private Decision balance(LoadBalancer balancer) {
    if (packet.ttl() <= 1) {
      steps.add(new Step.TtlStep(packet.ttl(), true));
      return drop(Reason.TTL);
    }
    Segment tier = world.segment(balancer.tier());
    boolean neighbour = balancer.internal() && in.name().equals(tier.name());
    boolean past = neighbour || !balancer.internal() && quirks.contains(Quirk.BALANCED_PAST_LIST);
    if (past) {
      steps.add(
          new Step.IngressSkippedStep(
              tier.name(), neighbour ? "comes from the same tier" : "is load-balanced"));
    } else {
      if (!balancer.internal()) {
        tuple = tuple.withDestination(tuple.destination(), balancer.toPort());
      }
      judgeIngress(tier);
      if (ingress.action() == Action.DENY) {
        return denied(ingress, ingress.list().isEmpty() ? Reason.DENY_NO_LIST : Reason.DENY_RULE);
      }
    }
    if (!balancer.sources().isEmpty()
        && balancer.sources().stream().noneMatch(cidr -> cidr.contains(dialled.source()))) {
      steps.add(new Step.BalanceStep(balancer, Optional.empty(), "serves other clients only"));
      return drop(Reason.BALANCE_CLIENT);
    }
    Optional<LoadBalancer.Member> member =
        balancers.choose(balancer, dialled, packet.timeNs(), false);
    steps.add(
        new Step.BalanceStep(
            balancer, member, member.isPresent() ? "" : "no member takes connections"));
    if (member.isEmpty()) {
      return drop(Reason.BALANCE_NO_MEMBER);
    }
    balanced = Optional.of(new Decision.Balanced(balancer, member.get()));
    tuple = tuple.withDestination(member.get().host().address(), balancer.toPort());
    steps.add(
        new Step.RouteStep(
            Step.RouteStep.Kind.TIER,
            Optional.of(tier.subnet()),
            tier.name(),
            OptionalInt.empty()));
    boolean kept = balancer.keepsClient() && !tier.subnet().contains(tuple.source());
    int address = kept ? tuple.source() : balancer.internal() ? balancer.address() : tier.address();
    steps.add(
        new Step.SnatStep(
            kept ? Step.SnatStep.Kind.NONE : Step.SnatStep.Kind.BALANCER,
            address,
            tuple.sourcePort(),
            true));
    tuple = tuple.withSource(address, tuple.sourcePort());
    Decision allowed = allowed(tier);
    return past ? allowed.because(Reason.BALANCED) : allowed;
  }

  private Decision forward() {
    Optional<ReferenceWorld.Route> found = world.route(tuple.destination());
    if (found.isEmpty()) {
      steps.add(
          new Step.RouteStep(Step.RouteStep.Kind.NONE, Optional.empty(), "", OptionalInt.empty()));
      return drop(Reason.ROUTE_NONE);
    }
    ReferenceWorld.Route route = found.get();
    Segment out = route.segment();
    steps.add(
        new Step.RouteStep(route.kind(), Optional.of(route.prefix()), out.name(), route.nextHop()));
    if (packet.ttl() <= 1) {
      steps.add(new Step.TtlStep(packet.ttl(), true));
      return drop(Reason.TTL);
    }
    if (!(out instanceof Segment.Tier) && world.vpc().cidr().contains(tuple.destination())) {
      return policyDrop("inside the VPC, but in none of its tiers");
    }
    boolean fromInside = world.vpc().cidr().contains(tuple.source());
    if (!(out instanceof Segment.Tier) && !fromInside) {
      return policyDrop("source is outside the VPC, and so is the destination");
    }
    if (!(out instanceof Segment.Public)) {
      judgeIngress(out);
      if (ingress.action() == Action.DENY) {
        return denied(ingress, ingress.list().isEmpty() ? Reason.DENY_NO_LIST : Reason.DENY_RULE);
      }
    }
    return untracked ? allowed(out) : translateSource(out);
  }

  private void judgeIngress(Segment out) {
    Optional<AclList> list = list(out);
    ingress =
        list.isEmpty()
            ? new ListTrial(out.name(), Optional.empty(), Direction.INGRESS, List.of(), Action.DENY)
            : judge(list.get(), out, Direction.INGRESS, Action.DENY);
    steps.add(new Step.IngressStep(ingress));
  }

  private Decision translateSource(Segment out) {
    Step.SnatStep.Kind kind = Step.SnatStep.Kind.NONE;
    int address = tuple.source();
    switch (out) {
      case Segment.Public network -> {
        Optional<StaticNat> nat = world.staticNatFor(tuple.source());
        if (nat.isPresent()) {
          kind = Step.SnatStep.Kind.STATIC_NAT;
          address = nat.get().publicAddress();
        } else if (world.vpc().sourceNatAddresses().isEmpty()) {
          steps.add(new Step.SnatStep(Step.SnatStep.Kind.MISSING, 0, 0, true));
          return drop(Reason.NAT_NO_SOURCE);
        } else {
          kind = Step.SnatStep.Kind.SOURCE_NAT;
          address = world.vpc().sourceNatAddresses().getFirst();
        }
      }
      case Segment.PrivateGateway gateway -> {
        if (gateway.sourceNat()) {
          kind = Step.SnatStep.Kind.PRIVATE_GATEWAY;
          address = gateway.address();
        }
      }
      case Segment.Tier tier -> {
        if (destinationTranslated && tier.subnet().contains(tuple.source())) {
          kind = Step.SnatStep.Kind.HAIRPIN;
          address = tier.address();
        }
      }
    }
    steps.add(new Step.SnatStep(kind, address, tuple.sourcePort(), true));
    tuple = tuple.withSource(address, tuple.sourcePort());
    return allowed(out);
  }

  private Decision allowed(Segment out) {
    ListTrial last = ingress != null ? ingress : egress;
    Optional<RuleTrial> hit = last == null ? Optional.empty() : last.hit();
    return new Decision(
        Verdict.FORWARD,
        untracked ? Reason.UNTRACKED : hit.isPresent() ? Reason.ALLOW_RULE : Reason.ALLOW_DEFAULT,
        last == null ? Optional.empty() : last.list(),
        hit.map(RuleTrial::rule),
        Optional.of(out.name()),
        Optional.of(tuple),
        balanced,
        steps);
  }

  private Decision denied(ListTrial trial, Reason reason) {
    boolean byRule = trial.hit().isPresent();
    return new Decision(
        Verdict.DROP,
        reason == Reason.DENY_RULE && !byRule ? Reason.DENY_DEFAULT : reason,
        trial.list(),
        trial.hit().map(RuleTrial::rule),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        steps);
  }

  private Decision policyDrop(String why) {
    steps.add(new Step.ForwardStep(false, why));
    return drop(Reason.FORWARD_POLICY);
  }

  private Decision drop(Reason reason) {
    return new Decision(
        Verdict.DROP,
        reason,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        steps);
  }

  private ListTrial judge(AclList list, Segment segment, Direction direction, Action byDefault) {
    return world.chain(list, direction, quirks).judge(segment.name(), tuple, byDefault);
  }

  private Optional<AclList> list(Segment segment) {
    return switch (segment) {
      case Segment.Tier tier -> world.vpc().list(tier);
      case Segment.PrivateGateway gateway -> Optional.of(world.vpc().list(gateway.acl()));
      case Segment.Public network -> Optional.empty();
    };
  }
}
