package io.vpcrig.session;

import java.util.Arrays;

/**
 * Items by the tick they fall due, one list per tick, {@link #TICKS} ticks round. An item further
 * ahead than one round waits at the far end and is handed out early; the owner looks and puts it
 * back. Thread: the owner's. Takes eight bytes an item, grown by doubling.
 */
final class TimerWheel {
  static final int NONE = -1;

  /** Ticks in one round. */
  static final int TICKS = 1024;

  private static final int NOT_LINKED = Integer.MIN_VALUE;

  private final int[] heads = new int[TICKS];
  private int[] next = new int[0];

  /** The item before, the complement of the bucket for the first, or NOT_LINKED. */
  private int[] previous = new int[0];

  private long cursor;
  private boolean started;

  TimerWheel() {
    Arrays.fill(heads, NONE);
  }

  /** Sets the wheel's time, the first time it is called. */
  void start(long nowTick) {
    if (!started) {
      started = true;
      cursor = nowTick;
    }
  }

  /** Puts an item that is not in the wheel under {@code tick}, or under the next one to come. */
  void add(int item, long tick) {
    reserve(item);
    long at = Math.clamp(tick, cursor + 1, cursor + TICKS - 1);
    int bucket = (int) at & TICKS - 1;
    int first = heads[bucket];
    next[item] = first;
    previous[item] = ~bucket;
    if (first != NONE) {
      previous[first] = item;
    }
    heads[bucket] = item;
  }

  /** Takes an item out if it is in. */
  void remove(int item) {
    int before = previous[item];
    if (before == NOT_LINKED) {
      return;
    }
    int after = next[item];
    if (before < 0) {
      heads[~before] = after;
    } else {
      next[before] = after;
    }
    if (after != NONE) {
      previous[after] = before;
    }
    previous[item] = NOT_LINKED;
  }

  /** Takes out an item whose list is due at {@code nowTick}; NONE if there is none. */
  int poll(long nowTick) {
    start(nowTick);
    if (nowTick - cursor > TICKS) {
      cursor = nowTick - TICKS;
    }
    while (true) {
      int item = heads[(int) cursor & TICKS - 1];
      if (item != NONE) {
        remove(item);
        return item;
      }
      if (cursor >= nowTick) {
        return NONE;
      }
      cursor++;
    }
  }

  private void reserve(int item) {
    int old = next.length;
    if (item >= old) {
      int length = Math.max(1024, Math.max(item + 1, old * 2));
      next = Arrays.copyOf(next, length);
      previous = Arrays.copyOf(previous, length);
      Arrays.fill(previous, old, length, NOT_LINKED);
    }
  }
}
