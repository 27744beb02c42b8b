package io.vpcrig.query;

import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Direction;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Quirk;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One direction of an access list in the order in which a router tries it: a line for each CIDR of
 * each rule. Walked from the top; the first line that matches decides.
 */
final class ReferenceChain {
  /**
   * @param ports destination ports, after what the quirks make of them
   */
  private record Line(AclRule rule, Cidr cidr, PortRange ports) {}

  private final AclList list;
  private final Direction direction;
  private final List<Line> lines = new ArrayList<>();

  /**
   * @param quirks those of the router that walks the chain; none for what was intended
   */
  ReferenceChain(AclList list, Direction direction, Set<Quirk> quirks) {
    this.list = list;
    this.direction = direction;
    int k = 0;
    for (AclRule rule : list.rules(direction)) {
      for (Cidr cidr : rule.cidrs()) {
        Line line = new Line(rule, cidr, ports(rule, quirks));
        if (quirks.contains(Quirk.SEVERAL_CIDRS)) {
          lines.add(k, line);
        } else {
          lines.add(line);
        }
      }
      k++;
    }
  }

  private static PortRange ports(AclRule rule, Set<Quirk> quirks) {
    boolean named = !rule.protocolByNumber();
    if (rule.ports().isPresent()) {
      return !named && quirks.contains(Quirk.NUMBERED_PROTOCOL)
          ? PortRange.ALL
          : rule.ports().get();
    }
    boolean needsPorts = rule.protocol() == Protocol.TCP || rule.protocol() == Protocol.UDP;
    return named && needsPorts && quirks.contains(Quirk.ABSENT_PORTS)
        ? new PortRange(0, 0)
        : PortRange.ALL;
  }

  /**
   * Walks the chain.
   *
   * @param segment whose list it is, for the record
   * @param byDefault what happens if no line matches
   */
  ListTrial judge(String segment, Tuple tuple, Action byDefault) {
    List<RuleTrial> tried = new ArrayList<>();
    for (Line line : lines) {
      RuleTrial trial = new RuleTrial(line.rule, line.cidr, misses(line, tuple));
      tried.add(trial);
      if (trial.matches()) {
        return new ListTrial(segment, Optional.of(list), direction, tried, line.rule.action());
      }
    }
    return new ListTrial(segment, Optional.of(list), direction, tried, byDefault);
  }

  private Set<RuleTrial.Miss> misses(Line line, Tuple tuple) {
    Set<RuleTrial.Miss> misses = EnumSet.noneOf(RuleTrial.Miss.class);
    AclRule rule = line.rule;
    if (rule.protocol() != Protocol.ALL && rule.protocol() != tuple.protocol()) {
      misses.add(RuleTrial.Miss.PROTOCOL);
    }
    if (!line.cidr.contains(
        direction == Direction.INGRESS ? tuple.source() : tuple.destination())) {
      misses.add(RuleTrial.Miss.ADDRESS);
    }
    if (tuple.hasPorts() && hasPorts(rule) && !line.ports.contains(tuple.destinationPort())) {
      misses.add(RuleTrial.Miss.PORT);
    }
    if (tuple.protocol() == Protocol.ICMP
        && rule.protocol() == Protocol.ICMP
        && !matchesIcmp(rule, tuple)) {
      misses.add(RuleTrial.Miss.ICMP_TYPE);
    }
    return misses;
  }

  private static boolean hasPorts(AclRule rule) {
    return rule.protocol() == Protocol.TCP || rule.protocol() == Protocol.UDP;
  }

  /** A code without a type is no condition: iptables can't say it. */
  private static boolean matchesIcmp(AclRule rule, Tuple tuple) {
    return rule.icmpType() < 0
        || rule.icmpType() == tuple.icmpType()
            && (rule.icmpCode() < 0 || rule.icmpCode() == tuple.icmpCode());
  }
}
