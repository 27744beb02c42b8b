package io.vpcrig.acl.match;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.ULT;
import static jdk.incubator.vector.VectorOperators.XOR;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * As {@link Gather}, and written as it is: the vector twins of {@link RangeTable#find} and {@link
 * CandidateLists#find}.
 */
final class GatherRanges {
  private static final VectorSpecies<Integer> SPECIES = Gather.SPECIES;

  private GatherRanges() {}

  /** Classes of addresses {@code [from, from + count)}, to {@code classes[0 .. count-1]}. */
  static void addresses(RangeTable table, int[] addresses, int from, int count, int[] classes) {
    int[] root = table.root();
    int[] middle = table.middle();
    int[] leaves = table.leaves();
    int[] last = table.last();
    for (int i = 0; i < count; i += Gather.LANES) {
      IntVector address = IntVector.fromArray(SPECIES, addresses, from + i);
      address.lanewise(LSHR, 16).intoArray(classes, i);
      IntVector entry = IntVector.fromArray(SPECIES, root, 0, classes, i);
      entry
          .lanewise(LSHR, 8)
          .add(address.lanewise(LSHR, 8).and(entry).and(0xff))
          .intoArray(classes, i);
      IntVector at = IntVector.fromArray(SPECIES, middle, 0, classes, i);
      // The sign of (first - low - 1) is set where the range begins at or before the address.
      IntVector low = address.and(0xffff).add(1);
      at.intoArray(classes, i);
      at =
          at.add(
              IntVector.fromArray(SPECIES, leaves, 4, classes, i)
                  .sub(low)
                  .lanewise(ASHR, 31)
                  .and(4));
      at.intoArray(classes, i);
      at =
          at.add(
              IntVector.fromArray(SPECIES, leaves, 2, classes, i)
                  .sub(low)
                  .lanewise(ASHR, 31)
                  .and(2));
      at.intoArray(classes, i);
      at = at.sub(IntVector.fromArray(SPECIES, leaves, 1, classes, i).sub(low).lanewise(ASHR, 31));
      at.intoArray(classes, i);
      entry = IntVector.fromArray(SPECIES, leaves, RangeTable.RANGES, classes, i);
      entry.lanewise(LSHR, 8).add(address.and(entry).and(0xff)).intoArray(classes, i);
      IntVector.fromArray(SPECIES, last, 0, classes, i).intoArray(classes, i);
    }
  }

  /**
   * Improves {@code result[from .. from+count-1]} by what the lists of nodes hold.
   *
   * @param others the address that did not choose the list
   * @param scratch room for {@code count} numbers
   */
  static void candidates(
      CandidateLists lists,
      int[] nodes,
      int[] others,
      int[] ports,
      int[] protocols,
      int[] scratch,
      int from,
      int count,
      int[] result) {
    int[] starts = lists.starts();
    int[] records = lists.records();
    for (int i = 0; i < count; i += Gather.LANES) {
      IntVector at = IntVector.fromArray(SPECIES, starts, 0, nodes, i);
      IntVector best = IntVector.fromArray(SPECIES, result, from + i);
      IntVector other = IntVector.fromArray(SPECIES, others, from + i);
      IntVector protocol = IntVector.fromArray(SPECIES, protocols, from + i);
      IntVector port = IntVector.fromArray(SPECIES, ports, from + i);
      IntVector source = port.lanewise(LSHR, 16);
      IntVector destination = port.and(0xffff);
      at.intoArray(scratch, i);
      IntVector position =
          IntVector.fromArray(SPECIES, records, CandidateLists.POSITION, scratch, i);
      VectorMask<Integer> better = position.compare(ULT, best);
      while (better.anyTrue()) {
        IntVector protocolRule =
            IntVector.fromArray(SPECIES, records, CandidateLists.PROTOCOL, scratch, i);
        IntVector sources =
            IntVector.fromArray(SPECIES, records, CandidateLists.SOURCE_PORTS, scratch, i);
        IntVector destinations =
            IntVector.fromArray(SPECIES, records, CandidateLists.DESTINATION_PORTS, scratch, i);
        IntVector differ =
            IntVector.fromArray(SPECIES, records, CandidateLists.ADDRESS, scratch, i)
                .lanewise(XOR, other)
                .and(IntVector.fromArray(SPECIES, records, CandidateLists.MASK, scratch, i))
                .or(protocolRule.lanewise(XOR, protocol).and(protocolRule.lanewise(LSHR, 8)));
        IntVector outside =
            source
                .sub(sources.lanewise(LSHR, 16))
                .or(sources.and(0xffff).sub(source))
                .or(destination.sub(destinations.lanewise(LSHR, 16)))
                .or(destinations.and(0xffff).sub(destination))
                .lanewise(ASHR, 31);
        VectorMask<Integer> matches = differ.or(outside).eq(0).and(better);
        best = best.blend(position, matches);
        at = at.add(CandidateLists.RECORD);
        better = better.andNot(matches);
        // Lanes that are done read the first record; they must not run off the last list.
        IntVector.zero(SPECIES).blend(at, better).intoArray(scratch, i);
        position = IntVector.fromArray(SPECIES, records, CandidateLists.POSITION, scratch, i);
        better = better.and(position.compare(ULT, best));
      }
      best.intoArray(result, from + i);
    }
  }
}
