package io.vpcrig.query;

import io.vpcrig.model.AclRule;
import io.vpcrig.model.Cidr;
import java.util.Set;

/**
 * A rule held against a packet. A rule with several CIDRs is tried once for each of them.
 *
 * @param cidr the one tried
 * @param misses what of it does not fit; empty: the rule matches
 */
public record RuleTrial(AclRule rule, Cidr cidr, Set<Miss> misses) {
  /** A part of a rule that does not fit. */
  public enum Miss {
    PROTOCOL,
    ADDRESS,
    PORT,
    ICMP_TYPE
  }

  public boolean matches() {
    return misses.isEmpty();
  }
}
