package io.vpcrig.route;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.Segment;
import io.vpcrig.model.StaticRoute;
import io.vpcrig.model.Vpc;
import io.vpcrig.route.RouteTable.Route;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the main routing table of a VPC's router: connected subnets, static routes, the default
 * route through the first public network. Segments are numbered as in {@link Vpc#segments}. Of
 * equal prefixes the connected one holds, as the kernel refuses a second.
 */
public final class RouteCompiler {
  private RouteCompiler() {}

  public static RouteTable compile(Vpc vpc) {
    List<Segment> segments = vpc.segments();
    List<Route> routes = new ArrayList<>();
    for (int k = 0; k < segments.size(); k++) {
      RouteKind kind =
          switch (segments.get(k)) {
            case Segment.Public p -> RouteKind.PUBLIC;
            case Segment.Tier t -> RouteKind.TIER;
            case Segment.PrivateGateway g -> RouteKind.PRIVATE_GATEWAY;
          };
      routes.add(route(k, 0, kind, segments.get(k).subnet()));
    }
    for (StaticRoute wanted : vpc.staticRoutes()) {
      int k = gateway(segments, wanted.gateway());
      int nextHop = ((Segment.PrivateGateway) segments.get(k)).gateway();
      routes.add(route(k, nextHop, RouteKind.STATIC, wanted.cidr()));
    }
    if (!vpc.publics().isEmpty()) {
      // Publics come first among the segments.
      int nextHop = vpc.publics().getFirst().gateway().orElse(0);
      routes.add(route(0, nextHop, RouteKind.DEFAULT, Cidr.ANY));
    }
    return new RouteTable(routes);
  }

  private static Route route(int outSegment, int nextHop, RouteKind kind, Cidr prefix) {
    return new Route(outSegment, nextHop, kind, prefix.network(), prefix.length());
  }

  private static int gateway(List<Segment> segments, String name) {
    for (int k = 0; k < segments.size(); k++) {
      if (segments.get(k) instanceof Segment.PrivateGateway gateway
          && gateway.name().equals(name)) {
        return k;
      }
    }
    throw new IllegalArgumentException("no private gateway is named '" + name + "'");
  }
}
