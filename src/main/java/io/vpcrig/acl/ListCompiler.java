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
import java.util.List;

/**
 * One direction of an access list as a {@link RuleSet}. Each CIDR of a rule becomes a line of its
 * own; {@link MatchRule#id} is the position of its rule in {@link AclList#rules()}.
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
    List<MatchRule> lines = new ArrayList<>();
    int rank = 0;
    List<AclRule> rules = list.rules();
    for (int id = 0; id < rules.size(); id++) {
      AclRule rule = rules.get(id);
      if (rule.direction() == direction) {
        if (semantics == Semantics.INTENDED) {
          lines.addAll(intended(rule, id));
        } else {
          for (MatchRule line : shipped(rule, id)) {
            lines.add(rank, line);
          }
        }
        rank++;
      }
    }
    return RuleSet.of(lines);
  }

  private static List<MatchRule> intended(AclRule rule, int id) {
    PortRange ports = intendedPorts(rule);
    return rule.cidrs().stream().map(cidr -> line(rule, cidr, ports, id, Quirk.NONE)).toList();
  }

  /** In the order of insertion. */
  private static List<MatchRule> shipped(AclRule rule, int id) {
    PortRange ports = intendedPorts(rule);
    Quirk widthQuirk = Quirk.NONE;
    if (losesPorts(rule)) {
      ports = PortRange.ALL;
      widthQuirk = Quirk.NUMBERED_PROTOCOL;
    } else if (isSentAsPortZero(rule)) {
      ports = new PortRange(0, 0);
      widthQuirk = Quirk.ABSENT_PORTS;
    }
    List<MatchRule> lines = new ArrayList<>();
    for (int i = 0; i < rule.cidrs().size(); i++) {
      boolean keepsRank = i == rule.cidrs().size() - 1;
      Quirk quirk = widthQuirk == Quirk.NONE && !keepsRank ? Quirk.SEVERAL_CIDRS : widthQuirk;
      lines.add(line(rule, rule.cidrs().get(i), ports, id, quirk));
    }
    return lines;
  }

  /** Whether the shipped router ignores ports that were given. */
  static boolean losesPorts(AclRule rule) {
    return rule.protocolByNumber()
        && hasPorts(rule.protocol())
        && !intendedPorts(rule).equals(PortRange.ALL);
  }

  /** Whether the shipped router takes "no ports" for port 0. */
  static boolean isSentAsPortZero(AclRule rule) {
    return !rule.protocolByNumber() && hasPorts(rule.protocol()) && rule.ports().isEmpty();
  }

  /** What {@link MatchRule#destinationPorts} has to hold for what the operator meant. */
  static PortRange intendedPorts(AclRule rule) {
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

  private static MatchRule line(AclRule rule, Cidr cidr, PortRange ports, int id, Quirk quirk) {
    boolean ingress = rule.direction() == Direction.INGRESS;
    return new MatchRule(
        ingress ? cidr : Cidr.ANY,
        ingress ? Cidr.ANY : cidr,
        PortRange.ALL,
        ports,
        rule.protocol(),
        id,
        quirk);
  }
}
