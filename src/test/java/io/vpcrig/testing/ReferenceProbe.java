package io.vpcrig.testing;

import io.vpcrig.model.Vpc;
import io.vpcrig.query.Outcome;
import io.vpcrig.query.Packet;
import io.vpcrig.query.ReferenceRouter;

/** The reference router as a router under test. */
public final class ReferenceProbe implements ProbeRouter {
  private final ReferenceRouter router;

  public ReferenceProbe(Vpc vpc) {
    router = new ReferenceRouter(vpc);
  }

  @Override
  public Outcome send(Packet packet) {
    return router.send(packet).outcome();
  }

  @Override
  public void apply(Vpc vpc) {
    router.apply(vpc);
  }
}
