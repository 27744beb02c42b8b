package io.vpcrig.session;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.IntConsumer;

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

  private static final long LOW = 0xffff_ffffL;

  private static final int FIRST_ROWS = 64;

  /**
   * Of a row, a cache line: eight ints, and behind them references and the next row of the same
   * bucket, or free.
   */
  private static final int SHIFT = 6;

  private static final boolean LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

  private static final int REFERENCES = 32;
  private static final int NEXT = 36;

  private OffHeap values;

  /** A power of two. */
  private int rows = FIRST_ROWS;

  private int[] buckets;
  private int free = NONE;
  private int used;
  private int size;

  SharedRows() {
    values = new OffHeap(FIRST_ROWS << SHIFT);
    buckets = emptyBuckets(FIRST_ROWS);
  }

  /** Two neighbouring ints of a row, as {@link #acquire} takes them. */
  static long pair(int first, int second) {
    return LITTLE ? first & LOW | (long) second << 32 : (long) first << 32 | second & LOW;
  }

  /**
   * The number of the row with these four {@link #pair pairs}, made if need be, with one more
   * reference. They are compared and mixed as longs: int by int it took three times as long.
   */
  int acquire(long a, long b, long c, long d) {
    int hash = hash(a, b, c, d);
    for (int row = buckets[hash & buckets.length - 1]; row != NONE; row = next(row)) {
      long line = line(row);
      if ((OffHeap.rawLong(line) ^ a
              | OffHeap.rawLong(line + 8) ^ b
              | OffHeap.rawLong(line + 16) ^ c
              | OffHeap.rawLong(line + 24) ^ d)
          == 0) {
        addReferences(row, 1);
        return row;
      }
    }
    return make(hash, a, b, c, d);
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

  /**
   * Lets {@code change} put other ints into rows, for each row in use: whoever refers to a row
   * refers to what it is then. Rows that become equal stay apart.
   */
  void change(IntConsumer change) {
    for (int row = 0; row < used; row++) {
      if (references(row) > 0) {
        change.accept(row);
      }
    }
    linkAll();
  }

  /** Within {@link #change} only. */
  void setValue(int row, int column, int value) {
    values.putInt((row << SHIFT) + (column << 2), value);
  }

  /** Where a row lies, for {@link OffHeap}'s raw accessors; until the next {@link #acquire}. */
  long line(int row) {
    return values.window(row << SHIFT, 1 << SHIFT);
  }

  /** The first int of a row; of some row, if there is none of this number. */
  int first(int row) {
    return values.getInt((row & rows - 1) << SHIFT);
  }

  /** Rows in use. */
  int size() {
    return size;
  }

  /** Bytes held. */
  long memoryBytes() {
    return ((long) rows << SHIFT) + 4L * buckets.length;
  }

  private int make(int hash, long a, long b, long c, long d) {
    int row = free;
    if (row != NONE) {
      free = next(row);
    } else {
      if (used == rows) {
        grow();
      }
      row = used++;
    }
    long line = line(row);
    OffHeap.putRawLong(line, a);
    OffHeap.putRawLong(line + 8, b);
    OffHeap.putRawLong(line + 16, c);
    OffHeap.putRawLong(line + 24, d);
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
    int references = references(row) + more;
    values.putInt((row << SHIFT) + REFERENCES, references);
    return references;
  }

  private int references(int row) {
    return values.getInt((row << SHIFT) + REFERENCES);
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
    linkAll();
  }

  /** Puts the rows in use into new buckets. */
  private void linkAll() {
    buckets = emptyBuckets(rows);
    for (int row = 0; row < used; row++) {
      if (references(row) > 0) {
        link(row, hashOf(row));
      }
    }
  }

  private static int[] emptyBuckets(int rows) {
    int[] buckets = new int[2 * rows];
    Arrays.fill(buckets, NONE);
    return buckets;
  }

  private int hashOf(int row) {
    long line = line(row);
    return hash(
        OffHeap.rawLong(line),
        OffHeap.rawLong(line + 8),
        OffHeap.rawLong(line + 16),
        OffHeap.rawLong(line + 24));
  }

  /** Four products that do not wait for each other. */
  private static int hash(long a, long b, long c, long d) {
    long mixed =
        a * 0x9e37_79b9_7f4a_7c15L
            ^ Long.rotateRight(b * 0xd6e8_feb8_6659_fd93L, 16)
            ^ Long.rotateRight(c * 0xff51_afd7_ed55_8ccdL, 32)
            ^ Long.rotateRight(d * 0xc4ce_b9fe_1a85_ec53L, 48);
    return (int) (mixed ^ mixed >>> 32);
  }

  @Override
  public void close() {
    values.close();
  }
}
