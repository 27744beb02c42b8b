package io.vpcrig.model;

import java.util.List;

/**
 * Public ports of an address that lead to a host.
 *
 * @param protocol TCP or UDP
 * @param ports public ports
 * @param to private ports, as many as public ones, in the same order
 * @param sources clients it serves; empty: all
 */
public record PortForward(
    int publicAddress,
    int protocol,
    PortRange ports,
    Host host,
    PortRange to,
    List<Cidr> sources,
    Origin origin) {
  public PortForward {
    sources = List.copyOf(sources);
    Protocol.requirePorts(protocol);
    if (ports.size() != to.size()) {
      throw new IllegalArgumentException(
          "public ports " + ports + " and private ports " + to + " differ in number");
    }
  }
}
