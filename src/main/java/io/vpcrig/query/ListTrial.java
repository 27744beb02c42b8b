package io.vpcrig.query;

import io.vpcrig.model.AclList;
import io.vpcrig.model.Action;
import io.vpcrig.model.Direction;
import java.util.List;
import java.util.Optional;

/**
 * One direction of a segment's access list, held against a packet.
 *
 * @param segment whose list it is
 * @param list empty: the tier has none
 * @param direction which items of the list were asked
 * @param tried in order, up to the one that matched
 * @param action of the rule that matched, or the default
 */
public record ListTrial(
    String segment,
    Optional<AclList> list,
    Direction direction,
    List<RuleTrial> tried,
    Action action) {
  public ListTrial {
    tried = List.copyOf(tried);
  }

  /** The rule that matched; empty: the default decided. */
  public Optional<RuleTrial> hit() {
    return tried.isEmpty() || !tried.getLast().matches()
        ? Optional.empty()
        : Optional.of(tried.getLast());
  }
}
