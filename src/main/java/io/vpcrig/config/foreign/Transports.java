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
    losses.add(
        Loss.lost(
            rule.origin(),
            "rule "
                + rule.label()
                + ": ports of protocol "
                + Protocol.name(rule.protocol())
                + " can't be said; left out"));
    return List.of();
  }

  static boolean hasPorts(int protocol) {
    return protocol == Protocol.TCP || protocol == Protocol.UDP;
  }

  static FilterRule withProtocol(FilterRule rule, int protocol) {
    return with(rule, protocol, rule.source(), rule.destination());
  }

  static FilterRule with(FilterRule rule, int protocol, Cidr source, Cidr destination) {
    return new FilterRule(
        source,
        destination,
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
