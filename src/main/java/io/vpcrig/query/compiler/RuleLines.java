package io.vpcrig.query.compiler;

import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Flow;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Writes lists and headers as commands read them; see the package for the form. */
public final class RuleLines {
  /** First word of the line that says what becomes of headers no rule matches. */
  static final String DEFAULT = "default";

  static final String ANY = "any";

  private RuleLines() {}

  /** The default and the rules, a line each. */
  public static String of(WrittenList list) {
    StringBuilder text = new StringBuilder();
    text.append(DEFAULT).append(' ').append(word(list.otherwise())).append('\n');
    list.rules().forEach(rule -> text.append(of(rule)).append('\n'));
    return text.toString();
  }

  /** As {@link #of(WrittenList)}, and after an empty line the headers. */
  static String of(WrittenList list, List<Flow> headers) {
    StringBuilder text = new StringBuilder(of(list)).append('\n');
    headers.forEach(header -> text.append(of(header)).append('\n'));
    return text.toString();
  }

  static String of(WrittenRule rule) {
    return String.join(
        " ",
        word(rule.action()),
        protocol(rule),
        cidrs(rule.sources()),
        ports(rule.sourcePorts()),
        cidrs(rule.destinations()),
        rule.protocol() == Protocol.ICMP
            ? types(rule.destinationPorts())
            : ports(rule.destinationPorts()));
  }

  static String of(Flow header) {
    boolean icmp = header.protocol() == Protocol.ICMP;
    return String.join(
        " ",
        Protocol.name(header.protocol()),
        Ipv4Text.format(header.source()),
        Integer.toString(header.sourcePort()),
        Ipv4Text.format(header.destination()),
        icmp
            ? header.icmpType() + "/" + header.icmpCode()
            : Integer.toString(header.destinationPort()));
  }

  static String word(Action action) {
    return action.name().toLowerCase(Locale.ROOT);
  }

  static Optional<Action> action(String word) {
    return switch (word) {
      case "allow" -> Optional.of(Action.ALLOW);
      case "deny" -> Optional.of(Action.DENY);
      default -> Optional.empty();
    };
  }

  private static String protocol(WrittenRule rule) {
    if (rule.protocol() == Protocol.ALL) {
      return ANY;
    }
    return rule.byNumber() ? Integer.toString(rule.protocol()) : Protocol.name(rule.protocol());
  }

  private static String cidrs(List<Cidr> cidrs) {
    return cidrs.stream().map(Cidr::toString).collect(Collectors.joining(","));
  }

  private static String ports(PortRange ports) {
    return ports.equals(PortRange.ALL) ? ANY : ports.toString();
  }

  private static String types(PortRange types) {
    if (types.equals(PortRange.ALL)) {
      return ANY;
    }
    int type = types.first() >>> 8;
    return WrittenRule.isType(types) ? Integer.toString(type) : type + "/" + (types.first() & 255);
  }
}
