package io.vpcrig.acl.live;

import io.vpcrig.acl.Classifier;
import io.vpcrig.acl.MatchRule;
import io.vpcrig.acl.RuleSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Up to 64 rules that no compiled form holds yet, as bit vectors (Lakshman and Stiliadis, SIGCOMM
 * 1998): for each half-octet of both addresses and each of its 16 values, the set of rules that
 * admit it. The intersection of 16 sets leaves the few rules that are then tested whole, so that 64
 * rules take hardly longer than one, and to add a rule is to write one bit of each set.
 *
 * <p>Immutable; a change copies about 5 KiB. Rules stand in any order, their ranks decide.
 */
final class AddedRules {
  static final int CAPACITY = 64;

  static final AddedRules EMPTY =
      new AddedRules(RuleSet.of(List.of()), new long[0], new long[16 * 16], 0);

  private final RuleSet rules;
  private final long[] rank;

  /**
   * Sets of rules, by half-octet and its value; half-octet 0 is the source's highest, 8 the
   * destination's.
   */
  private final long[] admitted;

  /** Rules that count; the others were removed. */
  private final long live;

  private AddedRules(RuleSet rules, long[] rank, long[] admitted, long live) {
    this.rules = rules;
    this.rank = rank;
    this.admitted = admitted;
    this.live = live;
  }

  /** At most {@link #CAPACITY} rules with their ranks; rule k has number k. */
  static AddedRules of(List<MatchRule> rules, long[] rank) {
    RuleSet set = RuleSet.of(rules);
    long[] admitted = new long[16 * 16];
    for (int k = 0; k < set.size(); k++) {
      admit(admitted, set, k);
    }
    int size = set.size();
    return new AddedRules(set, rank, admitted, size == 0 ? 0 : -1L >>> CAPACITY - size);
  }

  private static void admit(long[] admitted, RuleSet rules, int k) {
    long bit = 1L << k;
    for (int half = 0; half < 16; half++) {
      boolean isSource = half < 8;
      int network = isSource ? rules.sourceNetwork(k) : rules.destinationNetwork(k);
      int mask = isSource ? rules.sourceMask(k) : rules.destinationMask(k);
      int shift = 28 - 4 * (half & 7);
      for (int value = 0; value < 16; value++) {
        boolean admits = (((value ^ network >>> shift) & mask >>> shift) & 15) == 0;
        int at = half << 4 | value;
        admitted[at] = admits ? admitted[at] | bit : admitted[at] & ~bit;
      }
    }
  }

  /** A number for one more rule, or {@link Classifier#NONE} if there is no room. */
  int free() {
    return live == -1 ? Classifier.NONE : Long.numberOfTrailingZeros(~live);
  }

  /** With a rule under a number from {@link #free}. */
  AddedRules with(int k, MatchRule rule, long itsRank) {
    List<MatchRule> next = new ArrayList<>(rules.rules());
    long[] ranks = rank;
    if (k == next.size()) {
      next.add(rule);
      ranks = Arrays.copyOf(rank, k + 1);
    } else {
      next.set(k, rule);
      ranks = rank.clone();
    }
    ranks[k] = itsRank;
    RuleSet set = RuleSet.of(next);
    long[] sets = admitted.clone();
    admit(sets, set, k);
    return new AddedRules(set, ranks, sets, live | 1L << k);
  }

  /** Without one rule, whose number is free again. */
  AddedRules without(int k) {
    return new AddedRules(rules, rank, admitted, live & ~(1L << k));
  }

  int size() {
    return Long.bitCount(live);
  }

  boolean isLive(int k) {
    return (live >>> k & 1) != 0;
  }

  MatchRule rule(int k) {
    return rules.rule(k);
  }

  long rank(int k) {
    return rank[k];
  }

  /** The number of the first matching rule that ranks before {@code bound}, or NONE. */
  int firstBefore(long bound, int source, int destination, int ports, int protocol) {
    long[] sets = admitted;
    long candidates =
        live
            & sets[source >>> 28]
            & sets[0x10 | source >>> 24 & 15]
            & sets[0x20 | source >>> 20 & 15]
            & sets[0x30 | source >>> 16 & 15]
            & sets[0x40 | source >>> 12 & 15]
            & sets[0x50 | source >>> 8 & 15]
            & sets[0x60 | source >>> 4 & 15]
            & sets[0x70 | source & 15];
    if (candidates == 0) {
      return Classifier.NONE;
    }
    candidates &=
        sets[0x80 | destination >>> 28]
            & sets[0x90 | destination >>> 24 & 15]
            & sets[0xa0 | destination >>> 20 & 15]
            & sets[0xb0 | destination >>> 16 & 15]
            & sets[0xc0 | destination >>> 12 & 15]
            & sets[0xd0 | destination >>> 8 & 15]
            & sets[0xe0 | destination >>> 4 & 15]
            & sets[0xf0 | destination & 15];
    int first = Classifier.NONE;
    long best = bound;
    while (candidates != 0) {
      int k = Long.numberOfTrailingZeros(candidates);
      candidates &= candidates - 1;
      if (rank[k] < best && rules.matches(k, source, destination, ports, protocol)) {
        best = rank[k];
        first = k;
      }
    }
    return first;
  }

  /** The sets, ranks and the nine columns of the rules. */
  long memoryBytes() {
    return 8L * (admitted.length + rank.length) + 9L * 4 * rules.size();
  }
}
