package io.vpcrig.model;

import java.util.List;

/**
 * The router as a tunnel endpoint.
 *
 * @param port UDP destination port of what is sent, 1..65535
 * @param acceptPorts UDP destination ports taken for VXLAN
 * @param local IPv4 address of the router's tunnel endpoint
 */
public record VxlanSettings(int port, List<Integer> acceptPorts, int local) {
  /** IANA's port (RFC 7348 5); Linux' own 8472 is understood too; endpoint 192.0.2.1. */
  public static final VxlanSettings DEFAULT =
      new VxlanSettings(4789, List.of(4789, 8472), 0xc000_0201);

  public VxlanSettings {
    acceptPorts = List.copyOf(acceptPorts);
    PortRange.requirePort(port);
    acceptPorts.forEach(PortRange::requirePort);
  }
}
