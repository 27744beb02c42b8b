package io.vpcrig.acl.match;

import io.vpcrig.acl.RandomRules;
import io.vpcrig.acl.RuleCompiler;
import io.vpcrig.acl.RuleCompilerConformance;
import io.vpcrig.acl.RuleSet;
import java.util.SplittableRandom;

/** Takes sets in which every address has few rules. */
class PeelConformanceTest extends RuleCompilerConformance {
  @Override
  protected RuleCompiler compiler() {
    return new PeelCompiler();
  }

  @Override
  protected RuleSet fittingRules(int size, SplittableRandom from) {
    return RandomRules.byAddress(size, from);
  }

  @Override
  protected double acceptedShare() {
    return 0.3;
  }
}
