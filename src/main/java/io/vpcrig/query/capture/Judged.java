package io.vpcrig.query.capture;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.model.Flow;
import io.vpcrig.model.Ipv4Text;
import java.util.Optional;

/**
 * One frame with its ruling.
 *
 * @param family as the batch column: 4, or 0 for ARP and frames whose headers can't be read
 * @param ports as the batch column
 * @param out segment it leaves by, and how; null where it does not leave or that does not matter
 */
record Judged(
    Ruling ruling, int family, int protocol, int source, int destination, int ports, Leaving out) {

  /** How a frame leaves. */
  record Leaving(String segment, int source, int destination, int ports) {}

  static Judged of(FrameBatch batch, int i, Ruling ruling, Leaving out) {
    return new Judged(
        ruling,
        batch.family[i],
        batch.protocol[i],
        batch.sourceAddress[i],
        batch.destinationAddress[i],
        batch.ports[i],
        out);
  }

  /** The flow as it came, for people. */
  String flow() {
    if (family != 4) {
      return source == 0 && destination == 0
          ? "not IPv4"
          : "arp " + Ipv4Text.format(source) + " > " + Ipv4Text.format(destination);
    }
    return Flow.of(protocol, source, destination, ports, Optional.empty()).toString();
  }

  /** Where it goes, for people. */
  String leaving() {
    return out == null
        ? ruling.verdict()
        : "by "
            + out.segment
            + " as "
            + Flow.of(protocol, out.source, out.destination, out.ports, Optional.empty());
  }
}
