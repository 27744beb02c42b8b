package io.vpcrig.model;

import java.util.List;
import java.util.Optional;

/**
 * All first packets of connections whose five fields lie in five ranges.
 *
 * @param protocols 0..255 each; empty: all
 * @param sourcePorts of TCP and UDP
 * @param destinationPorts of TCP and UDP
 * @param icmpType 0..255, or -1 for any
 * @param icmpCode 0..255, or -1 for any
 * @param via segment they come by; empty: each where its source address belongs
 */
public record FlowSet(
    List<Integer> protocols,
    Cidr source,
    PortRange sourcePorts,
    Cidr destination,
    PortRange destinationPorts,
    int icmpType,
    int icmpCode,
    Optional<String> via) {
  public FlowSet {
    protocols = List.copyOf(protocols);
  }
}
