package io.vpcrig.acl.live;

import io.vpcrig.acl.Classifier;
import io.vpcrig.acl.MatchRule;
import io.vpcrig.acl.RuleSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Up to 64 rules that no compiled form holds yet, as bit vectors (Lakshman and Stiliadis, SIGCOMM
 * 1998): for each octet of a header and each of its values, the set of rules that admit it. The
 * intersection of the sets leaves the few rules that are then tested whole, so that 64 rules take
 * hardly longer than one, and to add a rule is to write one bit of some sets.
 *
 * <pre>
 *   octet  0..3     4..7          8         9..10
 *          source   destination   protocol  destination port
 * </pre>
 *
 * <p>Immutable; a change copies about 25 KiB. Rules stand in any order, their ranks decide.
 */
final class AddedRules {
  static final int CAPACITY = 64;

  private static final int OCTETS = 11;
  private static final int VALUES = 256;

  static final AddedRules EMPTY =
      new AddedRules(RuleSet.of(List.of()), new long[0], new long[OCTETS * VALUES], 0);

  private final RuleSet rules;
  private final long[] rank;

  /** Sets of rules, by octet and its value. */
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
    long[] admitted = new long[OCTETS * VALUES];
    for (int k = 0; k < set.size(); k++) {
      flip(admitted, set, k);
    }
    int size = set.size();
    return new AddedRules(set, rank, admitted, size == 0 ? 0 : -1L >>> CAPACITY - size);
  }

  /** Puts a rule into all sets it belongs to, or takes it out of them. */
  private static void flip(long[] admitted, RuleSet rules, int k) {
    long bit = 1L << k;
    for (int octet = 0; octet < 4; octet++) {
      int shift = 24 - 8 * octet;
      int source = rules.sourceNetwork(k) >>> shift & 0xff;
      flip(admitted, octet, source, source | ~rules.sourceMask(k) >>> shift & 0xff, bit);
      int destination = rules.destinationNetwork(k) >>> shift & 0xff;
      flip(
          admitted,
          4 + octet,
          destination,
          destination | ~rules.destinationMask(k) >>> shift & 0xff,
          bit);
    }
    int protocol = rules.protocol(k);
    flip(admitted, 8, protocol, protocol | ~rules.protocolMask(k) & 0xff, bit);
    int first = rules.portsFirst(k) & 0xffff;
    int last = first + (rules.portsSpan(k) & 0xffff);
    flip(admitted, 9, first >>> 8, last >>> 8, bit);
    boolean isShort = first >>> 8 == last >>> 8;
    flip(admitted, 10, isShort ? first & 0xff : 0, isShort ? last & 0xff : 0xff, bit);
  }

  private static void flip(long[] admitted, int octet, int first, int last, long bit) {
    for (int value = first; value <= last; value++) {
      admitted[octet * VALUES + value] ^= bit;
    }
  }

  /** A number for one more rule, or {@link Classifier#NONE} if there is no room. */
  int free() {
    return live == -1 ? Classifier.NONE : Long.numberOfTrailingZeros(~live);
  }

  /** With a rule under a number from {@link #free}. */
  AddedRules with(int k, MatchRule rule, long itsRank) {
    List<MatchRule> next = new ArrayList<>(rules.rules());
    long[] ranks = Arrays.copyOf(rank, Math.max(rank.length, k + 1));
    long[] sets = admitted.clone();
    if (k == next.size()) {
      next.add(rule);
    } else {
      flip(sets, rules, k);
      next.set(k, rule);
    }
    ranks[k] = itsRank;
    RuleSet set = RuleSet.of(next);
    flip(sets, set, k);
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

  /**
   * Rules that admit every octet, as a set of numbers: nearly all of them match. The octets in the
   * middle of the addresses, which tell most rules apart, are asked first.
   */
  long candidates(int source, int destination, int ports, int protocol) {
    long[] sets = admitted;
    long left =
        live
            & sets[0x100 | source >>> 16 & 0xff]
            & sets[0x200 | source >>> 8 & 0xff]
            & sets[0x500 | destination >>> 16 & 0xff]
            & sets[0x600 | destination >>> 8 & 0xff];
    return left == 0 ? 0 : left & others(source, destination, ports, protocol);
  }

  private long others(int source, int destination, int ports, int protocol) {
    long[] sets = admitted;
    return sets[source >>> 24]
        & sets[0x300 | source & 0xff]
        & sets[0x400 | destination >>> 24]
        & sets[0x700 | destination & 0xff]
        & sets[0x800 | protocol & 0xff]
        & sets[0x900 | ports >>> 8 & 0xff]
        & sets[0xa00 | ports & 0xff];
  }

  /**
   * The number of the first matching rule that ranks before {@code bound}, or NONE.
   *
   * @param candidates from {@link #candidates}
   */
  int firstBefore(
      long bound, long candidates, int source, int destination, int ports, int protocol) {
    int first = Classifier.NONE;
    long best = bound;
    for (long left = candidates; left != 0; left &= left - 1) {
      int k = Long.numberOfTrailingZeros(left);
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
