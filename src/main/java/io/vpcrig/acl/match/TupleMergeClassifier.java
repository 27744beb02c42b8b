package io.vpcrig.acl.match;

import io.vpcrig.acl.RuleSet;
import io.vpcrig.acl.SelectiveClassifier;
import io.vpcrig.acl.TakenApart;
import java.util.List;

/**
 * Hash tables over masked headers, after TupleMerge (Daly et al., IEEE/ACM ToN 27(4), 2019). A
 * table holds rules whose fields are at least as specific as its four masks; a header is masked,
 * hashed, and the rules of its bucket are tested whole. Tables are asked in the order of the best
 * rank they hold, and no table is asked that can't improve the answer.
 *
 * <pre>
 *   tables:      masks, best rank, first bucket        (one entry a table)
 *   bucketStart: first entry of each bucket; buckets of all tables one behind the other, one sentinel
 *   entries:     rule positions, ascending inside a bucket
 *   rows:        8 ints a rule: source, mask, destination, mask, first ports, span of ports,
 *                protocol, mask
 * </pre>
 */
final class TupleMergeClassifier implements SelectiveClassifier, TakenApart {
  private static final int ROW_SHIFT = 3;

  private final int size;
  private final TupleMask[] masks;
  private final int[] sourceMask;
  private final int[] destinationMask;
  private final int[] portsMask;
  private final int[] protocolMask;
  private final int[] best;
  private final int[] firstBucket;
  private final int[] hashShift;
  private final int[] bucketStart;
  private final int[] entries;
  private final int[] rows;

  /**
   * @param tables members of each table, ascending; every rule in exactly one. Sorted by first
   *     member
   */
  TupleMergeClassifier(RuleSet rules, TupleMask[] masks, int[][] tables) {
    size = rules.size();
    this.masks = masks;
    int count = tables.length;
    sourceMask = new int[count];
    destinationMask = new int[count];
    portsMask = new int[count];
    protocolMask = new int[count];
    best = new int[count];
    firstBucket = new int[count];
    hashShift = new int[count];
    rows = rows(rules);
    int buckets = 0;
    for (int t = 0; t < count; t++) {
      sourceMask[t] = masks[t].source();
      destinationMask[t] = masks[t].destination();
      portsMask[t] = masks[t].ports();
      protocolMask[t] = masks[t].protocol();
      best[t] = tables[t][0];
      firstBucket[t] = buckets;
      int bits = Math.max(1, 33 - Integer.numberOfLeadingZeros(tables[t].length - 1));
      hashShift[t] = 32 - bits;
      buckets += 1 << bits;
    }
    bucketStart = new int[buckets + 1];
    entries = new int[size];
    fill(rules, tables);
  }

  /** Counting sort of each table's members by bucket; stable, so ranks stay ascending. */
  private void fill(RuleSet rules, int[][] tables) {
    for (int t = 0; t < tables.length; t++) {
      for (int rule : tables[t]) {
        bucketStart[bucketOf(t, rules, rule) + 1]++;
      }
    }
    for (int b = 1; b < bucketStart.length; b++) {
      bucketStart[b] += bucketStart[b - 1];
    }
    int[] next = bucketStart.clone();
    for (int t = 0; t < tables.length; t++) {
      for (int rule : tables[t]) {
        entries[next[bucketOf(t, rules, rule)]++] = rule;
      }
    }
  }

  private int bucketOf(int table, RuleSet rules, int rule) {
    return bucket(
        table,
        rules.sourceNetwork(rule),
        rules.destinationNetwork(rule),
        rules.portsFirst(rule),
        rules.protocol(rule));
  }

  private int bucket(int t, int source, int destination, int ports, int protocol) {
    int hash =
        TupleMask.hash(
            source & sourceMask[t],
            destination & destinationMask[t],
            ports & portsMask[t],
            protocol & protocolMask[t]);
    return firstBucket[t] + (hash >>> hashShift[t]);
  }

  @Override
  public String name() {
    return "tuple-merge";
  }

  @Override
  public int classify(int source, int destination, int ports, int protocol) {
    int answer = size;
    for (int t = 0; t < best.length && best[t] < answer; t++) {
      int b = bucket(t, source, destination, ports, protocol);
      int end = bucketStart[b + 1];
      for (int e = bucketStart[b]; e < end; e++) {
        int rule = entries[e];
        if (rule >= answer) {
          break;
        }
        if (matches(rule, source, destination, ports, protocol)) {
          answer = rule;
          break;
        }
      }
    }
    return answer == size ? NONE : answer;
  }

  @Override
  public int classifyExcept(long[] removed, int source, int destination, int ports, int protocol) {
    int answer = size;
    for (int t = 0; t < best.length && best[t] < answer; t++) {
      int b = bucket(t, source, destination, ports, protocol);
      int end = bucketStart[b + 1];
      for (int e = bucketStart[b]; e < end; e++) {
        int rule = entries[e];
        if (rule >= answer) {
          break;
        }
        if ((removed[rule >>> 6] & 1L << rule) == 0
            && matches(rule, source, destination, ports, protocol)) {
          answer = rule;
          break;
        }
      }
    }
    return answer == size ? NONE : answer;
  }

  private boolean matches(int rule, int source, int destination, int ports, int protocol) {
    int row = rule << ROW_SHIFT;
    int differ =
        (source ^ rows[row]) & rows[row + 1]
            | (destination ^ rows[row + 2]) & rows[row + 3]
            | (protocol ^ rows[row + 6]) & rows[row + 7];
    int first = rows[row + 4];
    int span = rows[row + 5];
    return differ == 0
        && RuleSet.within(ports >>> 16, first >>> 16, span >>> 16)
        && RuleSet.within(ports & 0xffff, first & 0xffff, span & 0xffff);
  }

  private static int[] rows(RuleSet rules) {
    int[] rows = new int[rules.size() << ROW_SHIFT];
    for (int i = 0; i < rules.size(); i++) {
      int row = i << ROW_SHIFT;
      rows[row] = rules.sourceNetwork(i);
      rows[row + 1] = rules.sourceMask(i);
      rows[row + 2] = rules.destinationNetwork(i);
      rows[row + 3] = rules.destinationMask(i);
      rows[row + 4] = rules.portsFirst(i);
      rows[row + 5] = rules.portsSpan(i);
      rows[row + 6] = rules.protocol(i);
      rows[row + 7] = rules.protocolMask(i);
    }
    return rows;
  }

  @Override
  public List<Part> parts() {
    return List.of((Boxes) this::eachBox);
  }

  /**
   * Every entry. It is certain for a rule that stands in the bucket of all its headers, behind none
   * that is greater, in a table that is asked for them.
   */
  private void eachBox(BoxReader reader) {
    int latest = 0;
    for (int t = 0; t < best.length; t++) {
      latest = Math.max(latest, best[t]);
      TupleMask mask =
          new TupleMask(sourceMask[t], destinationMask[t], portsMask[t], protocolMask[t]);
      int buckets = -1 >>> hashShift[t];
      for (int k = 0; Integer.compareUnsigned(k, buckets) <= 0; k++) {
        int b = firstBucket[t] + k;
        int before = -1;
        for (int e = bucketStart[b]; e < bucketStart[b + 1]; e++) {
          int rule = entries[e];
          int row = rule << ROW_SHIFT;
          boolean isCertain =
              rule >= latest
                  && rule > before
                  && isRange(row)
                  && mask.admits(exact(row))
                  && bucket(t, rows[row], rows[row + 2], rows[row + 4], rows[row + 6]) == b;
          before = Math.max(before, rule);
          show(rule, isCertain, reader);
        }
      }
    }
  }

  private void show(int rule, boolean isCertain, BoxReader reader) {
    int row = rule << ROW_SHIFT;
    int first = rows[row + 4];
    int span = rows[row + 5];
    new MaskedRule(
            rows[row],
            rows[row + 1],
            rows[row + 2],
            rows[row + 3],
            first >>> 16,
            (first >>> 16) + (span >>> 16),
            first & 0xffff,
            (first & 0xffff) + (span & 0xffff),
            rows[row + 6],
            rows[row + 7])
        .show(rule, isCertain, reader);
  }

  /** Whether no port of a row is behind the last there is. */
  private boolean isRange(int row) {
    int first = rows[row + 4];
    int span = rows[row + 5];
    return (first >>> 16) + (span >>> 16) <= 0xffff && (first & 0xffff) + (span & 0xffff) <= 0xffff;
  }

  /** All bits that are equal in everything that a row matches. */
  private TupleMask exact(int row) {
    return TupleMask.exact(
        rows[row + 1], rows[row + 3], rows[row + 4], rows[row + 5], rows[row + 7]);
  }

  int tables() {
    return masks.length;
  }

  @Override
  public long memoryBytes() {
    return 4L * (7L * best.length + bucketStart.length + entries.length + rows.length);
  }

  @Override
  public String toString() {
    return name() + ": " + size + " rules in " + tables() + " tables, " + memoryBytes() + " bytes";
  }
}
