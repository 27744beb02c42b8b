package io.vpcrig.acl.match;

import java.util.Arrays;

/** The best of the core and of both lists, a vector of headers at a time. */
final class PeelVectorClassifier extends VectorClassifier {
  private final PeelClassifier twin;

  PeelVectorClassifier(PeelClassifier twin) {
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
    PeelCompiler.Side sources = twin.source();
    PeelCompiler.Side destinations = twin.destination();
    GatherRanges.addresses(sources.table(), source, from, count, scratch.sources);
    GatherRanges.addresses(destinations.table(), destination, from, count, scratch.destinations);
    Gather.services(twin.core().services(), ports, protocol, from, count, scratch.services);
    Arrays.fill(result, from, from + count, NONE);
    Gather.classes(sources.classes(), scratch.sources, count, scratch.sourceClasses);
    Gather.classes(destinations.classes(), scratch.destinations, count, scratch.destinationClasses);
    Gather.improve(
        twin.core(),
        scratch.sourceClasses,
        scratch.destinationClasses,
        scratch.services,
        scratch.indexes,
        from,
        count,
        result);
    GatherRanges.candidates(
        sources.lists(),
        scratch.sources,
        destination,
        ports,
        protocol,
        scratch.indexes,
        from,
        count,
        result);
    GatherRanges.candidates(
        destinations.lists(),
        scratch.destinations,
        source,
        ports,
        protocol,
        scratch.indexes,
        from,
        count,
        result);
  }
}
