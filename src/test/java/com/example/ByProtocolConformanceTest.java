package com.example;

import io.vpcrig.acl.RuleCompiler;
import io.vpcrig.acl.RuleCompilerConformance;

/** All that it takes to hold an engine from outside to the contract. */
class ByProtocolConformanceTest extends RuleCompilerConformance {
  @Override
  protected RuleCompiler compiler() {
    return new ByProtocolCompiler();
  }
}
