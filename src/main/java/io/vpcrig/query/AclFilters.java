package io.vpcrig.query;

import io.vpcrig.acl.ListCompiler;
import io.vpcrig.acl.MatchRule;
import io.vpcrig.acl.RuleSet;
import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Action;
import io.vpcrig.model.Direction;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.FilterRule;
import io.vpcrig.model.Semantics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One direction of an access list as a filter list: a line for each CIDR of each rule. */
public final class AclFilters {
  private AclFilters() {}

  /** As a router of these semantics tries it. */
  public static FilterList of(AclList list, Direction direction, Semantics semantics) {
    return of(list, direction, ListCompiler.compile(list, direction, semantics));
  }

  /**
   * @param lines of the list and the direction
   */
  public static FilterList of(AclList list, Direction direction, RuleSet lines) {
    List<FilterRule> rules = new ArrayList<>();
    for (MatchRule line : lines.rules()) {
      AclRule rule = list.rules().get(line.id());
      String cidr = " for " + (direction == Direction.INGRESS ? line.source() : line.destination());
      rules.add(
          new FilterRule(
              line.source(),
              line.destination(),
              line.sourcePorts(),
              line.destinationPorts(),
              line.protocol(),
              rule.action(),
              rule.number() + (rule.cidrs().size() > 1 ? cidr : ""),
              rule.origin()));
    }
    return new FilterList(
        list.name() + " " + direction.name().toLowerCase(Locale.ROOT),
        rules,
        direction == Direction.EGRESS ? Action.ALLOW : Action.DENY);
  }
}
