package io.vpcrig.query;

import io.vpcrig.model.Vpc;
import io.vpcrig.testing.ProbeRouter;
import io.vpcrig.testing.ProbeSuite;
import io.vpcrig.testing.ReferenceProbe;

/** The reference router does what was observed on a real one. */
class ReferenceProbesTest extends ProbeSuite {
  @Override
  protected ProbeRouter router(Vpc vpc) {
    return new ReferenceProbe(vpc);
  }
}
