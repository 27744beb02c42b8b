package io.vpcrig.testing;

import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Host;
import io.vpcrig.model.LoadBalancer;
import io.vpcrig.model.PortForward;
import io.vpcrig.model.Segment;
import io.vpcrig.model.StaticNat;
import io.vpcrig.model.StaticRoute;
import io.vpcrig.model.Vpc;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Versions of a VPC made by chance: segments come, go and change places, tags, MACs and gateways;
 * so do hosts, routes and NAT rules. Without a public network there are no public addresses. Lists
 * stay, so that their numbers do. The same seed gives the same versions.
 */
public final class RandomReload {
  private final Vpc base;
  private final Random random;

  /**
   * @param base has everything that any version has
   */
  public RandomReload(Vpc base, long seed) {
    this.base = base;
    this.random = new Random(seed);
  }

  /** The next version. */
  public Vpc next() {
    List<Encapsulation> tags =
        new ArrayList<>(base.segments().stream().map(Segment::encapsulation).toList());
    if (random.nextInt(3) == 0) {
      Collections.shuffle(tags, random);
    } else if (random.nextBoolean()) {
      int index = random.nextInt(tags.size());
      tags.set(index, new Encapsulation.Vxlan(0xc0_0000 + index));
    }
    List<Segment.Public> publics = new ArrayList<>();
    List<Segment.Tier> tiers = new ArrayList<>();
    List<Segment.PrivateGateway> gateways = new ArrayList<>();
    for (Segment segment : base.segments()) {
      Encapsulation tag = tags.removeFirst();
      switch (segment) {
        case Segment.Public p -> publics.add(changed(p, tag));
        case Segment.Tier t -> tiers.add(changed(t, tag));
        case Segment.PrivateGateway g -> gateways.add(changed(g, tag));
      }
    }
    List<Segment.Public> somePublics = some(publics);
    List<Segment.Tier> someTiers = some(tiers);
    if (somePublics.isEmpty() && someTiers.isEmpty()) {
      someTiers = tiers;
    }
    List<Segment.PrivateGateway> someGateways = some(gateways);
    boolean isPublic = !somePublics.isEmpty();
    Set<String> names = someTiers.stream().map(Segment::name).collect(Collectors.toSet());
    return new Vpc(
        base.name(),
        base.cidr(),
        base.semantics(),
        somePublics,
        someTiers,
        someGateways,
        base.vxlan(),
        base.lists(),
        base.hosts().stream().filter(h -> names.contains(h.tier())).map(this::changed).toList(),
        isPublic ? base.sourceNat() : List.of(),
        isPublic ? staticNats(names) : List.of(),
        isPublic ? forwards(names) : List.of(),
        balancers(names).stream().filter(b -> isPublic || b.internal()).toList(),
        routes(someGateways),
        base.conntrack(),
        base.origin());
  }

  private List<StaticNat> staticNats(Set<String> tiers) {
    return base.staticNats().stream()
        .filter(nat -> tiers.contains(nat.host().tier()) && random.nextInt(4) != 0)
        .toList();
  }

  private List<PortForward> forwards(Set<String> tiers) {
    return base.portForwards().stream()
        .filter(forward -> tiers.contains(forward.host().tier()) && random.nextInt(4) != 0)
        .toList();
  }

  private List<LoadBalancer> balancers(Set<String> tiers) {
    return base.loadBalancers().stream()
        .filter(balancer -> tiers.contains(balancer.tier()) && random.nextInt(4) != 0)
        .toList();
  }

  /** Routes lead through any gateway there is. */
  private List<StaticRoute> routes(List<Segment.PrivateGateway> gateways) {
    if (gateways.isEmpty()) {
      return List.of();
    }
    List<StaticRoute> routes = new ArrayList<>();
    for (StaticRoute route : some(base.staticRoutes())) {
      String gateway = gateways.get(random.nextInt(gateways.size())).name();
      routes.add(new StaticRoute(route.cidr(), gateway, route.origin()));
    }
    return routes;
  }

  private Segment.Public changed(Segment.Public old, Encapsulation tag) {
    Optional<Integer> gateway =
        switch (random.nextInt(6)) {
          case 0 -> Optional.empty();
          case 1 -> Optional.of(old.subnet().network() + 2);
          default -> old.gateway();
        };
    return new Segment.Public(
        old.name(), tag, old.subnet(), old.address(), gateway, mac(old.mac()), old.origin());
  }

  private Segment.Tier changed(Segment.Tier old, Encapsulation tag) {
    return new Segment.Tier(old.name(), tag, old.subnet(), mac(old.mac()), old.acl(), old.origin());
  }

  private Segment.PrivateGateway changed(Segment.PrivateGateway old, Encapsulation tag) {
    int gateway = random.nextInt(4) == 0 ? old.subnet().network() + 3 : old.gateway();
    return new Segment.PrivateGateway(
        old.name(),
        tag,
        old.subnet(),
        gateway,
        mac(old.mac()),
        old.acl(),
        old.sourceNat(),
        old.origin());
  }

  private Host changed(Host old) {
    return new Host(old.name(), old.tier(), old.address(), mac(old.mac()), old.origin());
  }

  private OptionalLong mac(OptionalLong old) {
    return random.nextInt(6) == 0 ? OptionalLong.of(0x0600_0000_0000L + random.nextInt(256)) : old;
  }

  /** Most of them, now and then in another order. */
  private <T> List<T> some(List<T> all) {
    List<T> left = new ArrayList<>(all.stream().filter(one -> random.nextInt(5) != 0).toList());
    if (random.nextInt(3) == 0) {
      Collections.shuffle(left, random);
    }
    return left;
  }
}
