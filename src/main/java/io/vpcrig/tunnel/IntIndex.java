package io.vpcrig.tunnel;

import java.util.Arrays;
import java.util.Map;

/**
 * Immutable map of ints to small numbers, open-addressed, at most a quarter full: a look-up costs
 * one probe whether it holds two keys or a hundred. Thread: any.
 */
final class IntIndex {
  private final int[] keys;
  private final int[] values;
  private final int shift;

  /**
   * @param entries values from 0 on
   */
  IntIndex(Map<Integer, Integer> entries) {
    int bits = 3;
    while (1 << bits < 4 * entries.size()) {
      bits++;
    }
    keys = new int[1 << bits];
    values = new int[1 << bits];
    shift = 32 - bits;
    Arrays.fill(values, SegmentTable.NONE);
    entries.forEach(this::put);
  }

  /** The value of {@code key}, or {@link SegmentTable#NONE}. */
  int get(int key) {
    int mask = keys.length - 1;
    for (int slot = home(key); ; slot = slot + 1 & mask) {
      int value = values[slot];
      if (value == SegmentTable.NONE || keys[slot] == key) {
        return value;
      }
    }
  }

  private void put(int key, int value) {
    int slot = home(key);
    while (values[slot] != SegmentTable.NONE) {
      slot = slot + 1 & keys.length - 1;
    }
    keys[slot] = key;
    values[slot] = value;
  }

  private int home(int key) {
    return key * 0x9e37_79b9 >>> shift;
  }
}
