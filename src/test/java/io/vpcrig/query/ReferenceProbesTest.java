package io.vpcrig.query;

import io.vpcrig.model.Vpc;
import io.vpcrig.testing.ProbeRouter;
import io.vpcrig.testing.ProbeSuite;

/** The reference router does what was observed on a real one. */
class ReferenceProbesTest extends ProbeSuite {
  @Override
  protected ProbeRouter router(Vpc vpc) {
    ReferenceRouter reference = new ReferenceRouter(vpc);
    return new ProbeRouter() {
      @Override
      public Outcome send(Packet packet) {
        return reference.send(packet).outcome();
      }

      @Override
      public void apply(Vpc next) {
        reference.apply(next);
      }
    };
  }
}
