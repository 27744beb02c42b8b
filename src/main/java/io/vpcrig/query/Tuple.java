package io.vpcrig.query;

import io.vpcrig.model.Flow;
import io.vpcrig.model.Protocol;

/**
 * What a session is looked up by.
 *
 * @param sourcePort ICMP: the identifier
 * @param destinationPort ICMP: type * 256 + code
 */
record Tuple(int protocol, int source, int sourcePort, int destination, int destinationPort) {
  static Tuple of(Flow flow) {
    return flow.protocol() == Protocol.ICMP
        ? new Tuple(
            Protocol.ICMP,
            flow.source(),
            flow.icmpId(),
            flow.destination(),
            flow.icmpType() << 8 | flow.icmpCode())
        : new Tuple(
            flow.protocol(),
            flow.source(),
            flow.sourcePort(),
            flow.destination(),
            flow.destinationPort());
  }

  Flow toFlow() {
    return protocol == Protocol.ICMP
        ? Flows.icmp(source, destination, icmpType(), icmpCode(), sourcePort)
        : Flows.of(protocol, source, sourcePort, destination, destinationPort);
  }

  int icmpType() {
    return destinationPort >>> 8;
  }

  int icmpCode() {
    return destinationPort & 0xff;
  }

  boolean hasPorts() {
    return protocol == Protocol.TCP || protocol == Protocol.UDP;
  }

  /** The other direction. An ICMP type that has no opposite keeps its number. */
  Tuple reply() {
    if (protocol == Protocol.ICMP) {
      int opposite = IcmpTypes.opposite(icmpType());
      int type = opposite < 0 ? icmpType() : opposite;
      return new Tuple(protocol, destination, sourcePort, source, type << 8 | icmpCode());
    }
    return new Tuple(protocol, destination, destinationPort, source, sourcePort);
  }

  Tuple withSource(int address, int port) {
    return new Tuple(protocol, address, port, destination, destinationPort);
  }

  Tuple withDestination(int address, int port) {
    return new Tuple(protocol, source, sourcePort, address, port);
  }
}
