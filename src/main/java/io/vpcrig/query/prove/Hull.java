package io.vpcrig.query.prove;

import java.util.Arrays;

/** The smallest and the largest value that each of some classes was seen with. */
final class Hull {
  private final long[] first;
  private final long[] last;

  Hull(int classes) {
    first = new long[classes];
    last = new long[classes];
    Arrays.fill(first, Long.MAX_VALUE);
    Arrays.fill(last, -1);
  }

  void add(int number, long from, long to) {
    first[number] = Math.min(first[number], from);
    last[number] = Math.max(last[number], to);
  }

  /** Adds what a class of another hull was seen with. */
  void add(int number, Hull other, int of) {
    add(number, other.first[of], other.last[of]);
  }

  boolean isEmpty(int number) {
    return last[number] < 0;
  }

  boolean isWithin(int number, long from, long to) {
    return first[number] >= from && last[number] <= to;
  }
}
