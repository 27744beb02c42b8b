package io.vpcrig.acl.match;

import java.util.Arrays;

/**
 * A table of numbers in a form that gathers can read: ints, each holding two numbers where all fit
 * 16 bits, which halves the cache lines touched. Both kinds are read in the same way, without a
 * branch:
 *
 * <pre>
 *   number i = words[i &gt;&gt;&gt; shift] &gt;&gt;&gt; ((i &amp; shift) &lt;&lt; 4) &amp; mask      shift 1 or 0, mask 0xffff or all ones
 * </pre>
 */
final class Cells {
  private final int size;
  private final int[] words;
  private final int shift;
  private final int mask;

  /**
   * @param values none negative
   * @param size how many of them count
   */
  Cells(int[] values, int size) {
    this.size = size;
    int bits = 0;
    for (int i = 0; i < size; i++) {
      bits |= values[i];
    }
    if (bits > 0xffff) {
      words = Arrays.copyOf(values, size);
      shift = 0;
      mask = -1;
    } else {
      words = new int[size + 1 >>> 1];
      shift = 1;
      mask = 0xffff;
      for (int i = 0; i < size; i++) {
        words[i >>> 1] |= values[i] << ((i & 1) << 4);
      }
    }
  }

  int get(int index) {
    return words[index >>> shift] >>> ((index & shift) << 4) & mask;
  }

  int size() {
    return size;
  }

  int[] words() {
    return words;
  }

  int shift() {
    return shift;
  }

  int mask() {
    return mask;
  }

  long memoryBytes() {
    return 4L * words.length;
  }
}
