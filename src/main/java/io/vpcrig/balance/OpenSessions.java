package io.vpcrig.balance;

import java.util.Arrays;

/**
 * Balanced sessions that are open, with a moment for each at which to look whether it is over: a
 * binary heap that knows where in it each session is. One thread.
 *
 * <p>The table of sessions ends them some time after they are over, which depends on what else is
 * in it; counts must not. So each choice takes off first what is over by then.
 */
final class OpenSessions {
  private static final int NONE = -1;

  private int[] session = new int[16];
  private long[] dueNs = new long[16];

  /** Place of a session in the heap, by its number; NONE if it is not open. */
  private int[] place = {};

  private int size;

  boolean isOpen(int number) {
    return number < place.length && place[number] != NONE;
  }

  int size() {
    return size;
  }

  /** The session to be looked at next. */
  int first() {
    return session[0];
  }

  long firstDueNs() {
    return size == 0 ? Long.MAX_VALUE : dueNs[0];
  }

  void add(int number, long due) {
    if (number >= place.length) {
      int old = place.length;
      place = Arrays.copyOf(place, Math.max(64, Integer.highestOneBit(number) << 1));
      Arrays.fill(place, old, place.length, NONE);
    }
    if (size == session.length) {
      session = Arrays.copyOf(session, 2 * size);
      dueNs = Arrays.copyOf(dueNs, 2 * size);
    }
    rise(size++, number, due);
  }

  void remove(int number) {
    int hole = place[number];
    place[number] = NONE;
    size--;
    if (hole != size) {
      put(hole, session[size], dueNs[size]);
    }
  }

  /** Makes all of them due at once. */
  void lookAtAll() {
    Arrays.fill(dueNs, 0, size, Long.MIN_VALUE);
  }

  /** Looks at the first one again later. */
  void postpone(long due) {
    put(0, session[0], due);
  }

  /** Writes a session into a place that is free, or up or down from there. */
  private void put(int hole, int number, long due) {
    if (hole > 0 && dueNs[(hole - 1) / 2] > due) {
      rise(hole, number, due);
    } else {
      sink(hole, number, due);
    }
  }

  private void rise(int from, int number, long due) {
    int hole = from;
    while (hole > 0 && dueNs[(hole - 1) / 2] > due) {
      set(hole, session[(hole - 1) / 2], dueNs[(hole - 1) / 2]);
      hole = (hole - 1) / 2;
    }
    set(hole, number, due);
  }

  private void sink(int from, int number, long due) {
    int hole = from;
    while (2 * hole + 1 < size) {
      int child = 2 * hole + 1;
      if (child + 1 < size && dueNs[child + 1] < dueNs[child]) {
        child++;
      }
      if (dueNs[child] >= due) {
        break;
      }
      set(hole, session[child], dueNs[child]);
      hole = child;
    }
    set(hole, number, due);
  }

  private void set(int at, int number, long due) {
    session[at] = number;
    dueNs[at] = due;
    place[number] = at;
  }
}
