package io.vpcrig.acl.match;

import io.vpcrig.acl.RuleCompiler;
import io.vpcrig.acl.RuleCompilerConformance;

/** Takes every set. */
class TupleMergeConformanceTest extends RuleCompilerConformance {
  @Override
  protected RuleCompiler compiler() {
    return new TupleMergeCompiler();
  }

  @Override
  protected boolean heedsBudget() {
    return false;
  }
}
