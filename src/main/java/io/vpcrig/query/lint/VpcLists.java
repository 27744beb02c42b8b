package io.vpcrig.query.lint;

import io.vpcrig.model.AclList;
import io.vpcrig.model.Action;
import io.vpcrig.model.Direction;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.FilterRule;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Vpc;
import io.vpcrig.query.AclFilters;
import io.vpcrig.symbolic.Box;
import io.vpcrig.symbolic.HeaderSet;
import io.vpcrig.symbolic.HeaderSpace;
import java.util.List;
import java.util.Optional;

/** The lists of a VPC as its segments ask them, and what they let through. Thread: one. */
final class VpcLists {
  private static final FilterList EVERYTHING = new FilterList("", List.of(), Action.ALLOW);
  private static final FilterList NOTHING = new FilterList("", List.of(), Action.DENY);

  private final Vpc vpc;
  private final HeaderSpace space;

  VpcLists(Vpc vpc, HeaderSpace space) {
    this.vpc = vpc;
    this.space = space;
  }

  /** The list of a segment; empty if it has none. */
  Optional<AclList> list(Segment segment) {
    return switch (segment) {
      case Segment.Tier tier -> vpc.list(tier);
      case Segment.PrivateGateway gateway -> Optional.of(vpc.list(gateway.acl()));
      case Segment.Public network -> Optional.empty();
    };
  }

  /** What a segment asks of connections that come by it. */
  FilterList egress(Segment segment) {
    return list(segment)
        .map(list -> AclFilters.of(list, Direction.EGRESS, vpc.semantics()))
        .orElse(EVERYTHING);
  }

  /** What a tier asks of connections that go to it. */
  FilterList ingress(Segment.Tier tier) {
    return vpc.list(tier)
        .map(list -> AclFilters.of(list, Direction.INGRESS, vpc.semantics()))
        .orElse(NOTHING);
  }

  /** What the lists on a way into a tier let through, as it lands. */
  HeaderSet open(Way way, Segment.Tier tier) {
    HeaderSet leaves = leaving(way);
    return way.asksIngress() ? leaves.and(entering(way, tier)) : leaves;
  }

  /** What the list of the segment that a way comes from lets through, as it lands. */
  HeaderSet leaving(Way way) {
    return passing(egress(way.from()), way, way.dialled());
  }

  /** What a tier's list lets in of a way. */
  HeaderSet entering(Way way, Segment.Tier tier) {
    Way landed =
        new Way(way.from(), way.through(), way.landing(), way.landing(), way.asksIngress());
    return passing(ingress(tier), landed, way.landing());
  }

  private HeaderSet passing(FilterList list, Way way, Box within) {
    boolean isOpen = list.otherwise() == Action.ALLOW;
    HeaderSet allowed = isOpen ? space.of(way.landed(within)) : space.empty();
    for (FilterRule rule : list.rules().reversed()) {
      Optional<Box> matched = Box.of(rule).and(within);
      if (matched.isPresent()) {
        HeaderSet set = space.of(way.landed(matched.get()));
        allowed = rule.action() == Action.ALLOW ? allowed.or(set) : allowed.minus(set);
      }
    }
    return allowed;
  }
}
