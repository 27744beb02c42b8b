package io.vpcrig.query.regions;

import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Action;
import io.vpcrig.symbolic.HeaderSet;
import io.vpcrig.telemetry.Reason;
import java.util.Optional;

/**
 * Headers on which one rule of a list, or its default, has spoken.
 *
 * @param list empty: there was none to ask
 * @param rule empty: none matched
 */
record Judged(HeaderSet headers, Optional<AclList> list, Optional<AclRule> rule, Action action) {
  /** Let by without being asked. */
  static Judged unasked(HeaderSet headers) {
    return new Judged(headers, Optional.empty(), Optional.empty(), Action.ALLOW);
  }

  Judged among(HeaderSet others) {
    return new Judged(headers.and(others), list, rule, action);
  }

  Ground ground(Reason reason) {
    return Ground.of(reason, list, rule);
  }

  /** As a packet is counted that leaves because of it. */
  Ground allowed() {
    return ground(rule.isPresent() ? Reason.ALLOW_RULE : Reason.ALLOW_DEFAULT);
  }

  Ground denied() {
    return ground(
        list.isEmpty()
            ? Reason.DENY_NO_LIST
            : rule.isPresent() ? Reason.DENY_RULE : Reason.DENY_DEFAULT);
  }
}
