package io.vpcrig.config;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.StaticRoute;
import java.util.List;

/** What CloudStack refuses in static routes. */
final class RouteChecks {
  private static final Cidr LINK_LOCAL = Ipv4Text.parseCidr("169.254.0.0/16");

  private final Draft draft;

  RouteChecks(Draft draft) {
    this.draft = draft;
  }

  void run() {
    for (Located<StaticRoute> route : draft.staticRoutes) {
      Cidr cidr = route.value().cidr();
      YamlValue at = route.fields().at("cidr");
      draft
          .cidr
          .filter(cidr::overlaps)
          .ifPresent(vpc -> at.error(overlap(cidr, "the VPC's " + vpc)));
      if (cidr.overlaps(LINK_LOCAL)) {
        at.error(overlap(cidr, "link-local " + LINK_LOCAL));
      }
    }
    List<Overlaps.Net<Located<StaticRoute>>> nets =
        draft.staticRoutes.stream()
            .map(route -> new Overlaps.Net<>(route.value().cidr(), route))
            .toList();
    Overlaps.find(
        nets,
        (later, first) ->
            later
                .owner()
                .fields()
                .at("cidr")
                .error(
                    overlap(
                        later.cidr(),
                        "the route to "
                            + first.cidr()
                            + " (line "
                            + first.owner().fields().at("cidr").origin().line()
                            + ")")));
  }

  private static String overlap(Cidr cidr, String other) {
    return "route to " + cidr + " overlaps " + other + ", legal apart; change one of them";
  }
}
