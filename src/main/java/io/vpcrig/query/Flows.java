package io.vpcrig.query;

import io.vpcrig.model.Flow;
import io.vpcrig.model.Protocol;
import java.util.Optional;

/** Short ways to make and turn flows. */
public final class Flows {
  private Flows() {}

  /** A flow with ports; for protocols without ports both are 0. */
  public static Flow of(
      int protocol, int source, int sourcePort, int destination, int destinationPort) {
    return new Flow(
        protocol, source, sourcePort, destination, destinationPort, 0, 0, 0, Optional.empty());
  }

  public static Flow icmp(int source, int destination, int type, int code, int id) {
    return new Flow(Protocol.ICMP, source, 0, destination, 0, type, code, id, Optional.empty());
  }

  /** What the answer to a packet of this flow looks like. */
  public static Flow reply(Flow flow) {
    return Tuple.of(flow).reply().toFlow();
  }

  /** Without {@code via}. */
  static Flow plain(Flow flow) {
    return Flow.of(
        flow.protocol(), flow.source(), flow.destination(), flow.ports(), Optional.empty());
  }
}
