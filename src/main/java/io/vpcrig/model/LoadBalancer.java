package io.vpcrig.model;

import java.util.List;

/**
 * A public address and port spread over the hosts of a tier.
 *
 * @param protocol TCP or UDP
 * @param algorithm roundrobin, leastconn or source
 */
public record LoadBalancer(
    String name,
    int publicAddress,
    int protocol,
    int port,
    int toPort,
    String algorithm,
    String tier,
    List<Host> members,
    Origin origin) {
  public LoadBalancer {
    members = List.copyOf(members);
    Protocol.requirePorts(protocol);
    PortRange.requirePort(port);
    PortRange.requirePort(toPort);
  }
}
