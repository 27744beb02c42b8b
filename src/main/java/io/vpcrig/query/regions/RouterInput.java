package io.vpcrig.query.regions;

import io.vpcrig.model.Protocol;
import io.vpcrig.model.Segment;
import io.vpcrig.symbolic.HeaderSet;
import io.vpcrig.telemetry.Reason;

/** Packets for the router itself: filter INPUT (cloudstack.md 2.3). */
final class RouterInput {
  private static final int DHCP_SERVER = 67;
  private static final int DNS = 53;
  private static final int[] TCP_SERVICES = {DNS, 80, 443, 8080};

  private final VpcRegions world;
  private final Headers headers;
  private final Segment in;
  private final Partition regions;

  RouterInput(VpcRegions world, Segment in, Partition regions) {
    this.world = world;
    this.headers = world.headers();
    this.in = in;
    this.regions = regions;
  }

  /**
   * What the router answers itself.
   *
   * @param as how it is rewritten before
   * @param otherwise why the rest is dropped; MULTICAST for what is for others too
   */
  void local(HeaderSet set, Rewriting as, Reason otherwise) {
    HeaderSet left =
        regions.drop(set, headers.toAny(world.vpc().virtualAddresses().keySet()), otherwise);
    HeaderSet icmp = left.and(headers.space().of(Headers.protocol(Protocol.ICMP)));
    left = left.minus(icmp);
    if (otherwise == Reason.MULTICAST) {
      regions.drop(icmp, icmp, otherwise);
    } else {
      regions.add(icmp, Effect.LOCAL, Ground.of(Reason.LOCAL_ECHO));
    }
    HeaderSet services = services(as);
    regions.add(left.and(services), Effect.LOCAL, Ground.of(Reason.LOCAL_INPUT));
    regions.drop(left, services.not(), otherwise);
  }

  private HeaderSet services(Rewriting as) {
    if (!(in instanceof Segment.Tier)) {
      return headers.space().empty();
    }
    HeaderSet fromTier = service(Protocol.UDP, DNS, as);
    for (int port : TCP_SERVICES) {
      fromTier = fromTier.or(service(Protocol.TCP, port, as));
    }
    return service(Protocol.UDP, DHCP_SERVER, as).or(fromTier.and(headers.from(in.subnet())));
  }

  private HeaderSet service(int protocol, int port, Rewriting as) {
    return as.pullBack(Headers.service(protocol, port, port))
        .map(headers.space()::of)
        .orElse(headers.space().empty());
  }
}
