package io.vpcrig.session;

import java.util.Arrays;

/**
 * Items by the tick they fall due, one list per tick, {@link #TICKS} ticks round. An item further
 * ahead than one round waits at the far end and is handed out early; the owner looks and puts it
 * back. Thread: the owner's. Takes eight bytes an item, touched when the item is first added.
 *
 * <pre>
 *   item, 8 bytes: | next item | item before, the complement of the bucket for the first, or NOT_LINKED |
 * </pre>
 */
final class TimerWheel implements AutoCloseable {
  static final int NONE = -1;

  /** Ticks in one round. */
  static final int TICKS = 1024;

  private static final int NOT_LINKED = Integer.MIN_VALUE;

  private final int[] heads = new int[TICKS];
  private final OffHeap links;
  private long cursor;
  private boolean started;

  /**
   * @param items items 0..items-1 exist
   */
  TimerWheel(int items) {
    links = new OffHeap(items << 3);
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
    long at = Math.clamp(tick, cursor + 1, cursor + TICKS - 1);
    int bucket = (int) at & TICKS - 1;
    int first = heads[bucket];
    links.putInt(item << 3, first);
    setBefore(item, ~bucket);
    if (first != NONE) {
      setBefore(first, item);
    }
    heads[bucket] = item;
  }

  /** Takes an item that was added before out if it is still in. */
  void remove(int item) {
    int before = links.getInt((item << 3) + 4);
    if (before == NOT_LINKED) {
      return;
    }
    int after = links.getInt(item << 3);
    if (before < 0) {
      heads[~before] = after;
    } else {
      links.putInt(before << 3, after);
    }
    if (after != NONE) {
      setBefore(after, before);
    }
    setBefore(item, NOT_LINKED);
  }

  private void setBefore(int item, int before) {
    links.putInt((item << 3) + 4, before);
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

  @Override
  public void close() {
    links.close();
  }
}
