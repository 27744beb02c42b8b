package io.vpcrig.query.compiler;

import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What not every compiler takes; {@code --without} leaves it out. */
public enum Feature {
  /** Rules with several prefixes. */
  SEVERAL_CIDRS(rule -> rule.sources().size() > 1 || rule.destinations().size() > 1),
  /** Prefixes with bits beyond their length. */
  HOST_BITS(
      rule ->
          Stream.concat(rule.sources().stream(), rule.destinations().stream())
              .anyMatch(cidr -> cidr.address() != cidr.network())),
  SOURCE_PORTS(rule -> !rule.sourcePorts().equals(PortRange.ALL)),
  /** ICMP rules for a type or a code. */
  ICMP_TYPES(
      rule -> rule.protocol() == Protocol.ICMP && !rule.destinationPorts().equals(PortRange.ALL)),
  /** Type 255: iptables has no way to say it. */
  ICMP_255(
      rule ->
          rule.protocol() == Protocol.ICMP
              && rule.destinationPorts().size() <= 256
              && rule.destinationPorts().first() >>> 8 == 255),
  /** Protocol 0: iptables has no way to say it. */
  PROTOCOL_0(rule -> rule.protocol() == 0),
  /** Protocols by number, those with a name included. */
  NUMBERED_PROTOCOLS(rule -> rule.byNumber() || isUnnamed(rule)),
  /** Lists that allow what no rule matches. */
  DEFAULT_ALLOW(rule -> false),
  /** Lists without rules. */
  EMPTY_LISTS(rule -> false);

  private final Predicate<WrittenRule> inRule;

  Feature(Predicate<WrittenRule> inRule) {
    this.inRule = inRule;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether a protocol can be written by a name as well as by its number. */
  static boolean isNamed(int protocol) {
    return protocol == Protocol.ICMP || WrittenRule.hasPorts(protocol);
  }

  private static boolean isUnnamed(WrittenRule rule) {
    return rule.protocol() != Protocol.ALL && !isNamed(rule.protocol());
  }

  /** What a list makes use of. */
  static Set<Feature> of(WrittenList list) {
    return Stream.of(values()).filter(feature -> feature.isIn(list)).collect(Collectors.toSet());
  }

  private boolean isIn(WrittenList list) {
    return switch (this) {
      case DEFAULT_ALLOW -> list.otherwise() == Action.ALLOW;
      case EMPTY_LISTS -> list.rules().isEmpty();
      default -> list.rules().stream().anyMatch(inRule);
    };
  }

  /** A list like the given one that makes no use of some features. */
  static WrittenList without(Set<Feature> left, WrittenList list) {
    if (left.isEmpty()) {
      return list;
    }
    List<WrittenRule> rules = list.rules().stream().map(rule -> without(left, rule)).toList();
    if (left.contains(EMPTY_LISTS) && rules.isEmpty()) {
      rules = List.of(WrittenRule.everything(Action.ALLOW));
    }
    return new WrittenList(rules, left.contains(DEFAULT_ALLOW) ? Action.DENY : list.otherwise());
  }

  private static WrittenRule without(Set<Feature> left, WrittenRule rule) {
    WrittenRule less = rule;
    for (Feature feature : left) {
      if (feature.inRule.test(less)) {
        less = feature.removed(less);
      }
    }
    return less;
  }

  private WrittenRule removed(WrittenRule rule) {
    return switch (this) {
      case SEVERAL_CIDRS ->
          rule.withSources(List.of(rule.sources().getFirst()))
              .withDestinations(List.of(rule.destinations().getFirst()));
      case HOST_BITS ->
          rule.withSources(networks(rule.sources()))
              .withDestinations(networks(rule.destinations()));
      case SOURCE_PORTS -> rule.withSourcePorts(PortRange.ALL);
      case ICMP_TYPES, ICMP_255 -> rule.withDestinationPorts(PortRange.ALL);
      case PROTOCOL_0 -> rule.withProtocol(Protocol.TCP, false);
      case NUMBERED_PROTOCOLS ->
          rule.withProtocol(isUnnamed(rule) ? Protocol.ALL : rule.protocol(), false);
      case DEFAULT_ALLOW, EMPTY_LISTS -> rule;
    };
  }

  private static List<Cidr> networks(List<Cidr> cidrs) {
    return cidrs.stream().map(cidr -> new Cidr(cidr.network(), cidr.length())).toList();
  }
}
