package io.vpcrig.engine;

import io.vpcrig.model.Segment;
import io.vpcrig.model.Vpc;
import java.util.List;

/** What the policy asks about private gateways, by segment index. Immutable. */
final class Gateways {
  private final boolean[] sourceNat;

  Gateways(Vpc vpc) {
    List<Segment> segments = vpc.segments();
    sourceNat = new boolean[segments.size()];
    for (int s = 0; s < sourceNat.length; s++) {
      sourceNat[s] =
          segments.get(s) instanceof Segment.PrivateGateway gateway && gateway.sourceNat();
    }
  }

  /** Whether the VPC's traffic leaves by this segment with the gateway's address. */
  boolean hasSourceNat(int segment) {
    return sourceNat[segment];
  }
}
