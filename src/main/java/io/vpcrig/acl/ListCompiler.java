package io.vpcrig.acl;

import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Direction;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Quirk;
import io.vpcrig.model.Semantics;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/**
 * One direction of an access list as a {@link RuleSet}. Each CIDR of a rule becomes a line of its
 * own; {@link MatchRule#id} is the position of its rule in {@link AclList#rules()} unless told
 * otherwise.
 *
 * <p>A CIDR is the source of ingress rules and the destination of egress rules. That holds for
 * private gateways too: what comes in by a segment meets the egress rules of its list, what goes
 * out to it the ingress rules (cloudstack.md 5.1); only to people do a gateway's words look
 * reversed.
 *
 * <p>Ports count for TCP and UDP only, type and code for ICMP only; a code without a type is
 * ignored, as iptables can't say it. What the shipped router makes of the rules (cloudstack.md 2.2,
 * 2.5):
 *
 * <ul>
 *   <li>a protocol given as a number loses its ports (P18); 1 is turned into icmp and loses
 *       nothing;
 *   <li>tcp or udp by name without ports is sent as port 0 (P19);
 *   <li>rule number k of its direction is inserted at index k, one CIDR after the other, so that
 *       the last CIDR keeps the rank and the others slide behind all rules that follow (P20).
 * </ul>
 */
public final class ListCompiler {
  private ListCompiler() {}

  public static RuleSet compile(AclList list, Direction direction, Semantics semantics) {
    return compile(
        list,
        direction,
        semantics == Semantics.SHIPPED ? quirks(list, direction) : EnumSet.noneOf(Quirk.class));
  }

  /**
   * @param quirks those of the router that runs the list
   */
  public static RuleSet compile(AclList list, Direction direction, Set<Quirk> quirks) {
    return compile(list, direction, quirks, index -> index);
  }

  /**
   * @param ids what {@link MatchRule#id} is to be, by the rule's position in the list
   */
  static RuleSet compile(
      AclList list, Direction direction, Set<Quirk> quirks, IntUnaryOperator ids) {
    List<MatchRule> lines = new ArrayList<>();
    int rank = 0;
    List<AclRule> rules = list.rules();
    for (int index = 0; index < rules.size(); index++) {
      AclRule rule = rules.get(index);
      if (rule.direction() == direction) {
        for (int i = 0; i < rule.cidrs().size(); i++) {
          int at = quirks.contains(Quirk.SEVERAL_CIDRS) ? rank : lines.size();
          lines.add(at, line(rule, i, ids.applyAsInt(index), quirks));
        }
        rank++;
      }
    }
    return RuleSet.of(lines);
  }

  /** Quirks that make a difference to some rule of the list. */
  public static Set<Quirk> quirks(AclList list, Direction direction) {
    Set<Quirk> quirks = EnumSet.noneOf(Quirk.class);
    for (AclRule rule : list.rules(direction)) {
      quirks.addAll(quirks(rule));
    }
    return quirks;
  }

  /** Quirks that make a difference to a rule. */
  static Set<Quirk> quirks(AclRule rule) {
    Set<Quirk> quirks = EnumSet.of(portQuirk(rule));
    quirks.remove(Quirk.NONE);
    if (rule.cidrs().size() > 1) {
      quirks.add(Quirk.SEVERAL_CIDRS);
    }
    return quirks;
  }

  /**
   * One CIDR of a rule. If two quirks meet in it, the one that changes its ports is named.
   *
   * @param i which CIDR
   */
  static MatchRule line(AclRule rule, int i, int id, Set<Quirk> quirks) {
    PortRange ports = intendedPorts(rule);
    Quirk quirk = portQuirk(rule);
    if (quirk != Quirk.NONE && quirks.contains(quirk)) {
      ports = quirk == Quirk.NUMBERED_PROTOCOL ? PortRange.ALL : new PortRange(0, 0);
    } else {
      boolean losesRank = i < rule.cidrs().size() - 1 && quirks.contains(Quirk.SEVERAL_CIDRS);
      quirk = losesRank ? Quirk.SEVERAL_CIDRS : Quirk.NONE;
    }
    boolean ingress = rule.direction() == Direction.INGRESS;
    Cidr cidr = rule.cidrs().get(i);
    return new MatchRule(
        ingress ? cidr : Cidr.ANY,
        ingress ? Cidr.ANY : cidr,
        PortRange.ALL,
        ports,
        rule.protocol(),
        id,
        quirk);
  }

  /** How the shipped router changes the ports of a rule. */
  private static Quirk portQuirk(AclRule rule) {
    if (!hasPorts(rule.protocol())) {
      return Quirk.NONE;
    }
    if (rule.protocolByNumber()) {
      boolean loses = !intendedPorts(rule).equals(PortRange.ALL);
      return loses ? Quirk.NUMBERED_PROTOCOL : Quirk.NONE;
    }
    return rule.ports().isEmpty() ? Quirk.ABSENT_PORTS : Quirk.NONE;
  }

  /** What {@link MatchRule#destinationPorts} has to hold for what the operator meant. */
  private static PortRange intendedPorts(AclRule rule) {
    if (hasPorts(rule.protocol())) {
      return rule.ports().orElse(PortRange.ALL);
    }
    if (rule.protocol() != Protocol.ICMP || rule.icmpType() < 0) {
      return PortRange.ALL;
    }
    int type = rule.icmpType() << 8;
    return rule.icmpCode() < 0
        ? new PortRange(type, type | 0xff)
        : new PortRange(type | rule.icmpCode(), type | rule.icmpCode());
  }

  private static boolean hasPorts(int protocol) {
    return protocol == Protocol.TCP || protocol == Protocol.UDP;
  }
}
