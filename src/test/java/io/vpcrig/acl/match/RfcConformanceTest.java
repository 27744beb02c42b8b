package io.vpcrig.acl.match;

import io.vpcrig.acl.RuleCompiler;
import io.vpcrig.acl.RuleCompilerConformance;

/** Takes what does not cross. */
class RfcConformanceTest extends RuleCompilerConformance {
  @Override
  protected RuleCompiler compiler() {
    return new RfcCompiler();
  }

  @Override
  protected double acceptedShare() {
    return 0.9;
  }
}
