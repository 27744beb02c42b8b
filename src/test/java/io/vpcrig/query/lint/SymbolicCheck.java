package io.vpcrig.query.lint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.model.FilterList;
import io.vpcrig.model.FilterRule;
import io.vpcrig.model.Origin;
import io.vpcrig.symbolic.HeaderSet;
import io.vpcrig.symbolic.HeaderSpace;
import io.vpcrig.symbolic.ListSets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The findings of {@link ListLint} about one list, each held against sets of headers as decision
 * diagrams, and the rules without a finding against what would be one.
 */
final class SymbolicCheck {
  private final FilterList list;
  private final ListLint.Doubt doubt;
  private final HeaderSpace space;
  private final ListSets sets;

  /** By position: what that line matches, whatever stands before. */
  private final List<HeaderSet> matched;

  /** Positions of a rule's parts, by where and with which action it was written. */
  private final Map<List<Object>, List<Integer>> rules = new LinkedHashMap<>();

  private SymbolicCheck(FilterList list, ListLint.Doubt doubt, HeaderSpace space) {
    this.list = list;
    this.doubt = doubt;
    this.space = space;
    sets = ListSets.of(space, list);
    matched = list.rules().stream().map(space::of).toList();
    for (int k = 0; k < list.rules().size(); k++) {
      rules.computeIfAbsent(key(list.rules().get(k)), key -> new ArrayList<>()).add(k);
    }
  }

  private static List<Object> key(FilterRule rule) {
    return List.of(rule.origin(), rule.label(), rule.action());
  }

  static void check(FilterList list, ListLint.Doubt doubt, List<Finding> findings) {
    try (HeaderSpace space = new HeaderSpace()) {
      SymbolicCheck check = new SymbolicCheck(list, doubt, space);
      Map<List<Object>, Finding> told = new LinkedHashMap<>();
      for (Finding finding : findings) {
        List<Object> rule = check.rule(finding.origin());
        assertEquals(null, told.put(rule, finding), "told twice: " + finding);
        check.holds(rule, finding);
      }
      check.rules.keySet().stream()
          .filter(rule -> !told.containsKey(rule) && !check.isDoubtful(rule))
          .forEach(check::isNeeded);
    }
  }

  private List<Object> rule(Origin origin) {
    List<List<Object>> here =
        rules.keySet().stream().filter(key -> key.getFirst().equals(origin)).toList();
    assertEquals(1, here.size(), () -> "rules at " + origin);
    return here.getFirst();
  }

  private boolean isDoubtful(List<Object> rule) {
    return rules.get(rule).stream().anyMatch(doubt.lines()::contains);
  }

  private void holds(List<Object> rule, Finding finding) {
    switch (finding.kind()) {
      case SHADOWED, CONTRADICTION -> isBlocked(rule, finding);
      case REDUNDANT -> {
        if (finding.because().isEmpty()) {
          assertFalse(doubt.any(), () -> "not known: " + finding);
          assertFalse(decides(rule).isEmpty(), () -> "never decides at all: " + finding);
        } else {
          isBlocked(rule, finding);
        }
      }
      default -> throw new AssertionError(finding);
    }
    List<FilterRule> others = new ArrayList<>(list.rules());
    rules.get(rule).reversed().forEach(position -> others.remove((int) position));
    HeaderSet without = ListSets.allowed(space, new FilterList("", others, list.otherwise()));
    assertEquals(sets.allowed(), without, () -> "can't go: " + finding);
  }

  private void isBlocked(List<Object> rule, Finding finding) {
    assertTrue(decides(rule).isEmpty(), () -> "decides " + decides(rule) + ": " + finding);
    assertFalse(isDoubtful(rule), () -> "not known: " + finding);
    List<List<Object>> blockers = finding.because().stream().map(this::rule).toList();
    assertTrue(cover(rule, blockers), () -> "not all of it: " + finding);
    for (List<Object> spared : blockers) {
      List<List<Object>> fewer = new ArrayList<>(blockers);
      fewer.remove(spared);
      assertFalse(cover(rule, fewer), () -> spared + " can be spared: " + finding);
    }
    HeaderSet all = matched(rule);
    int ownFrom = 0;
    while (ownFrom < blockers.size() && !action(blockers.get(ownFrom)).equals(action(rule))) {
      assertTrue(
          decides(blockers.get(ownFrom)).overlaps(all), () -> "does nothing else: " + finding);
      ownFrom++;
    }
    for (List<Object> same : blockers.subList(ownFrom, blockers.size())) {
      assertEquals(
          action(rule), action(same), () -> "does something else, but is last: " + finding);
    }
    Finding.Kind kind =
        ownFrom == 0
            ? Finding.Kind.REDUNDANT
            : blockers.size() == 1 && matched(blockers.getFirst()).equals(all)
                ? Finding.Kind.CONTRADICTION
                : Finding.Kind.SHADOWED;
    assertEquals(kind, finding.kind(), finding::toString);
  }

  /**
   * A rule without a finding: it decides something, and without it others would decide some of that
   * otherwise.
   */
  private void isNeeded(List<Object> rule) {
    List<List<Object>> others = rules.keySet().stream().filter(k -> !k.equals(rule)).toList();
    boolean never = doubt.any() ? cover(rule, others) : decides(rule).isEmpty();
    assertFalse(never, () -> "never decides, but is not told: " + rule);
    if (doubt.any()) {
      return;
    }
    HeaderSet left = decides(rule);
    for (int k = rules.get(rule).getFirst() + 1; k < list.rules().size(); k++) {
      FilterRule next = list.rules().get(k);
      if (!key(next).equals(rule)) {
        if (!next.action().equals(action(rule)) && matched.get(k).overlaps(left)) {
          return;
        }
        left = left.minus(matched.get(k));
      }
    }
    boolean canGo = left.isEmpty() || list.otherwise().equals(action(rule));
    assertFalse(canGo, () -> "can go, but is not told: " + rule);
  }

  private static Object action(List<Object> rule) {
    return rule.getLast();
  }

  private HeaderSet decides(List<Object> rule) {
    return union(rules.get(rule).stream().map(sets.effective()::get).toList());
  }

  private HeaderSet matched(List<Object> rule) {
    return union(rules.get(rule).stream().map(matched::get).toList());
  }

  private HeaderSet union(List<HeaderSet> some) {
    return some.stream().reduce(space.empty(), HeaderSet::or);
  }

  /** Whether all that the parts of a rule match is matched by others' parts before them. */
  private boolean cover(List<Object> rule, List<List<Object>> others) {
    return rules.get(rule).stream()
        .allMatch(
            part ->
                union(
                        others.stream()
                            .flatMap(other -> rules.get(other).stream())
                            .filter(
                                position -> position < part && !doubt.lines().contains(position))
                            .map(matched::get)
                            .toList())
                    .contains(matched.get(part)));
  }
}
