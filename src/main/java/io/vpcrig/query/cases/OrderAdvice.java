package io.vpcrig.query.cases;

import io.vpcrig.acl.ListCompiler;
import io.vpcrig.acl.MatchRule;
import io.vpcrig.acl.RuleSet;
import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Direction;
import io.vpcrig.model.Semantics;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * In which order the rules of one direction of a list would be tried with the least work, if a
 * router tried them one after the other; measured over the headers that asked the list. Lines are
 * counted: a rule with several CIDRs has several.
 *
 * <p>Means the same by construction: two rules change places only if no header matches both, or
 * both have the same action. Which order is best is a hard problem; this one is found greedily, by
 * the rule that brings most hits for each line that has to come with it.
 */
public final class OrderAdvice {
  /** Rules of one direction that are put in order at most; the work grows with their cube. */
  static final int MOST_RULES = 500;

  private final AclList list;
  private final Direction direction;
  private final Semantics semantics;
  private final Map<Header, Long> asked = new HashMap<>();

  /** What a list was asked about. */
  private record Header(int source, int destination, int ports, int protocol) {}

  /**
   * What is advised.
   *
   * @param order numbers of the rules, first to last
   * @param packets that asked the list
   * @param linesBefore tried for all of them in the present order
   * @param linesAfter tried in the advised one, fewer
   */
  public record Advice(
      String list,
      Direction direction,
      List<Integer> order,
      long packets,
      long linesBefore,
      long linesAfter) {}

  public OrderAdvice(AclList list, Direction direction, Semantics semantics) {
    this.list = list;
    this.direction = direction;
    this.semantics = semantics;
  }

  /**
   * Takes note of packets with one header.
   *
   * @param ports as in the batch column
   */
  public void asked(int source, int destination, int ports, int protocol, long packets) {
    asked.merge(new Header(source, destination, ports, protocol), packets, Long::sum);
  }

  /** The advice; empty if no order that may be taken is better. */
  public Optional<Advice> find() {
    List<List<MatchRule>> lines = linesByRule();
    if (lines.isEmpty() || lines.size() > MOST_RULES || asked.isEmpty()) {
      return Optional.empty();
    }
    List<Integer> present = new ArrayList<>();
    for (int r = 0; r < lines.size(); r++) {
      present.add(r);
    }
    long[] hits = new long[lines.size()];
    long before = tried(lines, present, hits);
    List<Integer> advised = order(lines, hits);
    long after = tried(lines, advised, new long[hits.length]);
    if (after >= before) {
      return Optional.empty();
    }
    List<AclRule> rules = list.rules(direction);
    return Optional.of(
        new Advice(
            list.name(),
            direction,
            advised.stream().map(r -> rules.get(r).number()).toList(),
            asked.values().stream().mapToLong(Long::longValue).sum(),
            before,
            after));
  }

  /**
   * The lines of each rule. None where the shipped router keeps the lines of a rule apart: moving
   * the rule then moves them among others in ways of its own.
   */
  private List<List<MatchRule>> linesByRule() {
    RuleSet all = ListCompiler.compile(list, direction, semantics);
    List<List<MatchRule>> byRule = new ArrayList<>();
    int last = -1;
    for (MatchRule line : all.rules()) {
      if (line.id() < last) {
        return List.of();
      }
      if (line.id() > last) {
        byRule.add(new ArrayList<>());
        last = line.id();
      }
      byRule.getLast().add(line);
    }
    boolean scattered =
        semantics == Semantics.SHIPPED && byRule.stream().anyMatch(lines -> lines.size() > 1);
    return scattered ? List.of() : byRule;
  }

  /** Lines tried for all packets; {@code hits} gets the packets of each rule. */
  private long tried(List<List<MatchRule>> lines, List<Integer> order, long[] hits) {
    long total = 0;
    for (Map.Entry<Header, Long> entry : asked.entrySet()) {
      total += entry.getValue() * tried(lines, order, hits, entry.getKey(), entry.getValue());
    }
    return total;
  }

  private static int tried(
      List<List<MatchRule>> lines, List<Integer> order, long[] hits, Header header, long packets) {
    int tried = 0;
    for (int r : order) {
      for (MatchRule line : lines.get(r)) {
        tried++;
        if (line.matches(header.source, header.destination, header.ports, header.protocol)) {
          hits[r] += packets;
          return tried;
        }
      }
    }
    return tried;
  }

  private List<Integer> order(List<List<MatchRule>> lines, long[] hits) {
    BitSet[] before = mustPrecede(lines);
    List<Integer> order = new ArrayList<>();
    BitSet left = new BitSet();
    left.set(0, lines.size());
    while (!left.isEmpty()) {
      BitSet best = null;
      long bestHits = -1;
      long bestLines = 1;
      for (int r = left.nextSetBit(0); r >= 0; r = left.nextSetBit(r + 1)) {
        BitSet group = (BitSet) before[r].clone();
        group.and(left);
        group.set(r);
        long groupHits = group.stream().mapToLong(k -> hits[k]).sum();
        long groupLines = group.stream().mapToLong(k -> lines.get(k).size()).sum();
        if (groupHits * bestLines > bestHits * groupLines) {
          best = group;
          bestHits = groupHits;
          bestLines = groupLines;
        }
      }
      best.stream().forEach(order::add);
      left.andNot(best);
    }
    return order;
  }

  /** The rules that may not come after each rule, those of those included. */
  private BitSet[] mustPrecede(List<List<MatchRule>> lines) {
    List<AclRule> rules = list.rules(direction);
    BitSet[] before = new BitSet[lines.size()];
    for (int r = 0; r < before.length; r++) {
      before[r] = new BitSet();
      for (int earlier = 0; earlier < r; earlier++) {
        if (rules.get(r).action() != rules.get(earlier).action()
            && overlap(lines.get(r), lines.get(earlier))) {
          before[r].set(earlier);
          before[r].or(before[earlier]);
        }
      }
    }
    return before;
  }

  private static boolean overlap(List<MatchRule> some, List<MatchRule> others) {
    return some.stream().anyMatch(a -> others.stream().anyMatch(b -> overlap(a, b)));
  }

  private static boolean overlap(MatchRule a, MatchRule b) {
    return a.source().overlaps(b.source())
        && a.destination().overlaps(b.destination())
        && a.sourcePorts().overlaps(b.sourcePorts())
        && a.destinationPorts().overlaps(b.destinationPorts())
        && (a.protocol() == b.protocol() || a.protocol() < 0 || b.protocol() < 0);
  }
}
