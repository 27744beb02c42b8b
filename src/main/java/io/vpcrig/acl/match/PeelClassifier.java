package io.vpcrig.acl.match;

import io.vpcrig.acl.TakenApart;
import java.util.List;

/** The best of three: the core's cross product, the source's list, the destination's list. */
final class PeelClassifier implements TakenApart {
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
    int s = source.table().find(from);
    int d = destination.table().find(to);
    int best = core.find(source.classes()[s], destination.classes()[d], ports, protocol) - 1;
    best = source.lists().find(source.lists().start(s), to, ports, protocol, best);
    return destination.lists().find(destination.lists().start(d), from, ports, protocol, best);
  }

  @Override
  public List<Part> parts() {
    AddressRanges from = source.table().ranges();
    AddressRanges to = destination.table().ranges();
    return List.of(
        new TableOf(from.mapped(source.classes()), to.mapped(destination.classes()), core),
        (Boxes) reader -> source.lists().each(from, true, reader),
        (Boxes) reader -> destination.lists().each(to, false, reader));
  }

  PeelCompiler.Side source() {
    return source;
  }

  PeelCompiler.Side destination() {
    return destination;
  }

  CrossProduct core() {
    return core;
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
        core.services().count(),
        source.lists().memoryBytes() + destination.lists().memoryBytes(),
        memoryBytes());
  }
}
