package io.vpcrig.query.regions;

import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.query.Story;
import io.vpcrig.telemetry.Reason;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Why something became of a packet: the reason, and the list and the rule that decided.
 *
 * @param list name; empty: no list counted
 * @param rule number; empty: no rule matched
 */
public record Ground(Reason reason, Optional<String> list, OptionalInt rule) {
  static Ground of(Reason reason) {
    return new Ground(reason, Optional.empty(), OptionalInt.empty());
  }

  static Ground of(Reason reason, Optional<AclList> list, Optional<AclRule> rule) {
    return new Ground(
        reason,
        list.map(AclList::name),
        rule.map(found -> OptionalInt.of(found.number())).orElse(OptionalInt.empty()));
  }

  /** The ground that a story tells. */
  public static Ground of(Story story) {
    return of(story.reason(), story.list(), story.rule());
  }
}
