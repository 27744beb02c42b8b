package io.vpcrig.acl;

import io.vpcrig.model.FilterRule;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Quirk;
import java.util.ArrayList;
import java.util.List;

/**
 * Rules in order of rank: the first that matches wins. Immutable. Each fact is one int column,
 * indexed by position; engines read the columns, people read {@link #rules}.
 */
public final class RuleSet {
  private final int[] sourceNetwork;
  private final int[] sourceMask;
  private final int[] destinationNetwork;
  private final int[] destinationMask;
  private final int[] portsFirst;
  private final int[] portsSpan;
  private final int[] protocol;
  private final int[] protocolMask;
  private final int[] id;

  private final List<MatchRule> rules;

  private RuleSet(List<MatchRule> rules) {
    this.rules = List.copyOf(rules);
    int n = this.rules.size();
    sourceNetwork = new int[n];
    sourceMask = new int[n];
    destinationNetwork = new int[n];
    destinationMask = new int[n];
    portsFirst = new int[n];
    portsSpan = new int[n];
    protocol = new int[n];
    protocolMask = new int[n];
    id = new int[n];
    for (int i = 0; i < n; i++) {
      MatchRule rule = this.rules.get(i);
      sourceNetwork[i] = rule.source().network();
      sourceMask[i] = rule.source().mask();
      destinationNetwork[i] = rule.destination().network();
      destinationMask[i] = rule.destination().mask();
      portsFirst[i] = rule.sourcePorts().first() << 16 | rule.destinationPorts().first();
      portsSpan[i] = rule.sourcePorts().size() - 1 << 16 | rule.destinationPorts().size() - 1;
      boolean any = rule.protocol() == Protocol.ALL;
      protocol[i] = any ? 0 : rule.protocol();
      protocolMask[i] = any ? 0 : 0xff;
      id[i] = rule.id();
    }
  }

  /** The rules in the order of the list. */
  public static RuleSet of(List<MatchRule> rules) {
    return new RuleSet(rules);
  }

  /** What rules of any format match, each with its position as its id. */
  public static RuleSet matching(List<FilterRule> lines) {
    List<MatchRule> rules = new ArrayList<>(lines.size());
    for (FilterRule line : lines) {
      rules.add(
          new MatchRule(
              line.source(),
              line.destination(),
              line.sourcePorts(),
              line.destinationPorts(),
              line.protocol(),
              rules.size(),
              Quirk.NONE));
    }
    return of(rules);
  }

  public int size() {
    return id.length;
  }

  public List<MatchRule> rules() {
    return rules;
  }

  public MatchRule rule(int position) {
    return rules.get(position);
  }

  /** Source address of a position, host bits clear. */
  public int sourceNetwork(int position) {
    return sourceNetwork[position];
  }

  /** Bits of the source address that count. */
  public int sourceMask(int position) {
    return sourceMask[position];
  }

  /** Destination address of a position, host bits clear. */
  public int destinationNetwork(int position) {
    return destinationNetwork[position];
  }

  /** Bits of the destination address that count. */
  public int destinationMask(int position) {
    return destinationMask[position];
  }

  /** First source port in the high 16 bits, first destination port in the low. */
  public int portsFirst(int position) {
    return portsFirst[position];
  }

  /** Last less first, halves as in {@link #portsFirst}. */
  public int portsSpan(int position) {
    return portsSpan[position];
  }

  /** 0..255; 0 where any protocol matches. */
  public int protocol(int position) {
    return protocol[position];
  }

  /** 0xff, or 0 where any protocol matches. */
  public int protocolMask(int position) {
    return protocolMask[position];
  }

  /** {@link MatchRule#id} of a position. */
  public int id(int position) {
    return id[position];
  }

  /** {@link MatchRule#matches} over the columns. */
  public boolean matches(int position, int source, int destination, int ports, int headerProtocol) {
    int first = portsFirst[position];
    int span = portsSpan[position];
    return ((source ^ sourceNetwork[position]) & sourceMask[position]) == 0
        && ((destination ^ destinationNetwork[position]) & destinationMask[position]) == 0
        && ((headerProtocol ^ protocol[position]) & protocolMask[position]) == 0
        && within(ports >>> 16, first >>> 16, span >>> 16)
        && within(ports & 0xffff, first & 0xffff, span & 0xffff);
  }

  /** Whether {@code first <= port <= first + span}: smaller ports wrap to huge numbers. */
  public static boolean within(int port, int first, int span) {
    return Integer.compareUnsigned(port - first, span) <= 0;
  }
}
