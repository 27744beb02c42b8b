package io.vpcrig.query.lint;

import io.vpcrig.model.Action;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.FilterRule;
import io.vpcrig.model.Origin;
import io.vpcrig.symbolic.Box;
import io.vpcrig.symbolic.Difference;
import io.vpcrig.symbolic.UndecidedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The rules of one list that never decide, or decide in vain.
 *
 * <p>A rule is what its author wrote: lines of the list with the same origin, label and action are
 * its parts, wherever they stand (several CIDRs or ports, a chain that is called twice).
 *
 * <p>Of a list that is not known exactly only what is sure is told: rules that never decide because
 * of others that are known.
 */
public final class ListLint {
  /** Blockers named; a union of more is told by number. */
  private static final int NAMED = 4;

  /** No question takes more than this part of the time for all of them. */
  private static final int QUESTIONS = 10;

  private final FilterList list;
  private final Doubt doubt;
  private final long endNs;
  private final long questionNs;
  private final Box[] boxes;
  private final int[] ruleOf;
  private final List<List<Integer>> parts = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();

  /**
   * What is not known of a list.
   *
   * @param any whether the list may judge packets otherwise than what was written
   * @param lines positions of lines that may match less than they say, or stand for rules that may
   *     match more
   */
  public record Doubt(boolean any, Set<Integer> lines) {
    public static final Doubt NONE = new Doubt(false, Set.of());

    public Doubt {
      lines = Set.copyOf(lines);
    }
  }

  private ListLint(FilterList list, Doubt doubt, Duration limit) {
    this.list = list;
    this.doubt = doubt;
    endNs = System.nanoTime() + limit.toNanos();
    questionNs = limit.toNanos() / QUESTIONS;
    boxes = list.rules().stream().map(Box::of).toArray(Box[]::new);
    ruleOf = new int[boxes.length];
    Map<Object, Integer> written = new LinkedHashMap<>();
    for (int line = 0; line < boxes.length; line++) {
      FilterRule rule = list.rules().get(line);
      Object key =
          rule.origin().line() == 0 ? line : List.of(rule.origin(), rule.label(), rule.action());
      ruleOf[line] = written.computeIfAbsent(key, k -> written.size());
      if (ruleOf[line] == parts.size()) {
        parts.add(new ArrayList<>());
      }
      parts.get(ruleOf[line]).add(line);
    }
  }

  /** As {@link #of(FilterList, Doubt, Duration)}, of a list that is known exactly. */
  public static List<Finding> of(FilterList list, Duration limit) {
    return of(list, Doubt.NONE, limit);
  }

  /**
   * @param limit for all rules together; those that are not decided by then are told as one finding
   */
  public static List<Finding> of(FilterList list, Doubt doubt, Duration limit) {
    ListLint lint = new ListLint(list, doubt, limit);
    List<Integer> undecided = new ArrayList<>();
    for (int rule = 0; rule < lint.parts.size(); rule++) {
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
    requireTime();
    if (parts.get(rule).stream().anyMatch(line -> !isSure(line))) {
      return;
    }
    List<Integer> before = before(rule);
    if (isCovered(rule, before)) {
      blocked(rule, fewest(rule, List.of(), before));
    } else if (!doubt.any() && changesNothing(rule)) {
      int last = parts.get(rule).getLast();
      boolean isLast =
          Stream.iterate(last + 1, k -> k < boxes.length, k -> k + 1)
              .noneMatch(k -> parts.get(rule).stream().anyMatch(p -> boxes[k].overlaps(boxes[p])));
      add(
          Finding.Kind.REDUNDANT,
          rule,
          told(rule)
              + " can go: "
              + (isLast
                  ? "what no rule matches is " + (isAllowed() ? "allowed" : "denied") + " anyway"
                  : "what comes after it gives the same verdict"),
          List.of());
    }
  }

  private boolean isSure(int line) {
    return !doubt.lines().contains(line);
  }

  private boolean isAllowed() {
    return list.otherwise() == Action.ALLOW;
  }

  /** Nanoseconds for all that is still to be asked. */
  private long requireTime() {
    long left = endNs - System.nanoTime();
    if (left <= 0) {
      throw new UndecidedException("no time left");
    }
    return left;
  }

  /** For the next question. */
  private Duration limit() {
    return Duration.ofNanos(Math.min(requireTime(), questionNs));
  }

  /** Other rules that have a part before one of this rule's, and common headers. By rank. */
  private List<Integer> before(int rule) {
    BitSet before = new BitSet(parts.size());
    for (int part : parts.get(rule)) {
      for (int line = 0; line < part; line++) {
        if (ruleOf[line] != rule && isSure(line) && boxes[line].overlaps(boxes[part])) {
          before.set(ruleOf[line]);
        }
      }
    }
    return before.stream().boxed().toList();
  }

  /** Whether each part of a rule is matched by lines before it that belong to others. */
  private boolean isCovered(int rule, List<Integer> others) {
    BitSet asked = new BitSet(parts.size());
    others.forEach(asked::set);
    return parts.get(rule).stream().allMatch(part -> isPartCovered(part, asked));
  }

  private boolean isPartCovered(int part, BitSet others) {
    List<FilterRule> matching = new ArrayList<>();
    for (int line = 0; line < part; line++) {
      if (others.get(ruleOf[line]) && isSure(line) && boxes[line].overlaps(boxes[part])) {
        if (boxes[line].contains(boxes[part])) {
          return true;
        }
        matching.add(allowing(list.rules().get(line)));
      }
    }
    return !matching.isEmpty() && isUnion(boxes[part], matching);
  }

  private boolean isUnion(Box box, List<FilterRule> matching) {
    FilterList matched = new FilterList("", matching, Action.DENY);
    FilterList everything = new FilterList("", List.of(), Action.ALLOW);
    return Difference.first(matched, everything, box, limit()).isEmpty();
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

  /**
   * Of rules that cover another together with {@code given}, some none of which can be spared
   * (QuickXplain, Junker, AAAI 2004). The earliest that do: each of them is the first to match some
   * header of the rule.
   */
  private List<Integer> fewest(int rule, List<Integer> given, List<Integer> covering) {
    if (!given.isEmpty() && isCovered(rule, given)) {
      return List.of();
    }
    if (covering.size() == 1) {
      return covering;
    }
    List<Integer> first = covering.subList(0, covering.size() / 2);
    List<Integer> second = covering.subList(covering.size() / 2, covering.size());
    List<Integer> ofSecond = fewest(rule, joined(given, first), second);
    List<Integer> ofFirst = fewest(rule, joined(given, ofSecond), first);
    return joined(ofFirst, ofSecond);
  }

  private static List<Integer> joined(List<Integer> some, List<Integer> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }

  /** Whether the list without a rule gives the same verdicts. */
  private boolean changesNothing(int rule) {
    for (int part : parts.get(rule)) {
      List<FilterRule> near = new ArrayList<>();
      List<FilterRule> without = new ArrayList<>();
      for (int line = 0; line < boxes.length; line++) {
        if (boxes[line].overlaps(boxes[part])) {
          near.add(list.rules().get(line));
          if (ruleOf[line] != rule) {
            without.add(list.rules().get(line));
          }
        }
      }
      if (Difference.first(
              new FilterList("", near, list.otherwise()),
              new FilterList("", without, list.otherwise()),
              boxes[part],
              limit())
          .isPresent()) {
        return false;
      }
    }
    return true;
  }

  private void blocked(int rule, List<Integer> blockers) {
    List<Integer> sorted =
        Stream.concat(
                blockers.stream().filter(k -> action(k) != action(rule)),
                blockers.stream().filter(k -> action(k) == action(rule)))
            .toList();
    String names =
        sorted.stream()
            .limit(NAMED)
            .map(k -> label(k) + " (" + verb(k) + ")")
            .collect(Collectors.joining(", "));
    int more = sorted.size() - NAMED;
    add(
        kind(rule, sorted),
        rule,
        told(rule)
            + " never decides: rule"
            + (sorted.size() > 1 ? "s " : " ")
            + names
            + (more > 0 ? " and " + more + " more" : "")
            + (sorted.size() > 1 ? " match" : " matches")
            + " all of it before",
        sorted);
  }

  private Finding.Kind kind(int rule, List<Integer> blockers) {
    int first = blockers.getFirst();
    if (action(first) == action(rule)) {
      return Finding.Kind.REDUNDANT;
    }
    return blockers.size() == 1 && matchesNoMore(first, rule)
        ? Finding.Kind.CONTRADICTION
        : Finding.Kind.SHADOWED;
  }

  /** Whether each header that one rule matches is matched by another, wherever they stand. */
  private boolean matchesNoMore(int one, int other) {
    List<FilterRule> matching =
        parts.get(other).stream().map(k -> allowing(list.rules().get(k))).toList();
    return parts.get(one).stream().allMatch(k -> isUnion(boxes[k], matching));
  }

  private void add(Finding.Kind kind, int rule, String message, List<Integer> because) {
    findings.add(
        new Finding(
            kind, list.name(), message, origin(rule), because.stream().map(this::origin).toList()));
  }

  private FilterRule first(int rule) {
    return list.rules().get(parts.get(rule).getFirst());
  }

  private Action action(int rule) {
    return first(rule).action();
  }

  private Origin origin(int rule) {
    return first(rule).origin();
  }

  private String told(int rule) {
    int more = parts.get(rule).size() - 1;
    return "rule "
        + label(rule)
        + " ("
        + verb(rule)
        + " "
        + boxes[parts.get(rule).getFirst()]
        + (more == 0 ? ")" : " and " + more + " more)");
  }

  private String label(int rule) {
    String label = first(rule).label();
    return label.isEmpty() ? "at place " + (parts.get(rule).getFirst() + 1) : label;
  }

  private String verb(int rule) {
    return action(rule).name().toLowerCase(Locale.ROOT);
  }
}
