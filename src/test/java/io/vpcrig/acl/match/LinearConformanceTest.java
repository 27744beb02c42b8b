package io.vpcrig.acl.match;

import io.vpcrig.acl.RuleCompiler;
import io.vpcrig.acl.RuleCompilerConformance;

/** Takes every set, holds nothing. */
class LinearConformanceTest extends RuleCompilerConformance {
  @Override
  protected RuleCompiler compiler() {
    return new LinearCompiler();
  }

  @Override
  protected boolean heedsBudget() {
    return false;
  }
}
