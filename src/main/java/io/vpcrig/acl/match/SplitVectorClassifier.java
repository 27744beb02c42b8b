package io.vpcrig.acl.match;

import java.util.Arrays;

/** The best answer of several cross products, a vector of headers at a time. */
final class SplitVectorClassifier extends VectorClassifier {
  private final SplitClassifier twin;

  SplitVectorClassifier(SplitClassifier twin) {
    super(twin);
    this.twin = twin;
  }

  @Override
  void classifyRun(
      int[] source,
      int[] destination,
      int[] ports,
      int[] protocol,
      int from,
      int count,
      int[] result) {
    Scratch scratch = Scratch.own();
    Gather.addresses(twin.sources(), source, from, count, scratch.sources);
    Gather.addresses(twin.destinations(), destination, from, count, scratch.destinations);
    Gather.services(twin.services(), ports, protocol, from, count, scratch.services);
    Arrays.fill(result, from, from + count, NONE);
    for (SplitClassifier.Part part : twin.products()) {
      Gather.classes(part.sources(), scratch.sources, count, scratch.sourceClasses);
      Gather.classes(part.destinations(), scratch.destinations, count, scratch.destinationClasses);
      Gather.improve(
          part.product(),
          scratch.sourceClasses,
          scratch.destinationClasses,
          scratch.services,
          scratch.indexes,
          from,
          count,
          result);
    }
  }
}
