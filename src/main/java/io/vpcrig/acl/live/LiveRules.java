package io.vpcrig.acl.live;

import io.vpcrig.acl.Classifier;
import io.vpcrig.acl.MatchRule;
import io.vpcrig.acl.RuleSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Rules in order of rank that change while they are asked. Each edit makes a new {@link
 * OverlayClassifier} and stores it whole: whoever loads {@link #current} for a batch asks exactly
 * the list after some edit, never one between two.
 *
 * <p>An edit costs the move of 4 bytes for each rule behind it, a copy of one bit for each rule,
 * and about 25 KiB. Rarely, when too many rules were added at one place, all added ones are ranked
 * anew.
 *
 * <p>Compiled whole again in three steps, of which the long one is for another thread: {@link
 * #recompile} notes the list, {@link Recompilation#run} compiles it, {@link #land} takes the new
 * form and lays over it what was edited meanwhile. Nothing is replayed: rules that are in both
 * lists keep their order, so the overlay is the difference of the two.
 *
 * <p>Thread: one owner at a time for edits, {@code recompile} and {@code land}; any for {@code
 * current}.
 */
public final class LiveRules {
  private static final int NEW = -1;

  /** A rule in its place; it leaves when the rule is replaced or moved. */
  private static final class Line {
    private final MatchRule rule;
    private long rank;
    private int slot;

    /** Position in the list being compiled, or {@link #NEW}. */
    private int position = NEW;

    private Line(MatchRule rule) {
      this.rule = rule;
    }
  }

  private final Function<RuleSet, Classifier> engine;
  private final ArrayList<Line> order;
  private Recompilation underWay;
  private volatile OverlayClassifier current;

  /** Compiles the rules. */
  public LiveRules(RuleSet rules, Function<RuleSet, Classifier> engine) {
    this.engine = engine;
    order = new ArrayList<>(rules.size());
    for (int p = 0; p < rules.size(); p++) {
      Line line = new Line(rules.rule(p));
      line.slot = p;
      line.rank = OverlayClassifier.rankOf(p);
      order.add(line);
    }
    current = new OverlayClassifier(BaseForm.compile(rules, engine));
  }

  /** The list after the latest edit. */
  public OverlayClassifier current() {
    return current;
  }

  public int size() {
    return order.size();
  }

  public MatchRule rule(int index) {
    return order.get(index).rule;
  }

  /**
   * @param index 0..{@link #size}
   */
  public void add(int index, MatchRule rule) {
    current = inserted(current, index, rule);
  }

  public void remove(int index) {
    current = current.without(order.remove(index).slot);
  }

  public void replace(int index, MatchRule rule) {
    int slot = order.remove(index).slot;
    current = inserted(current.without(slot), index, rule);
  }

  /**
   * @param to index of the rule when it has moved
   */
  public void move(int from, int to) {
    Line line = order.remove(from);
    current = inserted(current.without(line.slot), to, line.rule);
  }

  private OverlayClassifier inserted(OverlayClassifier version, int index, MatchRule rule) {
    Line line = new Line(rule);
    line.slot = version.freeSlot();
    order.add(index, line);
    long before = index == 0 ? 0 : order.get(index - 1).rank;
    long after = index == order.size() - 1 ? end(version) : order.get(index + 1).rank;
    line.rank = before + (after - before) / 2;
    return line.rank > before
        ? version.with(line.slot, rule, line.rank)
        : new OverlayClassifier(version.base(), version.removed(), spread(version.base()));
  }

  private static long end(OverlayClassifier version) {
    return OverlayClassifier.rankOf(version.base().rules().size());
  }

  /** Ranks all added rules anew, evenly between the compiled ones, and gives them new slots. */
  private AddedRules[] spread(BaseForm base) {
    int size = base.rules().size();
    List<Line> added = new ArrayList<>();
    int first = 0;
    long before = 0;
    for (int i = 0; i <= order.size(); i++) {
      boolean isEnd = i == order.size();
      if (isEnd || order.get(i).slot < size) {
        long after = isEnd ? OverlayClassifier.rankOf(size) : order.get(i).rank;
        for (int k = first; k < i; k++) {
          Line line = order.get(k);
          line.rank = before + (after - before) / (i - first + 1) * (k - first + 1);
          line.slot = size + added.size();
          added.add(line);
        }
        first = i + 1;
        before = after;
      }
    }
    AddedRules[] blocks =
        new AddedRules[(added.size() + AddedRules.CAPACITY - 1) / AddedRules.CAPACITY];
    for (int b = 0; b < blocks.length; b++) {
      int from = b * AddedRules.CAPACITY;
      List<Line> part = added.subList(from, Math.min(added.size(), from + AddedRules.CAPACITY));
      blocks[b] =
          AddedRules.of(
              part.stream().map(line -> line.rule).toList(),
              part.stream().mapToLong(line -> line.rank).toArray());
    }
    return blocks;
  }

  /** A list on its way to a compiled form. */
  public static final class Recompilation {
    private final List<MatchRule> rules;
    private final Function<RuleSet, Classifier> engine;
    private BaseForm base;

    private Recompilation(List<MatchRule> rules, Function<RuleSet, Classifier> engine) {
      this.rules = rules;
      this.engine = engine;
    }

    /** Any one thread, which then hands it over to the owner. */
    public void run() {
      base = BaseForm.compile(RuleSet.of(rules), engine);
    }
  }

  /** Notes the list to compile; the one noted before, if any, can't land any more. */
  public Recompilation recompile() {
    MatchRule[] rules = new MatchRule[order.size()];
    for (int i = 0; i < rules.length; i++) {
      Line line = order.get(i);
      line.position = i;
      rules[i] = line.rule;
    }
    underWay = new Recompilation(Arrays.asList(rules), engine);
    return underWay;
  }

  /**
   * Takes a form that was compiled; the list stays what it is.
   *
   * @throws IllegalStateException if it has not run, or is not the latest
   */
  public void land(Recompilation done) {
    if (done != underWay || done.base == null) {
      throw new IllegalStateException("not the latest recompilation, or it has not run");
    }
    underWay = null;
    int size = done.rules.size();
    long[] removed = new long[size + 63 >>> 6];
    Arrays.fill(removed, -1);
    int standing = 0;
    for (Line line : order) {
      if (line.position == NEW) {
        line.slot = Integer.MAX_VALUE;
      } else {
        line.slot = line.position;
        line.rank = OverlayClassifier.rankOf(line.position);
        removed[line.position >>> 6] &= ~(1L << line.position);
        standing++;
      }
    }
    if ((size & 63) != 0) {
      removed[removed.length - 1] &= -1L >>> -size;
    }
    current =
        new OverlayClassifier(done.base, standing == size ? null : removed, spread(done.base));
  }
}
