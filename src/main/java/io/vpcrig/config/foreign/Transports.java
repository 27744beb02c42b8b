package io.vpcrig.config.foreign;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.FilterRule;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import java.util.List;

/** Rules for formats in which only TCP and UDP have ports, and only ICMP types. */
final class Transports {
  private Transports() {}

  /** The rule, or those that say as much of it as can be said. */
  static List<FilterRule> split(FilterRule rule, List<Loss> losses) {
    boolean anyPorts =
        rule.sourcePorts().equals(PortRange.ALL) && rule.destinationPorts().equals(PortRange.ALL);
    if (anyPorts || hasPorts(rule.protocol())) {
      return List.of(rule);
    }
    if (rule.protocol() == Protocol.ALL) {
      losses.add(
          Loss.lost(
              rule.origin(),
              "rule "
                  + rule.label()
                  + ": ports of any protocol are carried for tcp and udp alone"));
      return List.of(withProtocol(rule, Protocol.TCP), withProtocol(rule, Protocol.UDP));
    }
    if (rule.protocol() == Protocol.ICMP && rule.sourcePorts().equals(PortRange.ALL)) {
      return List.of(rule);
    }
    if (rule.protocol() == Protocol.ICMP) {
      losses.add(
          Loss.lost(
              rule.origin(),
              "rule " + rule.label() + ": ICMP identifiers can't be said; left out"));
      return List.of();
    }
    // Headers without ports count as having 0.
    boolean matches = rule.sourcePorts().contains(0) && rule.destinationPorts().contains(0);
    return matches
        ? List.of(
            new FilterRule(
                rule.source(),
                rule.destination(),
                PortRange.ALL,
                PortRange.ALL,
                rule.protocol(),
                rule.action(),
                rule.label(),
                rule.origin()))
        : List.of();
  }

  static boolean hasPorts(int protocol) {
    return protocol == Protocol.TCP || protocol == Protocol.UDP;
  }

  private static FilterRule withProtocol(FilterRule rule, int protocol) {
    return new FilterRule(
        rule.source(),
        rule.destination(),
        rule.sourcePorts(),
        rule.destinationPorts(),
        protocol,
        rule.action(),
        rule.label(),
        rule.origin());
  }

  static boolean isAny(PortRange ports) {
    return ports.equals(PortRange.ALL);
  }

  static boolean isAny(Cidr cidr) {
    return cidr.length() == 0;
  }
}
