package io.vpcrig.session;

import java.util.Arrays;

/**
 * Rows of ints that many sessions have in common: each kept once, by a number, for as long as
 * somebody refers to it. A session so needs four bytes for what would take thirty, and the few rows
 * in use stay in the first-level cache.
 *
 * <p>Bounded by what refers to it: never more rows than references. Thread: the owner's. Allocates
 * only to hold more rows than ever before, by doubling.
 */
final class SharedRows {
  static final int NONE = -1;

  private static final int FIRST_ROWS = 64;

  private final int width;
  private final int[] wanted;
  private int[] values;
  private int[] references;

  /** The next row of the same bucket, or the next free one. */
  private int[] next;

  private int[] buckets;
  private int free = NONE;
  private int used;
  private int size;

  /**
   * @param width ints in a row
   */
  SharedRows(int width) {
    this.width = width;
    wanted = new int[width];
    values = new int[FIRST_ROWS * width];
    references = new int[FIRST_ROWS];
    next = new int[FIRST_ROWS];
    buckets = emptyBuckets(FIRST_ROWS);
  }

  /** What {@link #acquire} looks for; the caller fills it. */
  int[] wanted() {
    return wanted;
  }

  /**
   * The number of the row that equals {@link #wanted}, made if need be, with one more reference.
   */
  int acquire() {
    int hash = hash(wanted, 0);
    for (int row = buckets[hash & buckets.length - 1]; row != NONE; row = next[row]) {
      if (Arrays.equals(values, row * width, (row + 1) * width, wanted, 0, width)) {
        references[row]++;
        return row;
      }
    }
    return make(hash);
  }

  /** Gives back one reference; without any the row's number is free for another. */
  void release(int row) {
    if (--references[row] == 0) {
      unlink(row);
      next[row] = free;
      free = row;
      size--;
    }
  }

  /** One int of a row. */
  int value(int row, int column) {
    return values[row * width + column];
  }

  /** Whether a row of four ints is this one. */
  boolean equals(int row, int a, int b, int c, int d) {
    int at = row << 2;
    return (values[at] ^ a | values[at + 1] ^ b | values[at + 2] ^ c | values[at + 3] ^ d) == 0;
  }

  /** Rows in use. */
  int size() {
    return size;
  }

  /** Bytes held. */
  long memoryBytes() {
    return 4L * (values.length + references.length + next.length + buckets.length);
  }

  private int make(int hash) {
    int row = free;
    if (row != NONE) {
      free = next[row];
    } else {
      if (used == references.length) {
        grow();
      }
      row = used++;
    }
    System.arraycopy(wanted, 0, values, row * width, width);
    references[row] = 1;
    link(row, hash);
    size++;
    return row;
  }

  private void link(int row, int hash) {
    int bucket = hash & buckets.length - 1;
    next[row] = buckets[bucket];
    buckets[bucket] = row;
  }

  private void unlink(int row) {
    int bucket = hash(values, row * width) & buckets.length - 1;
    if (buckets[bucket] == row) {
      buckets[bucket] = next[row];
      return;
    }
    int before = buckets[bucket];
    while (next[before] != row) {
      before = next[before];
    }
    next[before] = next[row];
  }

  /** Called when every row is in use. */
  private void grow() {
    int rows = 2 * references.length;
    values = Arrays.copyOf(values, rows * width);
    references = Arrays.copyOf(references, rows);
    next = Arrays.copyOf(next, rows);
    buckets = emptyBuckets(rows);
    for (int row = 0; row < used; row++) {
      link(row, hash(values, row * width));
    }
  }

  private static int[] emptyBuckets(int rows) {
    int[] buckets = new int[2 * rows];
    Arrays.fill(buckets, NONE);
    return buckets;
  }

  private int hash(int[] row, int from) {
    int hash = 0;
    for (int k = from; k < from + width; k++) {
      hash = (hash ^ row[k]) * 0x9e37_79b9;
      hash ^= hash >>> 15;
    }
    return hash;
  }
}
