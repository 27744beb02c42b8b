package io.vpcrig.query;

import io.vpcrig.model.AclList;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Direction;
import io.vpcrig.model.LoadBalancer;
import io.vpcrig.model.PortForward;
import io.vpcrig.model.Quirk;
import io.vpcrig.model.Segment;
import io.vpcrig.model.StaticNat;
import io.vpcrig.model.StaticRoute;
import io.vpcrig.model.Vpc;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Questions about a VPC, each answered by looking through the model from its beginning. */
final class ReferenceWorld {
  /** An expanded list; expansion is the one thing kept, since it depends on nothing else. */
  private record ChainKey(String list, Direction direction, Set<Quirk> quirks) {}

  private final Vpc vpc;
  private final Set<Integer> own = new HashSet<>();
  private final Map<ChainKey, ReferenceChain> chains = new HashMap<>();

  ReferenceWorld(Vpc vpc) {
    this.vpc = vpc;
    own.addAll(vpc.publicAddresses());
    own.addAll(vpc.virtualAddresses().keySet());
    vpc.segments().forEach(segment -> own.add(segment.address()));
  }

  Vpc vpc() {
    return vpc;
  }

  Segment segment(String name) {
    return vpc.segments().stream()
        .filter(segment -> segment.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no segment is named '" + name + "'"));
  }

  /** Whether the router answers for this address, in whatever segment. */
  boolean isOwn(int address) {
    return own.contains(address);
  }

  /**
   * Whether the router answers ARP for this address in this segment: its own there, and public
   * addresses in the public network they belong to, or in the first if they belong to none.
   */
  boolean isAtHome(Segment segment, int address) {
    if (address == segment.address()
        || segment.name().equals(vpc.virtualAddresses().get(address))) {
      return true;
    }
    if (!(segment instanceof Segment.Public) || !vpc.publicAddresses().contains(address)) {
      return false;
    }
    Segment home =
        vpc.publics().stream()
            .filter(network -> network.subnet().contains(address))
            .findFirst()
            .orElse(vpc.publics().getFirst());
    return home.name().equals(segment.name());
  }

  /** Whether an address is not one host's: multicast, or a broadcast, of any segment or limited. */
  boolean isForMany(int address) {
    return address >>> 28 == 0xe || address == 0xffff_ffff || isBroadcast(address);
  }

  /** Whether an address is the broadcast of any segment. */
  boolean isBroadcast(int address) {
    return vpc.segments().stream().anyMatch(s -> isBroadcast(s, address));
  }

  /** Subnets of two addresses or one have no broadcast (RFC 3021). */
  boolean isBroadcast(Segment segment, int address) {
    return segment.subnet().length() < 31 && address == segment.subnet().last();
  }

  ReferenceChain chain(AclList list, Direction direction, Set<Quirk> quirks) {
    return chains.computeIfAbsent(
        new ChainKey(list.name(), direction, Set.copyOf(quirks)),
        key -> new ReferenceChain(list, direction, quirks));
  }

  /**
   * Whether frames with this source are expected from a gateway: its subnet and its static routes.
   */
  boolean isBehind(Segment.PrivateGateway gateway, int source) {
    return gateway.subnet().contains(source)
        || vpc.staticRoutes().stream()
            .anyMatch(r -> r.gateway().equals(gateway.name()) && r.cidr().contains(source));
  }

  Optional<StaticNat> staticNatOf(int publicAddress) {
    return vpc.staticNats().stream()
        .filter(nat -> nat.publicAddress() == publicAddress)
        .findFirst();
  }

  Optional<StaticNat> staticNatFor(int guest) {
    return vpc.staticNats().stream().filter(nat -> nat.host().address() == guest).findFirst();
  }

  Optional<PortForward> portForward(Tuple tuple) {
    return vpc.portForwards().stream()
        .filter(
            f ->
                f.publicAddress() == tuple.destination()
                    && f.protocol() == tuple.protocol()
                    && f.ports().contains(tuple.destinationPort())
                    && (f.sources().isEmpty()
                        || f.sources().stream().anyMatch(c -> c.contains(tuple.source()))))
        .findFirst();
  }

  Optional<LoadBalancer> balancer(Tuple tuple) {
    return vpc.loadBalancers().stream()
        .filter(
            b ->
                b.address() == tuple.destination()
                    && b.protocol() == tuple.protocol()
                    && b.port() == tuple.destinationPort())
        .findFirst();
  }

  /** A way to an address. */
  record Route(Step.RouteStep.Kind kind, Cidr prefix, Segment segment, OptionalInt nextHop) {}

  /** The longest prefix wins; of equal ones connected before static before default. */
  Optional<Route> route(int address) {
    Route best = null;
    for (Segment segment : vpc.segments()) {
      Step.RouteStep.Kind kind =
          switch (segment) {
            case Segment.Tier tier -> Step.RouteStep.Kind.TIER;
            case Segment.PrivateGateway gateway -> Step.RouteStep.Kind.PRIVATE_GATEWAY;
            case Segment.Public network -> Step.RouteStep.Kind.PUBLIC;
          };
      best = longer(best, new Route(kind, segment.subnet(), segment, OptionalInt.empty()), address);
    }
    for (StaticRoute route : vpc.staticRoutes()) {
      Segment.PrivateGateway gateway = (Segment.PrivateGateway) segment(route.gateway());
      Route candidate =
          new Route(
              Step.RouteStep.Kind.STATIC_ROUTE,
              route.cidr(),
              gateway,
              OptionalInt.of(gateway.gateway()));
      best = longer(best, candidate, address);
    }
    if (!vpc.publics().isEmpty()) {
      Segment.Public network = vpc.publics().getFirst();
      OptionalInt nextHop =
          network.gateway().isPresent()
              ? OptionalInt.of(network.gateway().get())
              : OptionalInt.empty();
      Route candidate = new Route(Step.RouteStep.Kind.DEFAULT, Cidr.ANY, network, nextHop);
      best = longer(best, candidate, address);
    }
    return Optional.ofNullable(best);
  }

  /**
   * Name of the segment that packets to an address leave by; answers to {@code home}, a public
   * network, by that one and no other.
   */
  Optional<String> way(int address, Optional<String> home) {
    Optional<Segment> routed = route(address).map(Route::segment);
    return home.map(this::segment)
        .filter(Segment.Public.class::isInstance)
        .filter(bound -> routed.isPresent() && routed.get() instanceof Segment.Public)
        .or(() -> routed)
        .map(Segment::name);
  }

  private static Route longer(Route best, Route candidate, int address) {
    boolean better =
        candidate.prefix.contains(address)
            && (best == null || candidate.prefix.length() > best.prefix.length());
    return better ? candidate : best;
  }
}
