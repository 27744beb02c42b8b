package io.vpcrig.acl.match;

import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.UMIN;

import io.vpcrig.frame.VectorUnit;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The steps of a look-up, each for a whole batch, as many headers at a time as a vector has lanes:
 * the vector twins of {@link AddressTable#find}, {@link ServiceTable#find} and {@link
 * CrossProduct#find}. Batches are a multiple of {@link #LANES} long.
 *
 * <p>Gathers take their indexes from memory; a header's place in the output is the room for them
 * until the number that belongs there is known. The loops hold all of their work and call nothing
 * of ours: a method that the compiler has compiled before and finds too long to inline would pass
 * its vectors as objects (384 bytes allocated for 8 headers, and a tenth of the speed). One loop
 * for the whole look-up took twice as long as these.
 */
final class Gather {
  static final VectorSpecies<Integer> SPECIES =
      VectorUnit.lanes() >= 16 ? IntVector.SPECIES_512 : IntVector.SPECIES_256;
  static final int LANES = SPECIES.length();

  private Gather() {}

  /** Classes of addresses {@code [from, from + count)}, to {@code classes[0 .. count-1]}. */
  static void addresses(AddressTable table, int[] addresses, int from, int count, int[] classes) {
    int[] root = table.root();
    int[] middle = table.middle();
    int[] last = table.last();
    for (int i = 0; i < count; i += LANES) {
      IntVector address = IntVector.fromArray(SPECIES, addresses, from + i);
      address.lanewise(LSHR, 16).intoArray(classes, i);
      IntVector entry = IntVector.fromArray(SPECIES, root, 0, classes, i);
      entry
          .lanewise(LSHR, 8)
          .add(address.lanewise(LSHR, 8).and(entry).and(0xff))
          .intoArray(classes, i);
      entry = IntVector.fromArray(SPECIES, middle, 0, classes, i);
      entry.lanewise(LSHR, 8).add(address.and(entry).and(0xff)).intoArray(classes, i);
      IntVector.fromArray(SPECIES, last, 0, classes, i).intoArray(classes, i);
    }
  }

  /** Classes of ports and protocols, likewise. */
  static void services(
      ServiceTable table, int[] ports, int[] protocols, int from, int count, int[] classes) {
    int[] ofProtocol = table.ofProtocol();
    boolean sourcePortsCount = table.sourcePortsCount();
    int protocolClasses = table.protocolClasses();
    Cells ofSource = table.ofSourcePort();
    int[] sourceWords = ofSource.words();
    Cells ofDestination = table.ofDestinationPort();
    int[] destinationWords = ofDestination.words();
    int width = table.destinationClasses();
    Cells grid = table.grid();
    int[] gridWords = grid.words();
    for (int i = 0; i < count; i += LANES) {
      IntVector port = IntVector.fromArray(SPECIES, ports, from + i);
      IntVector head = IntVector.fromArray(SPECIES, ofProtocol, 0, protocols, from + i);
      IntVector at;
      if (sourcePortsCount) {
        at = port.lanewise(LSHR, 16);
        at.lanewise(LSHR, ofSource.shift()).intoArray(classes, i);
        head =
            IntVector.fromArray(SPECIES, sourceWords, 0, classes, i)
                .lanewise(LSHR, at.and(ofSource.shift()).lanewise(LSHL, 4))
                .and(ofSource.mask())
                .mul(protocolClasses)
                .add(head);
      }
      at = port.and(0xffff);
      at.lanewise(LSHR, ofDestination.shift()).intoArray(classes, i);
      at =
          IntVector.fromArray(SPECIES, destinationWords, 0, classes, i)
              .lanewise(LSHR, at.and(ofDestination.shift()).lanewise(LSHL, 4))
              .and(ofDestination.mask())
              .add(head.mul(width));
      at.lanewise(LSHR, grid.shift()).intoArray(classes, i);
      IntVector.fromArray(SPECIES, gridWords, 0, classes, i)
          .lanewise(LSHR, at.and(grid.shift()).lanewise(LSHL, 4))
          .and(grid.mask())
          .intoArray(classes, i);
    }
  }

  /** Classes that nodes stand for. */
  static void classes(int[] ofNode, int[] nodes, int count, int[] classes) {
    for (int i = 0; i < count; i += LANES) {
      IntVector.fromArray(SPECIES, ofNode, 0, nodes, i).intoArray(classes, i);
    }
  }

  /**
   * Improves {@code result[from .. from+count-1]}, positions of rules or -1 for none, by what a
   * product holds.
   *
   * @param scratch room for {@code count} numbers
   */
  static void improve(
      CrossProduct product,
      int[] sources,
      int[] destinations,
      int[] services,
      int[] scratch,
      int from,
      int count,
      int[] result) {
    int width = product.destinations();
    Cells pairs = product.pairs();
    int[] pairWords = pairs.words();
    int pagesOfRow = product.pagesOfRow();
    Cells pages = product.pages();
    int[] pageWords = pages.words();
    Cells answers = product.answers();
    int[] answerWords = answers.words();
    for (int i = 0; i < count; i += LANES) {
      IntVector service = IntVector.fromArray(SPECIES, services, i);
      IntVector at =
          IntVector.fromArray(SPECIES, sources, i)
              .mul(width)
              .add(IntVector.fromArray(SPECIES, destinations, i));
      at.lanewise(LSHR, pairs.shift()).intoArray(scratch, i);
      at =
          IntVector.fromArray(SPECIES, pairWords, 0, scratch, i)
              .lanewise(LSHR, at.and(pairs.shift()).lanewise(LSHL, 4))
              .and(pairs.mask())
              .mul(pagesOfRow)
              .add(service.lanewise(LSHR, CrossProduct.PAGE_SHIFT));
      at.lanewise(LSHR, pages.shift()).intoArray(scratch, i);
      at =
          IntVector.fromArray(SPECIES, pageWords, 0, scratch, i)
              .lanewise(LSHR, at.and(pages.shift()).lanewise(LSHL, 4))
              .and(pages.mask())
              .lanewise(LSHL, CrossProduct.PAGE_SHIFT)
              .or(service.and(CrossProduct.PAGE - 1));
      at.lanewise(LSHR, answers.shift()).intoArray(scratch, i);
      // None is the largest number there is, taken without its sign.
      IntVector.fromArray(SPECIES, answerWords, 0, scratch, i)
          .lanewise(LSHR, at.and(answers.shift()).lanewise(LSHL, 4))
          .and(answers.mask())
          .sub(1)
          .lanewise(UMIN, IntVector.fromArray(SPECIES, result, from + i))
          .intoArray(result, from + i);
    }
  }
}
