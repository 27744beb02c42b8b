package io.vpcrig.acl.match;

import io.vpcrig.acl.Budget;
import io.vpcrig.acl.OverBudgetException;
import io.vpcrig.acl.TakenApart.AddressRanges;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.agrona.collections.IntArrayList;

/**
 * Finds the class of an address among many thousands of prefixes that lie far apart, where {@link
 * AddressTable} would spend a block of 256 on each: a table of the high 16 bits, and leaves of up
 * to eight ranges that are searched in three steps (after DXR, Zec, Rizzo and Mikuc, 2012).
 *
 * <pre>
 *   root[65536]:  base &lt;&lt; 8 | mask      next index = base + (third byte &amp; mask)
 *   middle[]:     where a leaf begins; first one cell for each leaf of the root, then blocks of 256
 *   leaves[]:     16 ints a leaf: 8 first addresses, low 16 bits, ascending, and 8 values
 *   value:        base &lt;&lt; 8 | mask      next index = base + (fourth byte &amp; mask)
 *   last[]:       class; first one cell a class, then blocks of 256 where ranges crowd
 * </pre>
 */
final class RangeTable {
  static final int LEAF = 16;
  static final int RANGES = 8;
  private static final int BLOCK = 256;
  private static final int MASK = BLOCK - 1;

  /** What an entry has bits for beside its mask. */
  private static final int MOST_CELLS = 1 << 24;

  private final int[] root;
  private final int[] middle;
  private final int[] leaves;
  private final int[] last;

  private RangeTable(int[] root, int[] middle, int[] leaves, int[] last) {
    this.root = root;
    this.middle = middle;
    this.leaves = leaves;
    this.last = last;
  }

  /**
   * @param classOfNode 0 or more
   * @throws OverBudgetException if there is not the room, or more of it than entries can point to
   */
  static RangeTable of(PrefixTree tree, int[] classOfNode, Budget.Meter meter)
      throws OverBudgetException {
    return new Builder(classOfNode, meter).build(tree);
  }

  int find(int address) {
    int low = address & 0xffff;
    int entry = root[address >>> 16];
    int at = middle[(entry >>> 8) + (low >>> 8 & entry & MASK)];
    // The sign of (first - low - 1) is set where the range begins at or before the address.
    at += (leaves[at + 4] - low - 1 >>> 31) << 2;
    at += (leaves[at + 2] - low - 1 >>> 31) << 1;
    at += leaves[at + 1] - low - 1 >>> 31;
    entry = leaves[at + RANGES];
    return last[(entry >>> 8) + (low & entry & MASK)];
  }

  /** The ranges that it tells apart. */
  AddressRanges ranges() {
    var ranges = new RangeGather();
    for (int high = 0; high < root.length; high++) {
      int entry = root[high];
      int thirds = (entry & MASK) == 0 ? 1 : BLOCK;
      for (int third = 0; third < thirds; third++) {
        int from = third << 8;
        int to = thirds == 1 ? 1 << 16 : from + BLOCK;
        addLeaf(high << 16, from, to, (entry >>> 8) + (third & entry & MASK), ranges);
      }
    }
    return ranges.ranges();
  }

  /**
   * The addresses {@code base + from .. base + to - 1}, which one leaf decides.
   *
   * @param cell of {@link #middle}
   */
  private void addLeaf(int base, int from, int to, int cell, RangeGather ranges) {
    int[] edges = new int[RANGES + 1];
    edges[0] = from;
    edges[RANGES] = to;
    boolean isSound = cell < middle.length && middle[cell] >= 0;
    isSound &= isSound && middle[cell] + LEAF <= leaves.length;
    boolean isCrowded = false;
    for (int k = 1; k < RANGES; k++) {
      // A number below 0, which no sound leaf has, makes the difference in find overflow here.
      edges[k] = isSound ? Math.clamp(leaves[middle[cell] + k] & Integer.MAX_VALUE, from, to) : to;
    }
    for (int k = RANGES; k < LEAF && isSound; k++) {
      isCrowded |= (leaves[middle[cell] + k] & MASK) != 0;
    }
    Arrays.sort(edges);
    for (int k = 0; k < RANGES; k++) {
      for (int low = edges[k]; low < edges[k + 1]; low = isCrowded ? low + 1 : edges[k + 1]) {
        ranges.begin(base | low, this::find);
      }
    }
  }

  int[] root() {
    return root;
  }

  int[] middle() {
    return middle;
  }

  int[] leaves() {
    return leaves;
  }

  int[] last() {
    return last;
  }

  long memoryBytes() {
    return 4L * (root.length + middle.length + leaves.length + last.length);
  }

  private static final class Builder {
    private final int[] classOfNode;
    private final Budget.Meter meter;

    /** First address of each range, ascending, without sign; and its class. */
    private final IntArrayList starts = new IntArrayList();

    private final IntArrayList classes = new IntArrayList();
    private final int[] root = new int[1 << 16];
    private final IntArrayList middle = new IntArrayList();
    private final IntArrayList leaves = new IntArrayList();
    private final IntArrayList last = new IntArrayList();

    /** Leaves that are there already, and the cell of {@link #middle} that points to each. */
    private final Map<Leaf, Integer> known = new HashMap<>();

    private final Map<Integer, Integer> cellOfLeaf = new HashMap<>();

    private record Leaf(int[] content) {
      @Override
      public boolean equals(Object other) {
        return other instanceof Leaf leaf && Arrays.equals(content, leaf.content);
      }

      @Override
      public int hashCode() {
        return Arrays.hashCode(content);
      }
    }

    Builder(int[] classOfNode, Budget.Meter meter) {
      this.classOfNode = classOfNode;
      this.meter = meter;
      int count = Arrays.stream(classOfNode).max().orElse(0) + 1;
      for (int k = 0; k < count; k++) {
        last.addInt(k);
      }
    }

    RangeTable build(PrefixTree tree) throws OverBudgetException {
      flatten(tree);
      int range = 0;
      for (int high = 0; high < root.length; high++) {
        int to = firstRangeFrom((high + 1L) << 16, range);
        root[high] = chunk(range, to, high << 16);
        meter.checkTime();
        range = startsAt((high + 1L) << 16, to) ? to : to - 1;
      }
      return new RangeTable(root, middle.toIntArray(), leaves.toIntArray(), last.toIntArray());
    }

    /** Nodes in preorder to ranges side by side. */
    private void flatten(PrefixTree tree) {
      int[] path = new int[34];
      int depth = 0;
      for (int node = 0; node < tree.size(); node++) {
        while (depth > 0 && tree.end(path[depth - 1]) <= node) {
          resume(tree, path, --depth);
        }
        begin(tree.network(node) & 0xffff_ffffL, classOfNode[node]);
        path[depth++] = node;
      }
      while (depth > 0) {
        resume(tree, path, --depth);
      }
    }

    /** Behind a prefix, the one around it goes on. */
    private void resume(PrefixTree tree, int[] path, int depth) {
      int node = path[depth];
      long behind = (tree.network(node) & 0xffff_ffffL) + (1L << 32 - tree.length(node));
      if (depth > 0 && behind < 1L << 32) {
        begin(behind, classOfNode[path[depth - 1]]);
      }
    }

    private void begin(long address, int number) {
      if (starts.size() > 0 && starts.getInt(starts.size() - 1) == (int) address) {
        classes.setInt(classes.size() - 1, number);
      } else {
        starts.addInt((int) address);
        classes.addInt(number);
      }
    }

    private int firstRangeFrom(long address, int from) {
      int range = from;
      while (range < starts.size() && (starts.getInt(range) & 0xffff_ffffL) < address) {
        range++;
      }
      return range;
    }

    private boolean startsAt(long address, int range) {
      return range < starts.size() && (starts.getInt(range) & 0xffff_ffffL) == address;
    }

    /** The entry of 2^16 addresses from {@code base}, of which ranges from..to-1 are part. */
    private int chunk(int from, int to, int base) throws OverBudgetException {
      if (to - from <= RANGES) {
        int leaf = leaf(from, to, base);
        int cell =
            cellOfLeaf.computeIfAbsent(
                leaf,
                key -> {
                  middle.addInt(key);
                  return middle.size() - 1;
                });
        return cell << 8;
      }
      int block = block(middle);
      int range = from;
      for (int third = 0; third < BLOCK; third++) {
        long end = (base & 0xffff_ffffL) + (third + 1 << 8);
        int next = firstRangeFrom(end, range);
        middle.addInt(leaf(range, next, base + (third << 8)));
        range = startsAt(end, next) ? next : next - 1;
      }
      return block << 8 | MASK;
    }

    /** Where a block would begin. */
    private int block(IntArrayList level) throws OverBudgetException {
      meter.checkBytes(
          4L * (middle.size() + leaves.size() + last.size() + BLOCK), "a table of address ranges");
      if (level.size() > MOST_CELLS - BLOCK) {
        throw new OverBudgetException(
            String.format(
                Locale.ROOT, "address ranges make more than %,d cells", MOST_CELLS - BLOCK));
      }
      return level.size();
    }

    private int leaf(int from, int to, int base) throws OverBudgetException {
      int[] leaf = new int[LEAF];
      if (to - from <= RANGES) {
        for (int k = 0; k < RANGES; k++) {
          int range = from + k;
          // The first range may begin before the leaf; places that are left over begin behind it.
          leaf[k] = k == 0 ? 0 : range < to ? starts.getInt(range) & 0xffff : 1 << 16;
          leaf[RANGES + k] = classes.getInt(Math.min(range, to - 1)) << 8;
        }
      } else {
        Arrays.fill(leaf, 1, RANGES, 1 << 16);
        leaf[RANGES] = crowd(from, to, base) << 8 | MASK;
      }
      return known.computeIfAbsent(
          new Leaf(leaf),
          key -> {
            int at = leaves.size();
            for (int word : key.content) {
              leaves.addInt(word);
            }
            return at;
          });
    }

    /** A block with a cell for each of 256 addresses. */
    private int crowd(int from, int to, int base) throws OverBudgetException {
      int block = block(last);
      int range = from;
      for (int k = 0; k < BLOCK; k++) {
        while (range + 1 < to && starts.getInt(range + 1) == base + k) {
          range++;
        }
        last.addInt(classes.getInt(range));
      }
      return block;
    }
  }
}
