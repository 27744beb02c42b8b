package io.vpcrig.query.lint;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.LoadBalancer;
import io.vpcrig.model.Origin;
import io.vpcrig.model.PortForward;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Semantics;
import io.vpcrig.model.StaticNat;
import io.vpcrig.model.StaticRoute;
import io.vpcrig.model.Vpc;
import io.vpcrig.symbolic.Box;
import io.vpcrig.symbolic.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How new connections may come into a tier, lists aside (cloudstack.md 2.4, 5.1): from a segment,
 * straight or through a public or virtual address.
 *
 * @param through the port forward, static NAT or balancer; empty: straight
 * @param dialled headers as they come to the router, which the segment's egress list sees
 * @param landing the same headers as the tier's ingress list sees them: one destination and as many
 *     ports as dialled, in the same order; or the same box
 * @param asksIngress whether the tier's list is asked
 */
record Way(Segment from, Optional<Origin> through, Box dialled, Box landing, boolean asksIngress) {
  /** Networks that are routed in no Internet (RFC 1918, RFC 6598). */
  private static final List<Cidr> PRIVATE =
      List.of(
          new Cidr(10 << 24, 8),
          new Cidr(172 << 24 | 16 << 16, 12),
          new Cidr(192 << 24 | 168 << 16, 16),
          new Cidr(100 << 24 | 64 << 16, 10));

  /** Every way into a tier. Its own hosts come in through an address only. */
  static List<Way> into(Segment.Tier tier, Vpc vpc) {
    List<Way> ways = new ArrayList<>();
    boolean isRouted = PRIVATE.stream().noneMatch(cidr -> covers(cidr, tier.subnet()));
    for (Segment from : vpc.segments()) {
      for (Box source : sources(from, vpc)) {
        Builder builder = new Builder(ways, from, source);
        if (from instanceof Segment.Public ? isRouted : !from.equals(tier)) {
          builder.straight(tier.subnet());
        }
        vpc.staticNats().stream()
            .filter(nat -> tier.subnet().contains(nat.host().address()))
            .forEach(builder::through);
        vpc.portForwards().stream()
            .filter(forward -> tier.subnet().contains(forward.host().address()))
            .forEach(builder::through);
        vpc.loadBalancers().stream()
            .filter(balancer -> balancer.tier().equals(tier.name()))
            .filter(balancer -> !balancer.internal() || !from.equals(tier))
            .forEach(balancer -> builder.through(balancer, vpc.semantics()));
      }
    }
    return ways;
  }

  /** Where the connections of a segment come from. */
  static List<Box> sources(Segment segment, Vpc vpc) {
    return switch (segment) {
      case Segment.Tier tier -> List.of(source(tier.subnet()));
      case Segment.Public network -> Box.ALL.minus(source(vpc.cidr()));
      case Segment.PrivateGateway gateway -> {
        List<Box> behind = new ArrayList<>(List.of(source(gateway.subnet())));
        for (StaticRoute route : vpc.staticRoutes()) {
          if (route.gateway().equals(gateway.name())) {
            behind.add(source(route.cidr()));
          }
        }
        yield behind;
      }
    };
  }

  static Box source(Cidr cidr) {
    return Box.of(cidr, Cidr.ANY, PortRange.ALL, PortRange.ALL, Protocol.ALL);
  }

  static Box destination(Cidr cidr) {
    return Box.of(Cidr.ANY, cidr, PortRange.ALL, PortRange.ALL, Protocol.ALL);
  }

  static boolean covers(Cidr outer, Cidr inner) {
    return outer.length() <= inner.length() && outer.contains(inner.network());
  }

  /** A box of dialled headers as they land. */
  Box landed(Box part) {
    if (dialled.equals(landing)) {
      return part;
    }
    long shift = landing.first(Field.DESTINATION_PORT) - dialled.first(Field.DESTINATION_PORT);
    return part.with(
            Field.DESTINATION, landing.first(Field.DESTINATION), landing.last(Field.DESTINATION))
        .with(
            Field.DESTINATION_PORT,
            part.first(Field.DESTINATION_PORT) + shift,
            part.last(Field.DESTINATION_PORT) + shift);
  }

  /** Adds the ways from one source. */
  private record Builder(List<Way> ways, Segment from, Box source) {
    void straight(Cidr subnet) {
      source
          .and(destination(subnet))
          .ifPresent(box -> ways.add(new Way(from, Optional.empty(), box, box, true)));
    }

    void through(StaticNat nat) {
      add(
          List.of(),
          to(nat.publicAddress(), PortRange.ALL, Protocol.ALL),
          to(nat.host().address(), PortRange.ALL, Protocol.ALL),
          nat.origin(),
          true);
    }

    void through(PortForward forward) {
      add(
          forward.sources(),
          to(forward.publicAddress(), forward.ports(), forward.protocol()),
          to(forward.host().address(), forward.to(), forward.protocol()),
          forward.origin(),
          true);
    }

    void through(LoadBalancer balancer, Semantics semantics) {
      boolean isShipped = semantics == Semantics.SHIPPED && !balancer.internal();
      boolean isKnown = !isShipped || balancer.protocol() == Protocol.TCP;
      if (!isKnown || balancer.members().isEmpty()) {
        return;
      }
      PortRange port = new PortRange(balancer.port(), balancer.port());
      PortRange landing =
          balancer.internal() ? port : new PortRange(balancer.toPort(), balancer.toPort());
      add(
          balancer.sources(),
          to(balancer.address(), port, balancer.protocol()),
          to(balancer.address(), landing, balancer.protocol()),
          balancer.origin(),
          !isShipped);
    }

    private void add(
        List<Cidr> clients, Box dialled, Box landing, Origin through, boolean asksIngress) {
      for (Cidr client : clients.isEmpty() ? List.of(Cidr.ANY) : clients) {
        Optional<Box> sources = source.and(Way.source(client));
        if (sources.isPresent()) {
          ways.add(
              new Way(
                  from,
                  Optional.of(through),
                  sources.get().and(dialled).orElseThrow(),
                  sources.get().and(landing).orElseThrow(),
                  asksIngress));
        }
      }
    }

    private static Box to(int address, PortRange ports, int protocol) {
      return Box.of(Cidr.ANY, new Cidr(address, 32), PortRange.ALL, ports, protocol);
    }
  }
}
