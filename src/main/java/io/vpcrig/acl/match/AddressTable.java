package io.vpcrig.acl.match;

import io.vpcrig.acl.Budget;
import io.vpcrig.acl.OverBudgetException;
import io.vpcrig.acl.TakenApart.AddressRanges;
import java.util.Arrays;
import java.util.Locale;

/**
 * Finds the class of an address in three reads: by the high 16 bits, then by the third byte, then
 * by the fourth. There is no branch to mispredict: where an address is decided early, the entry
 * points to a cell of its class instead of to a block, and its mask hides the next byte.
 *
 * <pre>
 *   root[65536], middle[]:  base &lt;&lt; 8 | mask     next index = base + (byte of the address &amp; mask)
 *   middle[], last[]:       first one cell a class, for what is decided early; then blocks of 256
 *   last[]:                 class
 * </pre>
 */
final class AddressTable {
  private static final int ROOT = 1 << 16;
  private static final int BLOCK = 256;
  private static final int MASK = BLOCK - 1;

  /** What an entry has bits for beside its mask. */
  private static final int MOST_CELLS = 1 << 24;

  /** Of an address that no rule looks at: a list looks at one of the two. */
  private static final AddressTable ANY = new AddressTable(new int[ROOT], new int[1], new int[1]);

  private final int[] root;
  private final int[] middle;
  private final int[] last;

  private AddressTable(int[] root, int[] middle, int[] last) {
    this.root = root;
    this.middle = middle;
    this.last = last;
  }

  /**
   * @param classOfNode 0 or more
   * @throws OverBudgetException if there is not the room, or more of it than entries can point to
   */
  static AddressTable of(PrefixTree tree, int[] classOfNode, Budget.Meter meter)
      throws OverBudgetException {
    if (tree.size() == 1 && classOfNode[0] == 0) {
      return ANY;
    }
    int classes = Arrays.stream(classOfNode).max().orElse(0) + 1;
    long middle = classes + (long) BLOCK * blocks(tree, 16);
    long last = classes + (long) BLOCK * blocks(tree, 24);
    meter.checkBytes(4 * (ROOT + middle + last), "a table of addresses");
    if (Math.max(middle, last) > MOST_CELLS) {
      throw new OverBudgetException(
          String.format(
              Locale.ROOT,
              "addresses make %,d cells, allowed %,d",
              Math.max(middle, last),
              MOST_CELLS));
    }
    return new Painter(classOfNode, classes).paint(tree);
  }

  /** How many prefixes of a length have longer ones in them. Nodes are in order of network. */
  private static int blocks(PrefixTree tree, int length) {
    int blocks = 0;
    int before = 0;
    for (int node = 0; node < tree.size(); node++) {
      int block = tree.network(node) >>> 32 - length;
      if (tree.length(node) > length && (blocks == 0 || block != before)) {
        before = block;
        blocks++;
      }
    }
    return blocks;
  }

  int find(int address) {
    int entry = root[address >>> 16];
    entry = middle[(entry >>> 8) + (address >>> 8 & entry & MASK)];
    return last[(entry >>> 8) + (address & entry & MASK)];
  }

  /** The ranges that it tells apart. */
  AddressRanges ranges() {
    var ranges = new RangeGather();
    for (int high = 0; high < ROOT; high++) {
      int entry = root[high];
      boolean oneThird = (entry & MASK) == 0 && isDecided(entry >>> 8);
      for (int third = 0; third < (oneThird ? 1 : BLOCK); third++) {
        boolean oneFourth = isDecided((entry >>> 8) + (third & entry & MASK));
        for (int fourth = 0; fourth < (oneFourth ? 1 : BLOCK); fourth++) {
          int address = high << 16 | third << 8 | fourth;
          ranges.begin(address, this::find);
        }
      }
    }
    return ranges.ranges();
  }

  /** Whether the fourth byte does not count. */
  private boolean isDecided(int cell) {
    return cell < middle.length && (middle[cell] & MASK) == 0;
  }

  int[] root() {
    return root;
  }

  int[] middle() {
    return middle;
  }

  int[] last() {
    return last;
  }

  long memoryBytes() {
    return 4L * (root.length + middle.length + last.length);
  }

  /** Paints shorter prefixes first, longer ones over them. */
  private static final class Painter {
    private final int[] classOfNode;
    private final int[] root = new int[ROOT];
    private int[] middle;
    private int middleSize;
    private int[] last;
    private int lastSize;

    Painter(int[] classOfNode, int classes) {
      this.classOfNode = classOfNode;
      middle = new int[classes];
      last = new int[classes];
      middleSize = classes;
      lastSize = classes;
      Arrays.setAll(middle, AddressTable.Painter::decided);
      Arrays.setAll(last, k -> k);
    }

    AddressTable paint(PrefixTree tree) {
      for (int node = 0; node < tree.size(); node++) {
        paint(tree.network(node), tree.length(node), classOfNode[node]);
      }
      return new AddressTable(
          root, Arrays.copyOf(middle, middleSize), Arrays.copyOf(last, lastSize));
    }

    private static int decided(int number) {
      return number << 8;
    }

    private void paint(int network, int length, int number) {
      int high = network >>> 16;
      if (length <= 16) {
        Arrays.fill(root, high, high + (1 << 16 - length), decided(number));
        return;
      }
      if ((root[high] & MASK) == 0) {
        middle = withBlock(middle, middleSize, root[high]);
        root[high] = middleSize << 8 | MASK;
        middleSize += BLOCK;
      }
      int third = (root[high] >>> 8) + (network >>> 8 & MASK);
      if (length <= 24) {
        Arrays.fill(middle, third, third + (1 << 24 - length), decided(number));
        return;
      }
      if ((middle[third] & MASK) == 0) {
        last = withBlock(last, lastSize, middle[third] >>> 8);
        middle[third] = lastSize << 8 | MASK;
        lastSize += BLOCK;
      }
      int fourth = (middle[third] >>> 8) + (network & MASK);
      Arrays.fill(last, fourth, fourth + (1 << 32 - length), number);
    }

    private static int[] withBlock(int[] level, int from, int entry) {
      int[] grown =
          from + BLOCK <= level.length
              ? level
              : Arrays.copyOf(level, Math.max(from + BLOCK, 2 * level.length));
      Arrays.fill(grown, from, from + BLOCK, entry);
      return grown;
    }
  }
}
