package io.vpcrig.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Frames and bytes by key, exact for as many keys as there is room for; beyond that for those that
 * carry much.
 *
 * <p>When the table is full, it forgets the keys of the lower half: those with no more bytes than
 * the median of all. A key that comes later, for the first time or again, may have lost as much,
 * the {@link #error}. This is the weighted form of Misra and Gries' algorithm ("Finding repeated
 * elements", 1982) with a purge by the median, as in Anderson et al., "A high-performance algorithm
 * for identifying frequent items in data streams" (IMC 2017): the error is at most twice the bytes
 * of all keys by {@code capacity}.
 *
 * <p>Fixed memory: 264 bytes for each key of the capacity. One thread.
 */
final class HeavyHitters {
  /** Both directions of a conversation, or what a host sent and what it received. */
  static final int SIDES = 2;

  private static final int ROW = 8;
  private static final int KEY = 0;
  private static final int MORE_KEY = 1;

  /** Bytes that may be missing when the key came, and its own; 0: the row is free. */
  private static final int CREDIT = 2;

  private static final int FRAMES = 3;
  private static final int BYTES = 5;

  /**
   * What one key carried.
   *
   * @param frames by side
   * @param bytes by side
   * @param missing bytes that it may have carried beyond that
   */
  record Total(long key, long moreKey, long[] frames, long[] bytes, long missing) {
    long allBytes() {
      return bytes[0] + bytes[1];
    }
  }

  private final int capacity;
  private final int mask;
  private final long[] credits;
  private long[] rows;
  private long[] spare;
  private int keys;
  private long error;

  /**
   * @param capacity keys it has room for, a power of two
   */
  HeavyHitters(int capacity) {
    if (Integer.bitCount(capacity) != 1) {
      throw new IllegalArgumentException("capacity " + capacity + ", legal: powers of two");
    }
    this.capacity = capacity;
    this.mask = 2 * capacity - 1;
    this.rows = new long[2 * capacity * ROW];
    this.spare = new long[2 * capacity * ROW];
    this.credits = new long[capacity];
  }

  /**
   * Counts one frame.
   *
   * @param side 0 or 1
   * @param length in bytes, at least 1
   */
  void add(long key, long moreKey, int side, long length) {
    int row = find(rows, key, moreKey);
    if (rows[row + CREDIT] == 0) {
      if (keys == capacity) {
        forgetHalf();
        row = find(rows, key, moreKey);
      }
      keys++;
      rows[row + KEY] = key;
      rows[row + MORE_KEY] = moreKey;
      rows[row + CREDIT] = error;
    }
    rows[row + CREDIT] += length;
    rows[row + FRAMES + side]++;
    rows[row + BYTES + side] += length;
  }

  /** The most bytes that any key may have carried beyond what is told of it; 0: all is exact. */
  long error() {
    return error;
  }

  /** Keys in the table. */
  int keys() {
    return keys;
  }

  /** The keys that carried most, most bytes first; no more than {@code most}. */
  List<Total> largest(int most) {
    List<Total> all = new ArrayList<>();
    for (int row = 0; row < rows.length; row += ROW) {
      if (rows[row + CREDIT] != 0) {
        long[] frames = Arrays.copyOfRange(rows, row + FRAMES, row + FRAMES + SIDES);
        long[] bytes = Arrays.copyOfRange(rows, row + BYTES, row + BYTES + SIDES);
        long missing = rows[row + CREDIT] - bytes[0] - bytes[1];
        all.add(new Total(rows[row + KEY], rows[row + MORE_KEY], frames, bytes, missing));
      }
    }
    all.sort(
        Comparator.comparingLong(Total::allBytes)
            .reversed()
            .thenComparingLong(Total::key)
            .thenComparingLong(Total::moreKey));
    return List.copyOf(all.subList(0, Math.min(most, all.size())));
  }

  private void forgetHalf() {
    int n = 0;
    for (int row = 0; row < rows.length; row += ROW) {
      if (rows[row + CREDIT] != 0) {
        credits[n++] = rows[row + CREDIT];
      }
    }
    Arrays.sort(credits, 0, n);
    error = credits[n / 2];
    Arrays.fill(spare, 0);
    keys = 0;
    for (int row = 0; row < rows.length; row += ROW) {
      if (rows[row + CREDIT] > error) {
        int to = find(spare, rows[row + KEY], rows[row + MORE_KEY]);
        System.arraycopy(rows, row, spare, to, ROW);
        keys++;
      }
    }
    long[] before = rows;
    rows = spare;
    spare = before;
  }

  /** The row of a key, or the free one where it belongs. At least half of all rows are free. */
  private int find(long[] in, long key, long moreKey) {
    long hash = (key * 0x9e37_79b9_7f4a_7c15L ^ moreKey) * 0xbf58_476d_1ce4_e5b9L;
    int at = (int) (hash >>> 32) & mask;
    while (true) {
      int row = at * ROW;
      if (in[row + CREDIT] == 0 || in[row + KEY] == key && in[row + MORE_KEY] == moreKey) {
        return row;
      }
      at = at + 1 & mask;
    }
  }
}
