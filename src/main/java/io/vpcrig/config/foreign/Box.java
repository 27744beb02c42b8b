package io.vpcrig.config.foreign;

import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.FilterRule;
import io.vpcrig.model.Origin;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/**
 * Headers whose five fields are each in a set: what one clause of a rule of any format matches.
 *
 * @param destinationPorts for ICMP {@code type << 8 | code}
 */
record Box(
    Ranges protocols,
    Ranges sources,
    Ranges destinations,
    Ranges sourcePorts,
    Ranges destinationPorts) {
  static final Box ALL =
      new Box(Ranges.PROTOCOLS, Ranges.ADDRESSES, Ranges.ADDRESSES, Ranges.PORTS, Ranges.PORTS);

  /** What a rule matches. */
  static Box of(FilterRule rule) {
    return new Box(
        rule.protocol() == Protocol.ALL
            ? Ranges.PROTOCOLS
            : Ranges.of(rule.protocol(), rule.protocol()),
        Ranges.of(rule.source()),
        Ranges.of(rule.destination()),
        Ranges.of(rule.sourcePorts()),
        Ranges.of(rule.destinationPorts()));
  }

  Box withProtocols(Ranges some) {
    return new Box(some, sources, destinations, sourcePorts, destinationPorts);
  }

  Box withSources(Ranges some) {
    return new Box(protocols, some, destinations, sourcePorts, destinationPorts);
  }

  Box withDestinations(Ranges some) {
    return new Box(protocols, sources, some, sourcePorts, destinationPorts);
  }

  Box withSourcePorts(Ranges some) {
    return new Box(protocols, sources, destinations, some, destinationPorts);
  }

  Box withDestinationPorts(Ranges some) {
    return new Box(protocols, sources, destinations, sourcePorts, some);
  }

  boolean isEmpty() {
    return protocols.isEmpty()
        || sources.isEmpty()
        || destinations.isEmpty()
        || sourcePorts.isEmpty()
        || destinationPorts.isEmpty();
  }

  Box and(Box other) {
    return new Box(
        protocols.and(other.protocols),
        sources.and(other.sources),
        destinations.and(other.destinations),
        sourcePorts.and(other.sourcePorts),
        destinationPorts.and(other.destinationPorts));
  }

  /** What is here and not there, in boxes that are apart. */
  List<Box> minus(Box other) {
    Box both = and(other);
    if (both.isEmpty()) {
      return List.of(this);
    }
    List<Box> left = new ArrayList<>();
    Consumer<Box> keep =
        piece -> {
          if (!piece.isEmpty()) {
            left.add(piece);
          }
        };
    Box rest = this;
    keep.accept(rest.withProtocols(protocols.minus(both.protocols)));
    rest = rest.withProtocols(both.protocols);
    keep.accept(rest.withSources(sources.minus(both.sources)));
    rest = rest.withSources(both.sources);
    keep.accept(rest.withDestinations(destinations.minus(both.destinations)));
    rest = rest.withDestinations(both.destinations);
    keep.accept(rest.withSourcePorts(sourcePorts.minus(both.sourcePorts)));
    rest = rest.withSourcePorts(both.sourcePorts);
    keep.accept(rest.withDestinationPorts(destinationPorts.minus(both.destinationPorts)));
    return left;
  }

  /** The rules that say it: one for each protocol, pair of prefixes and pair of port ranges. */
  List<FilterRule> rules(Action action, String label, Origin origin) {
    List<FilterRule> rules = new ArrayList<>();
    for (int protocol : protocolNumbers()) {
      for (Cidr source : sources.cidrs()) {
        for (Cidr destination : destinations.cidrs()) {
          for (PortRange from : sourcePorts.ports()) {
            for (PortRange to : destinationPorts.ports()) {
              rules.add(
                  new FilterRule(source, destination, from, to, protocol, action, label, origin));
            }
          }
        }
      }
    }
    return rules;
  }

  /** How many rules {@link #rules} makes. */
  long ruleCount() {
    return (long) protocolNumbers().length
        * sources.cidrs().size()
        * destinations.cidrs().size()
        * sourcePorts.spans().size()
        * destinationPorts.spans().size();
  }

  private int[] protocolNumbers() {
    if (protocols.equals(Ranges.PROTOCOLS)) {
      return new int[] {Protocol.ALL};
    }
    return protocols.spans().stream()
        .flatMapToLong(span -> LongStream.rangeClosed(span.first(), span.last()))
        .mapToInt(number -> (int) number)
        .toArray();
  }
}
