package io.vpcrig.tunnel;

import java.util.Arrays;
import java.util.Map;

/**
 * Immutable map of ints to small numbers, open-addressed, at most a quarter full: a look-up costs
 * one probe whether it holds two keys or a hundred. Thread: any.
 */
final class IntIndex {
  private final long[] slots;
  private final int shift;

  /**
   * @param entries values from 0 on
   */
  IntIndex(Map<Integer, Integer> entries) {
    int bits = 3;
    while (1 << bits < 4 * entries.size()) {
      bits++;
    }
    slots = new long[1 << bits];
    shift = 32 - bits;
    Arrays.fill(slots, SegmentTable.NONE);
    entries.forEach(this::put);
  }

  /** The value of {@code key}, or {@link SegmentTable#NONE}. */
  int get(int key) {
    int mask = slots.length - 1;
    for (int k = home(key); ; k = k + 1 & mask) {
      long slot = slots[k & mask];
      if ((int) (slot >>> 32) == key || (int) slot == SegmentTable.NONE) {
        return (int) slot;
      }
    }
  }

  private void put(int key, int value) {
    int k = home(key);
    while ((int) slots[k] != SegmentTable.NONE) {
      k = k + 1 & slots.length - 1;
    }
    slots[k] = (long) key << 32 | value;
  }

  private int home(int key) {
    return key * 0x9e37_79b9 >>> shift;
  }
}
