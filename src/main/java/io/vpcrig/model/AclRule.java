package io.vpcrig.model;

import java.util.List;
import java.util.Optional;

/**
 * One item of an access list.
 *
 * @param number rank, from 1; unique in the list across both directions
 * @param protocol 0..255 or {@link Protocol#ALL}
 * @param protocolByNumber whether the operator wrote a number, not a name
 * @param ports destination ports; empty if none were written
 * @param icmpType 0..255, or -1 for any
 * @param icmpCode 0..255, or -1 for any
 * @param cidrs source of ingress, destination of egress; at least one
 */
public record AclRule(
    int number,
    Direction direction,
    Action action,
    int protocol,
    boolean protocolByNumber,
    Optional<PortRange> ports,
    int icmpType,
    int icmpCode,
    List<Cidr> cidrs,
    Origin origin) {
  public AclRule {
    cidrs = List.copyOf(cidrs);
    if (number < 1) {
      throw new IllegalArgumentException("rule number " + number + ", legal from 1");
    }
    if (protocol < Protocol.ALL || protocol > 255) {
      throw new IllegalArgumentException("protocol " + protocol + ", legal 0..255 or all");
    }
    if (icmpType < -1 || icmpType > 255 || icmpCode < -1 || icmpCode > 255) {
      throw new IllegalArgumentException(
          "ICMP type " + icmpType + " code " + icmpCode + ", legal 0..255, or -1 for any");
    }
    if (cidrs.isEmpty()) {
      throw new IllegalArgumentException("a rule needs at least one CIDR");
    }
  }

  /** The same rule with another number. */
  public AclRule numbered(int other) {
    return new AclRule(
        other,
        direction,
        action,
        protocol,
        protocolByNumber,
        ports,
        icmpType,
        icmpCode,
        cidrs,
        origin);
  }
}
