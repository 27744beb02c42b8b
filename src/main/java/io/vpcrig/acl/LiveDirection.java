package io.vpcrig.acl;

import io.vpcrig.acl.live.LiveRules;
import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Direction;
import io.vpcrig.model.Quirk;
import io.vpcrig.model.Semantics;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;

/**
 * One direction of one list while it changes: a {@link LiveRules} for each of the forms that a
 * {@link CompiledList} is made of. Where the lines of a rule stand follows from the order alone, so
 * they are found by binary search (see {@link ListCompiler} for the order):
 *
 * <pre>
 *   as meant   each rule's CIDRs, rules by number
 *   shipped    the last CIDR of each rule, rules by number; then the other CIDRs, all backwards
 * </pre>
 *
 * Thread: the owner of the list.
 */
final class LiveDirection {
  private final Direction direction;
  private final Semantics semantics;
  private final Function<RuleSet, Classifier> engine;
  private final Map<Set<Quirk>, LiveRules> forms = new HashMap<>();

  /** How many rules have a quirk, by its ordinal. */
  private final int[] carriers = new int[Quirk.values().length];

  private int rules;

  LiveDirection(Direction direction, Semantics semantics, Function<RuleSet, Classifier> engine) {
    this.direction = direction;
    this.semantics = semantics;
    this.engine = engine;
  }

  /**
   * Counts a rule, if it is of this direction.
   *
   * @param by 1 where it comes, -1 where it goes
   */
  void count(AclRule rule, int by) {
    if (rule.direction() == direction) {
      rules += by;
      ListCompiler.quirks(rule).forEach(quirk -> carriers[quirk.ordinal()] += by);
    }
  }

  /** Quirks that the router has and that make a difference. */
  private Set<Quirk> quirks() {
    Set<Quirk> quirks = EnumSet.noneOf(Quirk.class);
    if (semantics == Semantics.SHIPPED) {
      for (Quirk quirk : Quirk.values()) {
        if (carriers[quirk.ordinal()] > 0) {
          quirks.add(quirk);
        }
      }
    }
    return quirks;
  }

  /**
   * Makes forms that are missing and drops those no longer needed: something to do only where a
   * rule was the first or the last to have a quirk. Then it takes as long as to compile the list.
   *
   * @param ids numbers of the rules by their position in the list
   */
  void settle(AclList list, IntUnaryOperator ids) {
    Set<Set<Quirk>> needed = CompiledList.needed(quirks());
    forms.keySet().retainAll(needed);
    for (Set<Quirk> some : needed) {
      forms.computeIfAbsent(
          some, key -> new LiveRules(ListCompiler.compile(list, direction, key, ids), engine));
    }
  }

  CompiledList compiled(int list, RuleTable table) {
    return new CompiledList(
        list, quirks(), some -> new ListForm(forms.get(some).current(), table, direction));
  }

  Collection<LiveRules> forms() {
    return forms.values();
  }

  /**
   * Puts a rule among those that {@code table} knows the numbers of.
   *
   * @param id its number in the table
   */
  void insert(AclRule rule, int id, RuleTable table) {
    if (rule.direction() != direction) {
      return;
    }
    int last = rule.cidrs().size() - 1;
    forms.forEach(
        (quirks, lines) -> {
          if (quirks.contains(Quirk.SEVERAL_CIDRS)) {
            lines.add(find(lines, rule, table), ListCompiler.line(rule, last, id, quirks));
            int at = findBehind(lines, rules + 1, rule, table);
            for (int i = 0; i < last; i++) {
              lines.add(at, ListCompiler.line(rule, i, id, quirks));
            }
          } else {
            int at = find(lines, lines.size(), rule, table);
            for (int i = last; i >= 0; i--) {
              lines.add(at, ListCompiler.line(rule, i, id, quirks));
            }
          }
        });
    count(rule, 1);
  }

  /** Takes a rule out. */
  void remove(AclRule rule, RuleTable table) {
    if (rule.direction() != direction) {
      return;
    }
    int cidrs = rule.cidrs().size();
    forms.forEach(
        (quirks, lines) -> {
          if (quirks.contains(Quirk.SEVERAL_CIDRS)) {
            removeRange(lines, findBehind(lines, rules, rule, table), cidrs - 1);
            lines.remove(find(lines, rule, table));
          } else {
            removeRange(lines, find(lines, lines.size(), rule, table), cidrs);
          }
        });
    count(rule, -1);
  }

  private static void removeRange(LiveRules lines, int from, int count) {
    for (int k = 0; k < count; k++) {
      lines.remove(from);
    }
  }

  /** Where the rule's line stands, or belongs, among those that kept their rank. */
  private int find(LiveRules lines, AclRule rule, RuleTable table) {
    return find(lines, rules, rule, table);
  }

  /** First of the lines {@code 0..end} that is not of a rule with a smaller number. */
  private static int find(LiveRules lines, int end, AclRule rule, RuleTable table) {
    int low = 0;
    int high = end;
    while (low < high) {
      int middle = low + high >>> 1;
      if (table.rule(lines.rule(middle).id()).number() < rule.number()) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** First of the lines from {@code start} on that is not of a rule with a greater number. */
  private static int findBehind(LiveRules lines, int start, AclRule rule, RuleTable table) {
    int low = start;
    int high = lines.size();
    while (low < high) {
      int middle = low + high >>> 1;
      if (table.rule(lines.rule(middle).id()).number() > rule.number()) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
