package io.vpcrig.bench;

import io.vpcrig.acl.MatchRule;
import java.util.List;
import java.util.SplittableRandom;

/** A kind of rule set. */
@FunctionalInterface
interface RuleFamily {
  /**
   * Draws rules of one set; some may be equal.
   *
   * @param count at least 1
   */
  List<MatchRule> draw(int count, SplittableRandom random);
}
