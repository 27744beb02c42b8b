package io.vpcrig.acl;

import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Direction;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Semantics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The slow obvious twin of compiled lists, written over the model alone. */
final class PlainEvaluator {
  private PlainEvaluator() {}

  /** One CIDR of one rule. */
  private record Line(AclRule rule, Cidr cidr) {}

  /** The rule that decides, if one does. */
  static Optional<AclRule> decide(
      AclList list,
      Direction direction,
      Semantics semantics,
      int source,
      int destination,
      int ports,
      int protocol) {
    int address = direction == Direction.INGRESS ? source : destination;
    return lines(list.rules(direction), semantics).stream()
        .filter(line -> line.cidr.contains(address))
        .map(Line::rule)
        .filter(rule -> matches(rule, semantics, ports & 0xffff, protocol))
        .findFirst();
  }

  /**
   * As shipped, the last CIDR of each rule holds the rule's rank; the others lie behind all of
   * them, those of later rules first, each rule's from back to front.
   */
  private static List<Line> lines(List<AclRule> rules, Semantics semantics) {
    List<Line> lines = new ArrayList<>();
    if (semantics == Semantics.INTENDED) {
      rules.forEach(rule -> rule.cidrs().forEach(cidr -> lines.add(new Line(rule, cidr))));
      return lines;
    }
    rules.forEach(rule -> lines.add(new Line(rule, rule.cidrs().getLast())));
    for (AclRule rule : rules.reversed()) {
      List<Cidr> others = rule.cidrs().subList(0, rule.cidrs().size() - 1);
      others.reversed().forEach(cidr -> lines.add(new Line(rule, cidr)));
    }
    return lines;
  }

  private static boolean matches(AclRule rule, Semantics semantics, int low, int protocol) {
    if (rule.protocol() == Protocol.ALL) {
      return true;
    }
    if (rule.protocol() != protocol) {
      return false;
    }
    if (protocol == Protocol.ICMP) {
      return rule.icmpType() < 0
          || rule.icmpType() == low >>> 8
              && (rule.icmpCode() < 0 || rule.icmpCode() == (low & 0xff));
    }
    if (protocol != Protocol.TCP && protocol != Protocol.UDP) {
      return true;
    }
    if (semantics == Semantics.SHIPPED && rule.protocolByNumber()) {
      return true;
    }
    if (rule.ports().isEmpty()) {
      return semantics == Semantics.INTENDED || low == 0;
    }
    return rule.ports().get().contains(low);
  }
}
