package io.vpcrig.query;

import io.vpcrig.model.Vpc;
import io.vpcrig.testing.NatProbes;
import io.vpcrig.testing.ProbeRouter;
import io.vpcrig.testing.ReferenceProbe;

/** The reference router translates as it should. */
class ReferenceNatTest extends NatProbes {
  @Override
  protected ProbeRouter router(Vpc vpc) {
    return new ReferenceProbe(vpc);
  }
}
