package io.vpcrig.engine;

import io.vpcrig.model.Vpc;
import io.vpcrig.testing.NatProbes;
import io.vpcrig.testing.ProbeRouter;

/** The engine translates as it should. */
class EngineNatTest extends NatProbes {
  @Override
  protected ProbeRouter router(Vpc vpc) {
    return new EngineRouter(vpc);
  }
}
