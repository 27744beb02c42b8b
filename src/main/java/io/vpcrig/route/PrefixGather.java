package io.vpcrig.route;

import java.nio.ByteOrder;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The first read of {@link PrefixTable}'s batch lookup by vector gathers; the loop in {@code
 * PrefixTable} is its twin. Touched only where the Vector API is loaded.
 */
final class PrefixGather {
  private static final VectorSpecies<Integer> LANES = IntVector.SPECIES_PREFERRED;

  /** Which half of an int the entry of an odd index is; bit 8 of an address makes its index odd. */
  private static final boolean ODD_IS_LOW = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN;

  private PrefixGather() {}

  /** As {@link PrefixTable#readFirst}. */
  static int readFirst(int[] words, int[] addresses, int from, int count, int[] entries) {
    int whole = LANES.loopBound(count);
    int seen = 0;
    for (int i = 0; i < whole; i += LANES.length()) {
      IntVector address = IntVector.fromArray(LANES, addresses, from + i);
      // Gathers take their indices from an array: the one the entries will replace.
      address.lanewise(VectorOperators.LSHR, 9).intoArray(entries, i);
      IntVector pairs = IntVector.fromArray(LANES, words, 0, entries, i);
      IntVector half = ODD_IS_LOW ? address : address.not();
      IntVector up = half.lanewise(VectorOperators.LSHR, 4).and(16);
      IntVector entry = pairs.lanewise(VectorOperators.LSHL, up).lanewise(VectorOperators.ASHR, 16);
      entry.intoArray(entries, i);
      if (entry.lt(0).anyTrue()) {
        // Not by OR in a vector that lives from turn to turn: that one may be put on the heap.
        seen = -1;
      }
    }
    return PrefixTable.readFirst(words, addresses, from, whole, count, entries) | seen;
  }
}
