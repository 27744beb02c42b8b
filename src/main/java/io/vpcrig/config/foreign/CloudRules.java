package io.vpcrig.config.foreign;

import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Direction;
import io.vpcrig.model.FilterRule;
import io.vpcrig.model.Origin;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;

/** Rules of clouds: one address is tested, the other end's. */
final class CloudRules {
  private CloudRules() {}

  /**
   * A rule.
   *
   * @param other source of ingress, destination of egress
   * @param ports destination ports, or ICMP's messages
   */
  static FilterRule rule(
      Direction direction,
      Cidr other,
      int protocol,
      Ranges ports,
      Action action,
      String label,
      Origin origin) {
    boolean ingress = direction == Direction.INGRESS;
    return new FilterRule(
        ingress ? other : Cidr.ANY,
        ingress ? Cidr.ANY : other,
        PortRange.ALL,
        ports.ports().getFirst(),
        protocol,
        action,
        label,
        origin);
  }

  /** Ports of TCP and UDP, messages of ICMP; any of what has neither. */
  static Ranges ports(int protocol, int first, int last) {
    if (Transports.hasPorts(protocol) && first >= 0 && last >= first) {
      return Ranges.of(first, last);
    }
    return protocol == Protocol.ICMP ? Icmp.ranges(first, last) : Ranges.PORTS;
  }
}
