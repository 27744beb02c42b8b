package io.vpcrig.acl.match;

import io.vpcrig.acl.RuleCompiler;
import io.vpcrig.acl.RuleCompilerConformance;

/** Takes what does not cross in three ways at once. */
class SplitConformanceTest extends RuleCompilerConformance {
  @Override
  protected RuleCompiler compiler() {
    return new SplitCompiler();
  }

  @Override
  protected double acceptedShare() {
    return 0.9;
  }
}
