package io.vpcrig.query.regions;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.Segment;
import io.vpcrig.model.StaticRoute;
import io.vpcrig.model.Vpc;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;

/**
 * A way to the addresses of a prefix.
 *
 * @param nextHop empty: each address itself
 */
record Route(Cidr prefix, Segment segment, OptionalInt nextHop) {
  /** In order of preference: longer first; of equal ones connected, then static, then default. */
  static List<Route> of(Vpc vpc) {
    List<Route> routes = new ArrayList<>();
    for (Segment segment : vpc.segments()) {
      routes.add(new Route(segment.subnet(), segment, OptionalInt.empty()));
    }
    for (StaticRoute route : vpc.staticRoutes()) {
      for (Segment.PrivateGateway gateway : vpc.privateGateways()) {
        if (gateway.name().equals(route.gateway())) {
          routes.add(new Route(route.cidr(), gateway, OptionalInt.of(gateway.gateway())));
        }
      }
    }
    if (!vpc.publics().isEmpty()) {
      Segment.Public network = vpc.publics().getFirst();
      OptionalInt hop = network.gateway().map(OptionalInt::of).orElse(OptionalInt.empty());
      routes.add(new Route(Cidr.ANY, network, hop));
    }
    routes.sort(Comparator.comparingInt((Route route) -> route.prefix().length()).reversed());
    return routes;
  }
}
