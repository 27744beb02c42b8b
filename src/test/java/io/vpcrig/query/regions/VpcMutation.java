package io.vpcrig.query.regions;

import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Direction;
import io.vpcrig.model.LoadBalancer;
import io.vpcrig.model.PortForward;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Segment;
import io.vpcrig.model.StaticNat;
import io.vpcrig.model.StaticRoute;
import io.vpcrig.model.Vpc;
import io.vpcrig.testing.VpcParts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** A VPC with one thing changed by chance, or with everything changed that means nothing. */
final class VpcMutation {
  private final Vpc vpc;
  private final Random random;

  VpcMutation(Vpc vpc, Random random) {
    this.vpc = vpc;
    this.random = random;
  }

  /** Another rule, list assignment, port forward, static NAT, route, gateway or load balancer. */
  Vpc one() {
    for (int k = 0; k < 100; k++) {
      Optional<Vpc> changed =
          switch (random.nextInt(8)) {
            case 0, 1 -> rule();
            case 2 -> assignment();
            case 3 -> forward();
            case 4 -> staticNat();
            case 5 -> route();
            case 6 -> gateway();
            default -> balancer();
          };
      if (changed.isPresent()) {
        return changed.get();
      }
    }
    return vpc;
  }

  private Optional<Vpc> rule() {
    List<AclList> lists = vpc.lists().values().stream().filter(l -> !l.rules().isEmpty()).toList();
    if (lists.isEmpty()) {
      return Optional.empty();
    }
    AclList list = any(lists);
    AclRule rule = any(list.rules());
    AclList without = list.without(rule.number());
    int kind = random.nextInt(5);
    AclRule other =
        switch (kind) {
          case 0 -> with(rule, rule.action(), rule.ports(), longer(rule.cidrs()));
          case 1 -> with(rule, rule.action(), rule.ports().map(VpcMutation::next), rule.cidrs());
          case 2 -> rule.numbered(100);
          default ->
              with(
                  rule,
                  rule.action() == Action.ALLOW ? Action.DENY : Action.ALLOW,
                  rule.ports(),
                  rule.cidrs());
        };
    return Optional.of(vpc.withList(kind == 4 ? without : without.with(other)));
  }

  private static AclRule with(
      AclRule rule, Action action, Optional<PortRange> ports, List<Cidr> cidrs) {
    return new AclRule(
        rule.number(),
        rule.direction(),
        action,
        rule.protocol(),
        rule.protocolByNumber(),
        ports,
        rule.icmpType(),
        rule.icmpCode(),
        cidrs,
        rule.origin());
  }

  private static List<Cidr> longer(List<Cidr> cidrs) {
    return cidrs.stream().map(c -> new Cidr(c.address(), Math.min(32, c.length() + 1))).toList();
  }

  private static PortRange next(PortRange ports) {
    return new PortRange(ports.first(), Math.min(65535, ports.last() + 1));
  }

  private Optional<Vpc> assignment() {
    List<Segment.Tier> tiers = new ArrayList<>(vpc.tiers());
    int k = random.nextInt(tiers.size());
    Segment.Tier tier = tiers.get(k);
    List<Optional<String>> lists = new ArrayList<>(List.of(Optional.empty()));
    lists.add(Optional.of("default_allow"));
    vpc.lists().keySet().forEach(name -> lists.add(Optional.of(name)));
    tiers.set(
        k,
        new Segment.Tier(
            tier.name(),
            tier.encapsulation(),
            tier.subnet(),
            tier.mac(),
            any(lists),
            tier.origin()));
    return Optional.of(new VpcParts(vpc).tiers(tiers).build());
  }

  private Optional<Vpc> forward() {
    if (vpc.portForwards().isEmpty()) {
      return Optional.empty();
    }
    List<PortForward> forwards = new ArrayList<>(vpc.portForwards());
    PortForward old = forwards.remove(random.nextInt(forwards.size()));
    if (random.nextInt(3) != 0) {
      int size = old.to().size();
      int first = 1000 + random.nextInt(3);
      forwards.add(
          new PortForward(
              old.publicAddress(),
              old.protocol(),
              old.ports(),
              random.nextBoolean() ? any(vpc.hosts()) : old.host(),
              random.nextBoolean() ? new PortRange(first, first + size - 1) : old.to(),
              old.sources(),
              old.origin()));
    }
    return Optional.of(new VpcParts(vpc).portForwards(forwards).build());
  }

  private Optional<Vpc> staticNat() {
    if (vpc.staticNats().isEmpty()) {
      return Optional.empty();
    }
    List<StaticNat> nats = new ArrayList<>(vpc.staticNats());
    nats.remove(random.nextInt(nats.size()));
    return Optional.of(new VpcParts(vpc).staticNats(nats).build());
  }

  private Optional<Vpc> route() {
    if (vpc.staticRoutes().isEmpty()) {
      return Optional.empty();
    }
    List<StaticRoute> routes = new ArrayList<>(vpc.staticRoutes());
    StaticRoute old = routes.remove(random.nextInt(routes.size()));
    if (random.nextBoolean()) {
      Cidr cidr = new Cidr(old.cidr().address(), old.cidr().length() + random.nextInt(2));
      routes.add(new StaticRoute(cidr, any(vpc.privateGateways()).name(), old.origin()));
    }
    return Optional.of(new VpcParts(vpc).staticRoutes(routes).build());
  }

  private Optional<Vpc> gateway() {
    if (vpc.privateGateways().isEmpty()) {
      return Optional.empty();
    }
    List<Segment.PrivateGateway> gateways = new ArrayList<>(vpc.privateGateways());
    int k = random.nextInt(gateways.size());
    Segment.PrivateGateway old = gateways.get(k);
    boolean another = random.nextBoolean();
    gateways.set(
        k,
        new Segment.PrivateGateway(
            old.name(),
            old.encapsulation(),
            old.subnet(),
            another ? old.gateway() + 8 : old.gateway(),
            old.mac(),
            old.acl(),
            another == old.sourceNat(),
            old.origin()));
    return Optional.of(new VpcParts(vpc).privateGateways(gateways).build());
  }

  private Optional<Vpc> balancer() {
    if (vpc.loadBalancers().isEmpty()) {
      return Optional.empty();
    }
    List<LoadBalancer> balancers = new ArrayList<>(vpc.loadBalancers());
    LoadBalancer old = balancers.remove(random.nextInt(balancers.size()));
    List<LoadBalancer.Member> members = new ArrayList<>(old.members());
    if (!members.isEmpty() && random.nextBoolean()) {
      members.removeFirst();
    }
    if (random.nextInt(3) != 0) {
      balancers.add(
          new LoadBalancer(
              old.name(),
              old.address(),
              old.internal(),
              old.protocol(),
              old.port(),
              old.toPort(),
              any(List.of(LoadBalancer.Algorithm.values())),
              old.tier(),
              members,
              old.sources(),
              random.nextBoolean(),
              old.stickiness(),
              old.health(),
              old.origin()));
    }
    return Optional.of(new VpcParts(vpc).loadBalancers(balancers).build());
  }

  /**
   * The same in other words: lists renamed, their rules renumbered and the two directions written
   * one after the other, NAT rules in another order, lists that nobody uses.
   */
  Vpc reworded() {
    Map<String, AclList> lists = new LinkedHashMap<>();
    for (AclList list : vpc.lists().values()) {
      lists.put(renamed(list.name()), reworded(list));
    }
    lists.put("spare", new AclList("spare", AclList.DEFAULT_DENY.rules(), vpc.origin()));
    List<StaticNat> nats = new ArrayList<>(vpc.staticNats());
    Collections.shuffle(nats, random);
    List<PortForward> forwards = new ArrayList<>(vpc.portForwards());
    Collections.shuffle(forwards, random);
    return new VpcParts(vpc)
        .lists(lists)
        .tiers(
            vpc.tiers().stream()
                .map(
                    t ->
                        new Segment.Tier(
                            t.name(),
                            t.encapsulation(),
                            t.subnet(),
                            t.mac(),
                            t.acl().map(this::renamed),
                            t.origin()))
                .toList())
        .privateGateways(
            vpc.privateGateways().stream()
                .map(
                    g ->
                        new Segment.PrivateGateway(
                            g.name(),
                            g.encapsulation(),
                            g.subnet(),
                            g.gateway(),
                            g.mac(),
                            renamed(g.acl()),
                            g.sourceNat(),
                            g.origin()))
                .toList())
        .staticNats(nats)
        .portForwards(forwards)
        .build();
  }

  private String renamed(String list) {
    return vpc.lists().containsKey(list) ? list + "-anew" : list;
  }

  private AclList reworded(AclList list) {
    List<AclRule> rules = new ArrayList<>();
    for (Direction direction : Direction.values()) {
      list.rules(direction).forEach(rule -> rules.add(rule.numbered(rules.size() * 10 + 1)));
    }
    return new AclList(renamed(list.name()), rules, list.origin());
  }

  private <T> T any(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
