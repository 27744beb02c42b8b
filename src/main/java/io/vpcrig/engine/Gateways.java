package io.vpcrig.engine;

import io.vpcrig.model.Segment;
import io.vpcrig.tunnel.SegmentTable;
import java.util.List;

/** What lies behind segments, by segment index. Immutable. */
final class Gateways {
  private final SegmentTable table;
  private final boolean[] sourceNat;

  /** Address of the router behind a segment; 0 where there is none. */
  private final int[] behind;

  Gateways(Snapshot snapshot) {
    table = snapshot.segments();
    List<Segment> segments = snapshot.vpc().segments();
    sourceNat = new boolean[segments.size()];
    behind = new int[segments.size()];
    for (int s = 0; s < behind.length; s++) {
      switch (segments.get(s)) {
        case Segment.Tier tier -> {}
        case Segment.Public network -> behind[s] = network.gateway().orElse(0);
        case Segment.PrivateGateway gateway -> {
          behind[s] = gateway.gateway();
          sourceNat[s] = gateway.sourceNat();
        }
      }
    }
  }

  /** Whether the VPC's traffic leaves by this segment with the gateway's address. */
  boolean hasSourceNat(int segment) {
    return sourceNat[segment];
  }

  /** The next hop to an address by this segment. */
  int neighbour(int segment, int address) {
    return behind[segment] == 0 || table.contains(segment, address) ? address : behind[segment];
  }
}
