package io.vpcrig.acl.match;

import io.vpcrig.acl.TakenApart.AddressRanges;
import org.agrona.collections.IntArrayList;

/** Puts ranges of addresses one behind the other, and joins those of one class. */
final class RangeGather {
  private final IntArrayList firsts = new IntArrayList();
  private final IntArrayList classes = new IntArrayList();

  /** From {@code first} on, until the next, addresses are of this class. */
  void begin(int first, int number) {
    if (classes.isEmpty() || classes.getInt(classes.size() - 1) != number) {
      firsts.addInt(first);
      classes.addInt(number);
    }
  }

  AddressRanges ranges() {
    return new AddressRanges(firsts.toIntArray(), classes.toIntArray());
  }
}
