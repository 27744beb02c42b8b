package io.vpcrig.symbolic;

import io.vpcrig.model.Action;
import io.vpcrig.model.FilterList;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;

/**
 * Where two rule lists give different verdicts, exactly, without a set of either whole list.
 *
 * <p>Rules that both lists have in the same order decide alike wherever no other rule matches, so
 * only the boxes of the other rules are looked at ({@link Alignment}). Such a box is cut in two,
 * and its halves again, each with the rules that are left over in it, until either list has one
 * verdict: that of a rule that covers the whole cell. Thread: one.
 */
public final class Difference {
  /** Rules whose edges are tried as places to cut, beside the first of each list. */
  private static final int SAMPLED = 6;

  private static final int CLOCK_INTERVAL = 1 << 6;

  private final Side one;
  private final Side other;
  private final boolean byRule;
  private final Predicate<Cell> visitor;
  private final long startNs = System.nanoTime();
  private final long limitNs;
  private final Random random = new Random(1);
  private long steps;

  /**
   * Headers that the lists judge differently.
   *
   * @param one position of the rule that decides in the one list, {@link FilterList#NONE} if none
   * @param other likewise in the other list; both hold for {@link #example}, and for the whole box
   *     where cells were asked for by rule
   */
  public record Cell(Box box, Header example, int one, int other) {}

  private Difference(
      FilterList one, FilterList other, boolean byRule, Duration limit, Predicate<Cell> visitor) {
    this.one = new Side(one);
    this.other = new Side(other);
    this.byRule = byRule;
    this.limitNs = limit.toNanos();
    this.visitor = visitor;
  }

  /**
   * Some header that the lists judge differently; empty if there is none.
   *
   * @throws UndecidedException if neither was found in time
   */
  public static Optional<Cell> first(FilterList one, FilterList other, Duration limit) {
    List<Cell> found = new ArrayList<>();
    new Difference(
            one,
            other,
            false,
            limit,
            cell -> {
              found.add(cell);
              return false;
            })
        .search(Alignment.changed(one, other));
    return found.stream().findFirst();
  }

  /** As {@link #first(FilterList, FilterList, Duration)}, among the headers of a box. */
  public static Optional<Cell> first(FilterList one, FilterList other, Box within, Duration limit) {
    List<Cell> found = new ArrayList<>();
    new Difference(
            one,
            other,
            false,
            limit,
            cell -> {
              found.add(cell);
              return false;
            })
        .search(List.of(within));
    return found.stream().findFirst();
  }

  /**
   * Every header that the lists judge differently, as boxes that do not overlap, in each of which
   * one rule of each list decides.
   *
   * @param visitor answers whether to go on
   * @throws UndecidedException if the search was not over in time
   */
  public static void each(
      FilterList one, FilterList other, Duration limit, Predicate<Cell> visitor) {
    new Difference(one, other, true, limit, visitor).search(Alignment.changed(one, other));
  }

  private boolean search(List<Box> where) {
    for (Box box : where) {
      if (!search(box, one.all(), other.all())) {
        return false;
      }
    }
    return true;
  }

  private boolean search(Box cell, int[] ones, int[] others) {
    tick();
    int[] left = one.within(cell, ones, !byRule);
    int[] right = other.within(cell, others, !byRule);
    boolean decided = left.length == 1 && right.length == 1;
    if (decided || one.isUniform(left) && other.isUniform(right)) {
      if (one.action(left[0]) == other.action(right[0])) {
        return true;
      }
      if (decided || !byRule) {
        return found(cell);
      }
    }
    List<Box> halves = cut(cell, left, right);
    return search(halves.get(0), left, right) && search(halves.get(1), left, right);
  }

  private boolean found(Box cell) {
    Header example = cell.pick();
    return visitor.test(new Cell(cell, example, one.decider(example), other.decider(example)));
  }

  private void tick() {
    if (++steps % CLOCK_INTERVAL == 0 && System.nanoTime() - startNs > limitNs) {
      throw new UndecidedException(
          "not decided within " + limitNs / 1_000_000 + " ms, after " + steps + " cells");
    }
  }

  /** In two, at an edge of some rule, so that as few rules as can be are left on either side. */
  private List<Box> cut(Box cell, int[] left, int[] right) {
    Cut best = null;
    best = better(best, cell, left, right, one, left.length > 1 ? left[0] : Side.NOBODY);
    best = better(best, cell, left, right, other, right.length > 1 ? right[0] : Side.NOBODY);
    for (int k = 0; k < SAMPLED && left.length + right.length > 16; k++) {
      int at = random.nextInt(left.length + right.length);
      best =
          at < left.length
              ? better(best, cell, left, right, one, left[at])
              : better(best, cell, left, right, other, right[at - left.length]);
    }
    if (best == null) {
      throw new IllegalStateException("nothing to cut in " + cell);
    }
    return List.of(
        cell.with(best.field, cell.first(best.field), best.at - 1),
        cell.with(best.field, best.at, cell.last(best.field)));
  }

  /**
   * @param at first value of the upper half
   * @param cost rules of both halves, and those of the fuller one again
   */
  private record Cut(Field field, long at, long cost) {}

  private Cut better(Cut best, Box cell, int[] left, int[] right, Side side, int rule) {
    Cut found = best;
    if (rule == Side.NOBODY) {
      return found;
    }
    for (Field field : Field.values()) {
      for (long at : new long[] {side.first(rule, field), side.last(rule, field) + 1}) {
        if (at > cell.first(field) && at <= cell.last(field)) {
          long below = one.below(left, field, at) + other.below(right, field, at);
          long above = one.above(left, field, at) + other.above(right, field, at);
          long cost = below + above + Math.max(below, above);
          if (found == null || cost < found.cost) {
            found = new Cut(field, at, cost);
          }
        }
      }
    }
    return found;
  }

  /** One of the lists; what no rule matches is decided by one rule more, which covers all. */
  private static final class Side {
    static final int NOBODY = -1;

    private final FilterList list;
    private final long[] firsts;
    private final long[] lasts;
    private final boolean[] allows;

    Side(FilterList list) {
      this.list = list;
      int size = list.rules().size() + 1;
      firsts = new long[size * Field.COUNT];
      lasts = new long[size * Field.COUNT];
      allows = new boolean[size];
      for (int k = 0; k < size; k++) {
        boolean isLast = k == size - 1;
        Box box = isLast ? Box.ALL : Box.of(list.rules().get(k));
        allows[k] = (isLast ? list.otherwise() : list.rules().get(k).action()) == Action.ALLOW;
        for (Field field : Field.values()) {
          firsts[k * Field.COUNT + field.ordinal()] = box.first(field);
          lasts[k * Field.COUNT + field.ordinal()] = box.last(field);
        }
      }
    }

    int[] all() {
      int[] all = new int[allows.length];
      Arrays.setAll(all, k -> k);
      return all;
    }

    boolean action(int rule) {
      return allows[rule];
    }

    int decider(Header header) {
      return list.firstMatch(
          header.source(), header.destination(), header.ports(), header.protocol());
    }

    long first(int rule, Field field) {
      return firsts[rule * Field.COUNT + field.ordinal()];
    }

    long last(int rule, Field field) {
      return lasts[rule * Field.COUNT + field.ordinal()];
    }

    /**
     * The rules that decide something in a cell: the last one covers it.
     *
     * @param forVerdict whether rules before the last may go that would decide as it does
     */
    int[] within(Box cell, int[] rules, boolean forVerdict) {
      int[] kept = new int[rules.length];
      int size = 0;
      for (int rule : rules) {
        boolean overlaps = true;
        boolean covers = true;
        for (Field field : Field.values()) {
          long first = first(rule, field);
          long last = last(rule, field);
          overlaps &= first <= cell.last(field) && last >= cell.first(field);
          covers &= first <= cell.first(field) && last >= cell.last(field);
        }
        if (overlaps) {
          kept[size++] = rule;
        }
        if (covers) {
          break;
        }
      }
      if (forVerdict) {
        while (size > 1 && allows[kept[size - 2]] == allows[kept[size - 1]]) {
          kept[size - 2] = kept[size - 1];
          size--;
        }
      }
      return Arrays.copyOf(kept, size);
    }

    boolean isUniform(int[] rules) {
      for (int rule : rules) {
        if (allows[rule] != allows[rules[0]]) {
          return false;
        }
      }
      return true;
    }

    long below(int[] rules, Field field, long at) {
      long count = 0;
      for (int rule : rules) {
        count += first(rule, field) < at ? 1 : 0;
      }
      return count;
    }

    long above(int[] rules, Field field, long at) {
      long count = 0;
      for (int rule : rules) {
        count += last(rule, field) >= at ? 1 : 0;
      }
      return count;
    }
  }
}
