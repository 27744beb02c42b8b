package io.vpcrig.query.compiler;

import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.FilterRule;
import io.vpcrig.model.Origin;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import java.util.ArrayList;
import java.util.List;

/**
 * A rule as compilers are given it: it may have several prefixes, of which any matches.
 *
 * @param protocol 0..255 or {@link Protocol#ALL}
 * @param byNumber written as a number although the protocol has a name
 * @param sources at least one
 * @param sourcePorts any unless TCP or UDP
 * @param destinations at least one
 * @param destinationPorts any unless TCP or UDP; for ICMP {@code type << 8 | code}: any, the codes
 *     of one type, or one code
 */
public record WrittenRule(
    Action action,
    int protocol,
    boolean byNumber,
    List<Cidr> sources,
    PortRange sourcePorts,
    List<Cidr> destinations,
    PortRange destinationPorts) {
  public WrittenRule {
    sources = List.copyOf(sources);
    destinations = List.copyOf(destinations);
    if (sources.isEmpty() || destinations.isEmpty()) {
      throw new IllegalArgumentException("a rule without prefixes");
    }
    if (!sourcePorts.equals(PortRange.ALL) && !hasPorts(protocol)) {
      throw new IllegalArgumentException("source ports without tcp or udp");
    }
    if (!fits(protocol, destinationPorts)) {
      throw new IllegalArgumentException(
          "destination ports " + destinationPorts + " of protocol " + Protocol.name(protocol));
    }
  }

  /** A rule that matches everything. */
  static WrittenRule everything(Action action) {
    return new WrittenRule(
        action,
        Protocol.ALL,
        false,
        List.of(Cidr.ANY),
        PortRange.ALL,
        List.of(Cidr.ANY),
        PortRange.ALL);
  }

  /** The nearest rule to one of another format: what can't be written is left out. */
  static WrittenRule near(FilterRule rule) {
    boolean ported =
        !rule.destinationPorts().equals(PortRange.ALL) || !rule.sourcePorts().equals(PortRange.ALL);
    int protocol = rule.protocol() == Protocol.ALL && ported ? Protocol.TCP : rule.protocol();
    return new WrittenRule(
        rule.action(),
        protocol,
        false,
        List.of(rule.source()),
        hasPorts(protocol) ? rule.sourcePorts() : PortRange.ALL,
        List.of(rule.destination()),
        fits(protocol, rule.destinationPorts()) ? rule.destinationPorts() : PortRange.ALL);
  }

  static boolean hasPorts(int protocol) {
    return protocol == Protocol.TCP || protocol == Protocol.UDP;
  }

  /** Whether destination ports can be written for a protocol. */
  static boolean fits(int protocol, PortRange ports) {
    return ports.equals(PortRange.ALL)
        || hasPorts(protocol)
        || protocol == Protocol.ICMP && (ports.size() == 1 || isType(ports));
  }

  /** All codes of one ICMP type. */
  static boolean isType(PortRange ports) {
    return ports.size() == 256 && (ports.first() & 0xff) == 0;
  }

  /** The rule as lines of a {@link io.vpcrig.model.FilterList}: one for each pair of prefixes. */
  List<FilterRule> lines(String label, Origin origin) {
    List<FilterRule> lines = new ArrayList<>();
    for (Cidr source : sources) {
      for (Cidr destination : destinations) {
        lines.add(
            new FilterRule(
                source,
                destination,
                sourcePorts,
                destinationPorts,
                protocol,
                action,
                label,
                origin));
      }
    }
    return lines;
  }

  WrittenRule withAction(Action other) {
    return new WrittenRule(
        other, protocol, byNumber, sources, sourcePorts, destinations, destinationPorts);
  }

  /** With another protocol; ports that can't be written for it become any. */
  WrittenRule withProtocol(int other, boolean number) {
    return new WrittenRule(
        action,
        other,
        number,
        sources,
        hasPorts(other) ? sourcePorts : PortRange.ALL,
        destinations,
        fits(other, destinationPorts) ? destinationPorts : PortRange.ALL);
  }

  WrittenRule withSources(List<Cidr> others) {
    return new WrittenRule(
        action, protocol, byNumber, others, sourcePorts, destinations, destinationPorts);
  }

  WrittenRule withDestinations(List<Cidr> others) {
    return new WrittenRule(
        action, protocol, byNumber, sources, sourcePorts, others, destinationPorts);
  }

  WrittenRule withSourcePorts(PortRange others) {
    return new WrittenRule(
        action, protocol, byNumber, sources, others, destinations, destinationPorts);
  }

  WrittenRule withDestinationPorts(PortRange others) {
    return new WrittenRule(action, protocol, byNumber, sources, sourcePorts, destinations, others);
  }

  /** Whether no header can match both rules. */
  boolean disjoint(WrittenRule other) {
    return protocol != Protocol.ALL && other.protocol != Protocol.ALL && protocol != other.protocol
        || !sourcePorts.overlaps(other.sourcePorts)
        || !destinationPorts.overlaps(other.destinationPorts)
        || !overlap(sources, other.sources)
        || !overlap(destinations, other.destinations);
  }

  private static boolean overlap(List<Cidr> some, List<Cidr> others) {
    return some.stream().anyMatch(one -> others.stream().anyMatch(one::overlaps));
  }
}
