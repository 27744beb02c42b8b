package io.vpcrig.acl.match;

import io.vpcrig.acl.Budget;
import io.vpcrig.acl.Classifier;
import io.vpcrig.acl.RuleCompiler;
import io.vpcrig.acl.RuleSet;

/** Nothing to compile. */
public final class LinearCompiler implements RuleCompiler {
  @Override
  public String name() {
    return "linear";
  }

  @Override
  public Classifier compile(RuleSet rules, Budget budget) {
    return new LinearClassifier(rules);
  }
}
