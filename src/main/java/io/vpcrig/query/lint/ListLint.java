package io.vpcrig.query.lint;

import io.vpcrig.model.Action;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.FilterRule;
import io.vpcrig.symbolic.Box;
import io.vpcrig.symbolic.Difference;
import io.vpcrig.symbolic.UndecidedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The rules of one list that never decide, or decide in vain. */
public final class ListLint {
  /** Blockers named; a union of more is told by number. */
  private static final int NAMED = 4;

  /** No question takes more than this part of the time for all of them. */
  private static final int QUESTIONS = 10;

  /** With more candidates than this no smaller set of blockers is looked for. */
  private static final int MOST_CANDIDATES = 64;

  private final FilterList list;
  private final long endNs;
  private final long questionNs;
  private final Box[] boxes;
  private final List<Finding> findings = new ArrayList<>();

  private ListLint(FilterList list, Duration limit) {
    this.list = list;
    endNs = System.nanoTime() + limit.toNanos();
    questionNs = limit.toNanos() / QUESTIONS;
    boxes = list.rules().stream().map(Box::of).toArray(Box[]::new);
  }

  /**
   * @param limit for all rules together; those that are not decided by then are told as one finding
   */
  public static List<Finding> of(FilterList list, Duration limit) {
    ListLint lint = new ListLint(list, limit);
    List<Integer> undecided = new ArrayList<>();
    for (int rule = 0; rule < lint.boxes.length; rule++) {
      try {
        lint.look(rule);
      } catch (UndecidedException e) {
        undecided.add(rule);
      }
    }
    if (!undecided.isEmpty()) {
      lint.add(
          Finding.Kind.UNDECIDED,
          undecided.getFirst(),
          String.format(
              Locale.ROOT,
              "whether rule %s and %d others are needed was not decided within %.1f s",
              lint.label(undecided.getFirst()),
              undecided.size() - 1,
              limit.toNanos() / 1e9),
          List.of());
    }
    return lint.findings;
  }

  private void look(int rule) {
    List<Integer> before = new ArrayList<>();
    for (int k = 0; k < rule; k++) {
      if (boxes[k].contains(boxes[rule])) {
        blocked(rule, List.of(k));
        return;
      }
      if (boxes[k].overlaps(boxes[rule])) {
        before.add(k);
      }
    }
    if (!before.isEmpty() && isCovered(rule, before)) {
      blocked(rule, fewest(rule, before));
    } else if (changesNothing(rule, before)) {
      add(
          Finding.Kind.REDUNDANT,
          rule,
          "rule "
              + label(rule)
              + " ("
              + verb(rule)
              + " "
              + boxes[rule]
              + ") can go: what comes after it gives the same verdict",
          List.of());
    }
  }

  /** For the next question. */
  private Duration limit() {
    long left = endNs - System.nanoTime();
    if (left <= 0) {
      throw new UndecidedException("no time left");
    }
    return Duration.ofNanos(Math.min(left, questionNs));
  }

  /** Whether each header of a rule is matched by one of others. */
  private boolean isCovered(int rule, List<Integer> others) {
    FilterList matched =
        new FilterList(
            "", others.stream().map(k -> allowing(list.rules().get(k))).toList(), Action.DENY);
    FilterList everything = new FilterList("", List.of(), Action.ALLOW);
    return Difference.first(matched, everything, boxes[rule], limit()).isEmpty();
  }

  private static FilterRule allowing(FilterRule rule) {
    return new FilterRule(
        rule.source(),
        rule.destination(),
        rule.sourcePorts(),
        rule.destinationPorts(),
        rule.protocol(),
        Action.ALLOW,
        rule.label(),
        rule.origin());
  }

  /** Of rules that cover another together, some without which they would not. */
  private List<Integer> fewest(int rule, List<Integer> covering) {
    List<Integer> needed = new ArrayList<>(covering);
    if (needed.size() <= MOST_CANDIDATES) {
      for (Integer each : covering.reversed()) {
        List<Integer> others = new ArrayList<>(needed);
        others.remove(each);
        if (isCovered(rule, others)) {
          needed = others;
        }
      }
    }
    return needed;
  }

  /** Whether the list without a rule gives the same verdicts. */
  private boolean changesNothing(int rule, List<Integer> before) {
    List<FilterRule> near = new ArrayList<>();
    before.forEach(k -> near.add(list.rules().get(k)));
    List<FilterRule> without = new ArrayList<>(near);
    near.add(list.rules().get(rule));
    for (int k = rule + 1; k < boxes.length; k++) {
      if (boxes[k].overlaps(boxes[rule])) {
        near.add(list.rules().get(k));
        without.add(list.rules().get(k));
      }
    }
    return Difference.first(
            new FilterList("", near, list.otherwise()),
            new FilterList("", without, list.otherwise()),
            boxes[rule],
            limit())
        .isEmpty();
  }

  private void blocked(int rule, List<Integer> blockers) {
    Action own = list.rules().get(rule).action();
    List<Integer> sorted = new ArrayList<>(blockers);
    sorted.sort(Comparator.comparing((Integer k) -> list.rules().get(k).action() == own));
    boolean isOther = list.rules().get(sorted.getFirst()).action() != own;
    boolean isSame = blockers.size() == 1 && boxes[blockers.getFirst()].equals(boxes[rule]);
    Finding.Kind kind =
        !isOther
            ? Finding.Kind.REDUNDANT
            : isSame ? Finding.Kind.CONTRADICTION : Finding.Kind.SHADOWED;
    String names =
        sorted.stream()
            .limit(NAMED)
            .map(k -> label(k) + " (" + verb(k) + ")")
            .collect(Collectors.joining(", "));
    int more = sorted.size() - NAMED;
    add(
        kind,
        rule,
        "rule "
            + label(rule)
            + " ("
            + verb(rule)
            + " "
            + boxes[rule]
            + ") never decides: rule"
            + (sorted.size() > 1 ? "s " : " ")
            + names
            + (more > 0 ? " and " + more + " more" : "")
            + (sorted.size() > 1 ? " match" : " matches")
            + " all of it before",
        sorted);
  }

  private void add(Finding.Kind kind, int rule, String message, List<Integer> because) {
    findings.add(
        new Finding(
            kind,
            list.name(),
            message,
            list.rules().get(rule).origin(),
            because.stream().map(k -> list.rules().get(k).origin()).toList()));
  }

  private String label(int rule) {
    String label = list.rules().get(rule).label();
    return label.isEmpty() ? "at place " + (rule + 1) : label;
  }

  private String verb(int rule) {
    return list.rules().get(rule).action().name().toLowerCase(Locale.ROOT);
  }
}
