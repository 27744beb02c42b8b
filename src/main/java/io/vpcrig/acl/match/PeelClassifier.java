package io.vpcrig.acl.match;

import io.vpcrig.acl.Classifier;

/** The best of three: the core's cross product, the source's list, the destination's list. */
final class PeelClassifier implements Classifier {
  private final int rules;
  private final PeelCompiler.Side source;
  private final PeelCompiler.Side destination;
  private final CrossProduct core;

  PeelClassifier(
      int rules, PeelCompiler.Side source, PeelCompiler.Side destination, CrossProduct core) {
    this.rules = rules;
    this.source = source;
    this.destination = destination;
    this.core = core;
  }

  @Override
  public String name() {
    return "peel";
  }

  @Override
  public int classify(int from, int to, int ports, int protocol) {
    int s = source.table().find(from) << 1;
    int d = destination.table().find(to) << 1;
    int[] sourceClasses = source.classes();
    int[] destinationClasses = destination.classes();
    int best = core.find(sourceClasses[s], destinationClasses[d], ports, protocol);
    if (best == CrossProduct.NO_RULE) {
      best = Integer.MAX_VALUE;
    }
    best = source.lists().find(sourceClasses[s + 1], to, ports, protocol, best);
    best = destination.lists().find(destinationClasses[d + 1], from, ports, protocol, best);
    return best == Integer.MAX_VALUE ? NONE : best - 1;
  }

  @Override
  public long memoryBytes() {
    return source.memoryBytes() + destination.memoryBytes() + core.memoryBytes();
  }

  @Override
  public String toString() {
    return String.format(
        "%s: %d rules, %d rows of %d services, %d bytes of lists, %d bytes",
        name(),
        rules,
        core.rows(),
        core.serviceClasses(),
        source.lists().memoryBytes() + destination.lists().memoryBytes(),
        memoryBytes());
  }
}
