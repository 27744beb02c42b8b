package io.vpcrig.acl.match;

import io.vpcrig.acl.Budget;
import io.vpcrig.acl.RuleCompiler;
import io.vpcrig.acl.RuleSet;
import io.vpcrig.acl.SelectiveClassifier;

/**
 * Takes every rule set: time and memory are linear in the rules (see {@link TupleMergePlacement}),
 * so it needs no budget. The last resort of the choice, and what finds the next match where a rule
 * was just removed.
 */
public final class TupleMergeCompiler implements RuleCompiler {
  @Override
  public String name() {
    return "tuple-merge";
  }

  @Override
  public SelectiveClassifier compile(RuleSet rules, Budget budget) {
    return TupleMergePlacement.compile(rules);
  }
}
