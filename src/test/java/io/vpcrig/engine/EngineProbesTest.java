package io.vpcrig.engine;

import io.vpcrig.model.Vpc;
import io.vpcrig.testing.ProbeRouter;
import io.vpcrig.testing.ProbeSuite;

/** The engine does what was observed on a real virtual router. */
class EngineProbesTest extends ProbeSuite {
  @Override
  protected ProbeRouter router(Vpc vpc) {
    return new EngineRouter(vpc);
  }
}
