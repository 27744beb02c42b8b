package io.vpcrig.query;

import io.vpcrig.frame.Verdict;
import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.LoadBalancer;
import io.vpcrig.telemetry.Reason;
import java.util.List;
import java.util.Optional;

/**
 * What the policy makes of a packet that belongs to no session.
 *
 * @param verdict {@link Verdict}
 * @param list asked, whose answer counted
 * @param rule that decided
 * @param out segment it leaves by; empty unless forwarded
 * @param translated as it leaves if its source port is free; empty unless forwarded
 */
record Decision(
    byte verdict,
    Reason reason,
    Optional<AclList> list,
    Optional<AclRule> rule,
    Optional<String> out,
    Optional<Tuple> translated,
    Optional<Balanced> balanced,
    List<Step> steps) {
  /** A load balancer, and the member that it would choose. */
  record Balanced(LoadBalancer balancer, LoadBalancer.Member member) {}

  /** The same, for another reason. */
  Decision because(Reason other) {
    return new Decision(verdict, other, list, rule, out, translated, balanced, steps);
  }

  boolean isForward() {
    return verdict == Verdict.FORWARD;
  }
}
