package io.vpcrig.report;

import java.util.Arrays;

/**
 * Some values over time, in at most {@link #INTERVALS} intervals of one width: a power of two of
 * nanoseconds that doubles whenever the intervals no longer span all times seen. Intervals begin at
 * multiples of their width, so that the order in which times come makes no difference. Memory is
 * fixed. One thread.
 */
final class TimeSeries {
  static final int INTERVALS = 512;

  /** How two values of a column become one. */
  enum Kind {
    SUM,
    HIGHEST
  }

  private static final int FIRST_SHIFT = 10;

  private final Kind[] kinds;
  private final long[][] columns;
  private int shift = FIRST_SHIFT;
  private long first;
  private int count;

  TimeSeries(Kind... kinds) {
    this.kinds = kinds.clone();
    this.columns = new long[kinds.length][INTERVALS];
  }

  /**
   * The place of the interval of a time, for {@link #add}; good until the next call.
   *
   * @param timeNs from 0
   */
  int place(long timeNs) {
    while (true) {
      long interval = timeNs >>> shift;
      if (count == 0) {
        first = interval;
        count = 1;
        return 0;
      }
      long last = Math.max(first + count - 1, interval);
      long before = Math.max(0, first - interval);
      if (last - Math.min(first, interval) < INTERVALS) {
        if (before > 0) {
          moveRight((int) before);
        }
        count = (int) (last - first) + 1;
        return (int) (interval - first);
      }
      halve();
    }
  }

  /** Takes a value into a column at a {@link #place}. */
  void add(int place, int column, long value) {
    long[] values = columns[column];
    values[place] = join(kinds[column], values[place], value);
  }

  /** Intervals in use. */
  int count() {
    return count;
  }

  long widthNs() {
    return 1L << shift;
  }

  /** When the first interval begins. */
  long startNs() {
    return first << shift;
  }

  long value(int column, int interval) {
    return columns[column][interval];
  }

  private void moveRight(int places) {
    for (long[] values : columns) {
      System.arraycopy(values, 0, values, places, count);
      Arrays.fill(values, 0, places, 0);
    }
    first -= places;
    count += places;
  }

  /** Half as many intervals, twice as wide. */
  private void halve() {
    int odd = (int) (first & 1);
    int next = (count + odd + 1) / 2;
    for (int c = 0; c < columns.length; c++) {
      long[] values = columns[c];
      for (int k = 0; k < next; k++) {
        int right = 2 * k + 1 - odd;
        long left = right == 0 ? 0 : values[right - 1];
        values[k] = right < count ? join(kinds[c], left, values[right]) : left;
      }
      Arrays.fill(values, next, count, 0);
    }
    first >>= 1;
    count = next;
    shift++;
  }

  private static long join(Kind kind, long one, long other) {
    return kind == Kind.SUM ? one + other : Math.max(one, other);
  }
}
