package io.vpcrig.acl.match;

import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import io.vpcrig.acl.Classifier;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Recursive flow classification, as many headers at a time as a vector has lanes. Headers that do
 * not stand side by side in the columns, and single ones, go to the scalar twin.
 *
 * <p>Gathers take their indexes from memory; the header's place in the result is the room for them
 * until the answer is there. The loops hold all of their work and call nothing of ours: a method
 * that the compiler has compiled before and finds too long to inline would pass its vectors as
 * objects (384 bytes allocated for 8 headers, and a tenth of the speed).
 */
final class RfcVectorClassifier implements Classifier {
  private static final VectorSpecies<Integer> SPECIES = IntVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  private final RfcClassifier twin;

  RfcVectorClassifier(RfcClassifier twin) {
    this.twin = twin;
  }

  @Override
  public String name() {
    return twin.name();
  }

  @Override
  public int classify(int source, int destination, int ports, int protocol) {
    return twin.classify(source, destination, ports, protocol);
  }

  @Override
  public void classify(
      int[] source,
      int[] destination,
      int[] ports,
      int[] protocol,
      int[] live,
      int liveCount,
      int[] result) {
    int vectors = liveCount / LANES * LANES;
    if (vectors == 0 || !isRun(live, vectors)) {
      vectors = 0;
    } else {
      int from = live[0];
      findPairs(source, destination, from, from + vectors, result);
      findServices(ports, protocol, from, from + vectors, result);
      findAnswers(from, from + vectors, result);
    }
    for (int k = vectors; k < liveCount; k++) {
      int i = live[k];
      result[i] = twin.classify(source[i], destination[i], ports[i], protocol[i]);
    }
  }

  /** Whether the first entries of {@code live} count up by ones. */
  private static boolean isRun(int[] live, int count) {
    int first = live[0];
    int differ = 0;
    for (int k = 1; k < count; k++) {
      differ |= live[k] ^ first + k;
    }
    return differ == 0;
  }

  /**
   * {@link AddressTable#find} of both addresses; the result is an index of {@link
   * CrossProduct#pairs}.
   */
  private void findPairs(int[] source, int[] destination, int from, int to, int[] result) {
    int[] sourceRoot = twin.sources().root();
    int[] sourceMiddle = twin.sources().middle();
    int[] sourceLast = twin.sources().last();
    int[] destinationRoot = twin.destinations().root();
    int[] destinationMiddle = twin.destinations().middle();
    int[] destinationLast = twin.destinations().last();
    int width = twin.product().destinations();
    for (int i = from; i < to; i += LANES) {
      IntVector address = IntVector.fromArray(SPECIES, source, i);
      address.lanewise(LSHR, 16).intoArray(result, i);
      IntVector entry = IntVector.fromArray(SPECIES, sourceRoot, 0, result, i);
      entry
          .lanewise(LSHR, 8)
          .add(address.lanewise(LSHR, 8).and(entry).and(0xff))
          .intoArray(result, i);
      entry = IntVector.fromArray(SPECIES, sourceMiddle, 0, result, i);
      entry.lanewise(LSHR, 8).add(address.and(entry).and(0xff)).intoArray(result, i);
      IntVector row = IntVector.fromArray(SPECIES, sourceLast, 0, result, i).mul(width);

      address = IntVector.fromArray(SPECIES, destination, i);
      address.lanewise(LSHR, 16).intoArray(result, i);
      entry = IntVector.fromArray(SPECIES, destinationRoot, 0, result, i);
      entry
          .lanewise(LSHR, 8)
          .add(address.lanewise(LSHR, 8).and(entry).and(0xff))
          .intoArray(result, i);
      entry = IntVector.fromArray(SPECIES, destinationMiddle, 0, result, i);
      entry.lanewise(LSHR, 8).add(address.and(entry).and(0xff)).intoArray(result, i);
      IntVector.fromArray(SPECIES, destinationLast, 0, result, i).add(row).intoArray(result, i);
    }
  }

  /** {@link ServiceTable#find}; the result is an index of {@link CrossProduct#answers}. */
  private void findServices(int[] ports, int[] protocol, int from, int to, int[] result) {
    Cells pairs = twin.product().pairs();
    int[] pairWords = pairs.words();
    int serviceClasses = twin.product().serviceClasses();
    ServiceTable services = twin.product().services();
    int[] ofProtocol = services.ofProtocol();
    boolean sourcePortsCount = services.sourcePortsCount();
    Cells ofSource = services.ofSourcePort();
    int[] sourceWords = ofSource.words();
    Cells ofDestination = services.ofDestinationPort();
    int[] destinationWords = ofDestination.words();
    Cells grid = services.grid();
    int[] gridWords = grid.words();
    for (int i = from; i < to; i += LANES) {
      IntVector at = IntVector.fromArray(SPECIES, result, i);
      at.lanewise(LSHR, pairs.shift()).intoArray(result, i);
      IntVector row =
          IntVector.fromArray(SPECIES, pairWords, 0, result, i)
              .lanewise(LSHR, at.and(pairs.shift()).lanewise(LSHL, 4))
              .and(pairs.mask())
              .mul(serviceClasses);

      IntVector port = IntVector.fromArray(SPECIES, ports, i);
      IntVector head = IntVector.fromArray(SPECIES, ofProtocol, 0, protocol, i);
      if (sourcePortsCount) {
        at = port.lanewise(LSHR, 16);
        at.lanewise(LSHR, ofSource.shift()).intoArray(result, i);
        head =
            IntVector.fromArray(SPECIES, sourceWords, 0, result, i)
                .lanewise(LSHR, at.and(ofSource.shift()).lanewise(LSHL, 4))
                .and(ofSource.mask())
                .mul(services.protocolClasses())
                .add(head);
      }
      at = port.and(0xffff);
      at.lanewise(LSHR, ofDestination.shift()).intoArray(result, i);
      at =
          IntVector.fromArray(SPECIES, destinationWords, 0, result, i)
              .lanewise(LSHR, at.and(ofDestination.shift()).lanewise(LSHL, 4))
              .and(ofDestination.mask())
              .add(head.mul(services.destinationClasses()));
      at.lanewise(LSHR, grid.shift()).intoArray(result, i);
      IntVector.fromArray(SPECIES, gridWords, 0, result, i)
          .lanewise(LSHR, at.and(grid.shift()).lanewise(LSHL, 4))
          .and(grid.mask())
          .add(row)
          .intoArray(result, i);
    }
  }

  /** From indexes of {@link CrossProduct#answers} to answers. */
  private void findAnswers(int from, int to, int[] result) {
    Cells answers = twin.product().answers();
    int[] words = answers.words();
    for (int i = from; i < to; i += LANES) {
      IntVector at = IntVector.fromArray(SPECIES, result, i);
      at.lanewise(LSHR, answers.shift()).intoArray(result, i);
      IntVector.fromArray(SPECIES, words, 0, result, i)
          .lanewise(LSHR, at.and(answers.shift()).lanewise(LSHL, 4))
          .and(answers.mask())
          .sub(1)
          .intoArray(result, i);
    }
  }

  @Override
  public long memoryBytes() {
    return twin.memoryBytes();
  }

  @Override
  public String toString() {
    return twin + ", " + LANES + " lanes";
  }
}
