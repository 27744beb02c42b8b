package io.vpcrig.symbolic;

import io.vpcrig.model.FilterRule;
import io.vpcrig.model.Flow;
import io.vpcrig.model.Protocol;
import java.util.Optional;

/**
 * One header, as rules see it.
 *
 * @param source IPv4, network byte order, as a number
 * @param destination IPv4, network byte order, as a number
 * @param sourcePort 0..65535; the identifier for ICMP
 * @param destinationPort 0..65535; {@code type << 8 | code} for ICMP
 * @param protocol 0..255
 */
public record Header(
    int source, int destination, int sourcePort, int destinationPort, int protocol) {

  /** The header of a flow's first packet. */
  public static Header of(Flow flow) {
    return of(flow.source(), flow.destination(), flow.ports(), flow.protocol());
  }

  /**
   * @param ports source port in the high 16 bits, destination port in the low
   */
  public static Header of(int source, int destination, int ports, int protocol) {
    return new Header(source, destination, ports >>> 16, ports & 0xffff, protocol);
  }

  /** Source port in the high 16 bits, destination port in the low. */
  public int ports() {
    return sourcePort << 16 | destinationPort;
  }

  /** As a flow, which has no ports where the protocol has none. */
  public Flow flow() {
    return Flow.of(protocol, source, destination, ports(), Optional.empty());
  }

  /** Whether frames can have it: only TCP, UDP and ICMP fill the ports. */
  public boolean isReal() {
    return ports() == 0
        || protocol == Protocol.TCP
        || protocol == Protocol.UDP
        || protocol == Protocol.ICMP;
  }

  /** Whether a rule matches, by its fields alone. */
  public boolean matches(FilterRule rule) {
    return rule.source().contains(source)
        && rule.destination().contains(destination)
        && rule.sourcePorts().contains(sourcePort)
        && rule.destinationPorts().contains(destinationPort)
        && (rule.protocol() == Protocol.ALL || rule.protocol() == protocol);
  }

  long field(Field field) {
    return switch (field) {
      case SOURCE -> source & 0xffff_ffffL;
      case DESTINATION -> destination & 0xffff_ffffL;
      case SOURCE_PORT -> sourcePort;
      case DESTINATION_PORT -> destinationPort;
      case PROTOCOL -> protocol;
    };
  }
}
