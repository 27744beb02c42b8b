package io.vpcrig.acl.match;

import java.util.Arrays;

/** Recursive flow classification, a vector of headers at a time. */
final class RfcVectorClassifier extends VectorClassifier {
  private final RfcClassifier twin;

  RfcVectorClassifier(RfcClassifier twin) {
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
    Gather.services(twin.product().services(), ports, protocol, from, count, scratch.services);
    Arrays.fill(result, from, from + count, NONE);
    Gather.improve(
        twin.product(),
        scratch.sources,
        scratch.destinations,
        scratch.services,
        scratch.indexes,
        from,
        count,
        result);
  }
}
