package io.vpcrig.acl.match;

import io.vpcrig.acl.TakenApart.AddressRanges;
import java.util.function.IntUnaryOperator;
import org.agrona.collections.IntArrayList;

/** Puts ranges of addresses one behind the other, and joins those of one class. */
final class RangeGather {
  private static final int BROKEN = -1;

  /** Sound tables begin fewer; those that are not may have leaves that repeat everywhere. */
  private static final int MOST = 1 << 26;

  private final IntArrayList firsts = new IntArrayList();
  private final IntArrayList classes = new IntArrayList();
  private int begun;

  /**
   * From {@code first} on, until the next, addresses are of the class that is found for it.
   *
   * @throws IllegalStateException if there are too many
   */
  void begin(int first, IntUnaryOperator find) {
    if (++begun > MOST) {
      throw new IllegalStateException("more than " + MOST + " ranges of addresses");
    }
    int number = number(first, find);
    if (classes.isEmpty() || classes.getInt(classes.size() - 1) != number) {
      firsts.addInt(first);
      classes.addInt(number);
    }
  }

  private static int number(int address, IntUnaryOperator find) {
    try {
      return Math.max(BROKEN, find.applyAsInt(address));
    } catch (IndexOutOfBoundsException e) {
      return BROKEN;
    }
  }

  AddressRanges ranges() {
    return new AddressRanges(firsts.toIntArray(), classes.toIntArray());
  }
}
