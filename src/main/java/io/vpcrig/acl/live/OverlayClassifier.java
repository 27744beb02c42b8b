package io.vpcrig.acl.live;

import io.vpcrig.acl.Classifier;
import io.vpcrig.acl.MatchRule;
import io.vpcrig.acl.RuleSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * One version of a list that changes: the form compiled last, the positions removed since, and the
 * rules added since. Immutable; versions share everything but what an edit touched.
 *
 * <p>What {@link #classify} answers is a <em>slot</em>: it says nothing about rank, means a rule in
 * this version only, and is turned into that rule by {@link #rule}, whose {@link MatchRule#id} is
 * the identity that lasts. An edit would otherwise have to renumber every rule behind it.
 *
 * <pre>
 *   slot   0 .. n-1            position in the compiled form of n rules
 *          n + 64 b + k        rule k of the b-th block of added ones
 *   rank   (p + 1) << 32       of position p; added rules lie between, with room for more
 * </pre>
 */
public final class OverlayClassifier implements Classifier {
  private static final AddedRules[] NOTHING = {};

  private final BaseForm base;
  private final int size;

  /** Bit set of positions; null if none is removed. */
  private final long[] removed;

  private final AddedRules[] added;

  OverlayClassifier(BaseForm base, long[] removed, AddedRules[] added) {
    this.base = base;
    this.size = base.rules().size();
    this.removed = removed;
    this.added = added;
  }

  OverlayClassifier(BaseForm base) {
    this(base, null, NOTHING);
  }

  /** A list that will not change: slots are positions. */
  public static OverlayClassifier fixed(RuleSet rules, Classifier classifier) {
    return new OverlayClassifier(new BaseForm(rules, classifier, null));
  }

  static long rankOf(int position) {
    return position + 1L << 32;
  }

  /** A slot that {@link #with} may fill. */
  int freeSlot() {
    for (int b = 0; b < added.length; b++) {
      int k = added[b].free();
      if (k != NONE) {
        return size + b * AddedRules.CAPACITY + k;
      }
    }
    return size + added.length * AddedRules.CAPACITY;
  }

  /** With a rule in a free slot. */
  OverlayClassifier with(int slot, MatchRule rule, long rank) {
    int b = slot - size >>> 6;
    AddedRules[] next = Arrays.copyOf(added, Math.max(added.length, b + 1));
    AddedRules before = b < added.length ? added[b] : AddedRules.EMPTY;
    next[b] = before.with(slot - size & 63, rule, rank);
    return new OverlayClassifier(base, removed, next);
  }

  /** Without the rule in a slot. */
  OverlayClassifier without(int slot) {
    if (slot < size) {
      long[] next = removed == null ? new long[size + 63 >>> 6] : removed.clone();
      next[slot >>> 6] |= 1L << slot;
      return new OverlayClassifier(base, next, added);
    }
    AddedRules[] next = added.clone();
    int b = slot - size >>> 6;
    next[b] = next[b].without(slot - size & 63);
    return new OverlayClassifier(base, removed, next);
  }

  BaseForm base() {
    return base;
  }

  /** Bit set of positions; null if none is removed. */
  long[] removed() {
    return removed;
  }

  @Override
  public String name() {
    return base.fastest().name();
  }

  /** The rule in a slot that {@link #classify} answered. */
  public MatchRule rule(int slot) {
    return slot < size ? base.rules().rule(slot) : added[slot - size >>> 6].rule(slot - size & 63);
  }

  /** {@link MatchRule#id} of the rule in a slot. */
  public int id(int slot) {
    return slot < size ? base.rules().id(slot) : rule(slot).id();
  }

  /** Slot of the first matching rule, or {@link #NONE}. */
  @Override
  public int classify(int source, int destination, int ports, int protocol) {
    int answer = base.fastest().classify(source, destination, ports, protocol);
    if (isRemoved(answer)) {
      answer = base.selective().classifyExcept(removed, source, destination, ports, protocol);
    }
    for (int b = 0; b < added.length; b++) {
      long candidates = added[b].candidates(source, destination, ports, protocol);
      if (candidates != 0) {
        answer = better(answer, b, candidates, source, destination, ports, protocol);
      }
    }
    return answer;
  }

  /** Once through the batch for each block of added rules, so that its sets stay in the cache. */
  @Override
  public void classify(
      int[] source,
      int[] destination,
      int[] ports,
      int[] protocol,
      int[] live,
      int liveCount,
      int[] result) {
    base.fastest().classify(source, destination, ports, protocol, live, liveCount, result);
    if (removed != null) {
      for (int k = 0; k < liveCount; k++) {
        int i = live[k];
        if (isRemoved(result[i])) {
          result[i] =
              base.selective()
                  .classifyExcept(removed, source[i], destination[i], ports[i], protocol[i]);
        }
      }
    }
    for (int b = 0; b < added.length; b++) {
      AddedRules block = added[b];
      for (int k = 0; k < liveCount; k++) {
        int i = live[k];
        long candidates = block.candidates(source[i], destination[i], ports[i], protocol[i]);
        if (candidates != 0) {
          result[i] =
              better(result[i], b, candidates, source[i], destination[i], ports[i], protocol[i]);
        }
      }
    }
  }

  /** Whether there were edits since the list was compiled whole. */
  public boolean isOverlaid() {
    return removed != null || added.length > 0;
  }

  /**
   * The slot of a matching candidate of block {@code b} that ranks before {@code answer}, if any.
   */
  private int better(
      int answer, int b, long candidates, int source, int destination, int ports, int protocol) {
    int k =
        added[b].firstBefore(
            answer == NONE ? Long.MAX_VALUE : rankIn(answer),
            candidates,
            source,
            destination,
            ports,
            protocol);
    return k == NONE ? answer : size + b * AddedRules.CAPACITY + k;
  }

  private long rankIn(int slot) {
    return slot < size ? rankOf(slot) : added[slot - size >>> 6].rank(slot - size & 63);
  }

  private boolean isRemoved(int position) {
    return removed != null && position != NONE && (removed[position >>> 6] & 1L << position) != 0;
  }

  /** Rules added and positions removed since the list was compiled whole. */
  public int overlaySize() {
    int count = 0;
    for (AddedRules block : added) {
      count += block.size();
    }
    if (removed != null) {
      for (long word : removed) {
        count += Long.bitCount(word);
      }
    }
    return count;
  }

  /** The rules in the order they are tried. */
  public RuleSet rules() {
    if (!isOverlaid()) {
      return base.rules();
    }
    record Ranked(long rank, MatchRule rule) {}
    List<Ranked> all = new ArrayList<>();
    for (int p = 0; p < size; p++) {
      if (!isRemoved(p)) {
        all.add(new Ranked(rankOf(p), base.rules().rule(p)));
      }
    }
    for (AddedRules block : added) {
      for (int k = 0; k < AddedRules.CAPACITY; k++) {
        if (block.isLive(k)) {
          all.add(new Ranked(block.rank(k), block.rule(k)));
        }
      }
    }
    all.sort(Comparator.comparingLong(Ranked::rank));
    return RuleSet.of(all.stream().map(Ranked::rule).toList());
  }

  @Override
  public long memoryBytes() {
    long bytes = base.memoryBytes() + (removed == null ? 0 : 8L * removed.length);
    for (AddedRules block : added) {
      bytes += block.memoryBytes();
    }
    return bytes;
  }
}
