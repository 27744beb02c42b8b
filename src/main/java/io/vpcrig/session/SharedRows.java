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
final class SharedRows implements AutoCloseable {
  static final int NONE = -1;

  private static final int FIRST_ROWS = 64;

  /**
   * Of a row, a cache line: the ints, and behind them references and the next row of the same
   * bucket, or free.
   */
  private static final int SHIFT = 6;

  private static final int REFERENCES = 32;
  private static final int NEXT = 36;

  private final int width;
  private final int[] wanted;
  private OffHeap values;
  private int rows = FIRST_ROWS;
  private int[] buckets;
  private int free = NONE;
  private int used;
  private int size;

  /**
   * @param width ints in a row, 1..8
   */
  SharedRows(int width) {
    this.width = width;
    wanted = new int[width];
    values = new OffHeap(FIRST_ROWS << SHIFT);
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
    int hash = hashOfWanted();
    for (int row = buckets[hash & buckets.length - 1]; row != NONE; row = next(row)) {
      if (isWanted(row)) {
        addReferences(row, 1);
        return row;
      }
    }
    return make(hash);
  }

  /** Gives back one reference; without any the row's number is free for another. */
  void release(int row) {
    if (addReferences(row, -1) == 0) {
      unlink(row);
      setNext(row, free);
      free = row;
      size--;
    }
  }

  /** One int of a row. */
  int value(int row, int column) {
    return values.getInt((row << SHIFT) + (column << 2));
  }

  /** Where a row lies, for {@link OffHeap}'s raw accessors; until the next {@link #acquire}. */
  long line(int row) {
    return values.window(row << SHIFT, 1 << SHIFT);
  }

  /** Rows in use. */
  int size() {
    return size;
  }

  /** Bytes held. */
  long memoryBytes() {
    return ((long) rows << SHIFT) + 4L * buckets.length;
  }

  private int make(int hash) {
    int row = free;
    if (row != NONE) {
      free = next(row);
    } else {
      if (used == rows) {
        grow();
      }
      row = used++;
    }
    for (int k = 0; k < width; k++) {
      values.putInt((row << SHIFT) + (k << 2), wanted[k]);
    }
    values.putInt((row << SHIFT) + REFERENCES, 1);
    link(row, hash);
    size++;
    return row;
  }

  private void link(int row, int hash) {
    int bucket = hash & buckets.length - 1;
    setNext(row, buckets[bucket]);
    buckets[bucket] = row;
  }

  private void unlink(int row) {
    int bucket = hashOf(row) & buckets.length - 1;
    if (buckets[bucket] == row) {
      buckets[bucket] = next(row);
      return;
    }
    int before = buckets[bucket];
    while (next(before) != row) {
      before = next(before);
    }
    setNext(before, next(row));
  }

  private int addReferences(int row, int more) {
    int at = (row << SHIFT) + REFERENCES;
    int references = values.getInt(at) + more;
    values.putInt(at, references);
    return references;
  }

  private int next(int row) {
    return values.getInt((row << SHIFT) + NEXT);
  }

  private void setNext(int row, int next) {
    values.putInt((row << SHIFT) + NEXT, next);
  }

  /** Called when every row is in use. */
  private void grow() {
    rows *= 2;
    OffHeap old = values;
    values = new OffHeap(rows << SHIFT);
    for (int at = 0; at < used << SHIFT; at += 8) {
      values.putLong(at, old.getLong(at));
    }
    old.close();
    buckets = emptyBuckets(rows);
    for (int row = 0; row < used; row++) {
      link(row, hashOf(row));
    }
  }

  private static int[] emptyBuckets(int rows) {
    int[] buckets = new int[2 * rows];
    Arrays.fill(buckets, NONE);
    return buckets;
  }

  private boolean isWanted(int row) {
    int different = 0;
    for (int k = 0; k < width; k++) {
      different |= wanted[k] ^ value(row, k);
    }
    return different == 0;
  }

  private int hashOfWanted() {
    int hash = 0;
    for (int k = 0; k < width; k++) {
      hash = mixed(hash, wanted[k]);
    }
    return hash;
  }

  private int hashOf(int row) {
    int hash = 0;
    for (int k = 0; k < width; k++) {
      hash = mixed(hash, value(row, k));
    }
    return hash;
  }

  private static int mixed(int hash, int value) {
    int next = (hash ^ value) * 0x9e37_79b9;
    return next ^ next >>> 15;
  }

  @Override
  public void close() {
    values.close();
  }
}
