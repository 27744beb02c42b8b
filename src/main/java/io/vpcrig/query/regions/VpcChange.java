package io.vpcrig.query.regions;

import io.vpcrig.symbolic.HeaderSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Headers that two VPCs treat differently, each on one ground.
 *
 * @param before the region of the one VPC that they are part of
 * @param after likewise of the other
 * @param headers never empty
 */
public record VpcChange(Region before, Region after, HeaderSet headers) {
  /** What a change means to whoever sends such packets. */
  public enum Kind {
    /** What was dropped no longer is. */
    ALLOWED,
    /** What is dropped was not. */
    DENIED,
    /** It passes as it did, but elsewhere, or otherwise translated. */
    OTHERWISE
  }

  /** What people see as one change: for the same reasons, and where it passes, the same way. */
  private record Likeness(Kind kind, Ground before, Ground after, List<Effect> effects) {}

  /** Puts changes together that are alike; none of the lists is empty. */
  public static List<List<VpcChange>> alike(List<VpcChange> changes) {
    return List.copyOf(
        changes.stream()
            .collect(
                Collectors.groupingBy(VpcChange::likeness, LinkedHashMap::new, Collectors.toList()))
            .values());
  }

  private Likeness likeness() {
    return new Likeness(
        kind(),
        before.ground(),
        after.ground(),
        kind() == Kind.OTHERWISE ? List.of(before.effect(), after.effect()) : List.of());
  }

  /** The headers of changes, at least one. */
  public static HeaderSet union(List<VpcChange> changes) {
    return changes.stream().map(VpcChange::headers).reduce(HeaderSet::or).orElseThrow();
  }

  public Kind kind() {
    if (before.effect().isDrop()) {
      return Kind.ALLOWED;
    }
    return after.effect().isDrop() ? Kind.DENIED : Kind.OTHERWISE;
  }

  /** Whether a load balancer chooses in either VPC, so that what differs may not show at once. */
  boolean isBalanced() {
    return before.effect().pool().isPresent() || after.effect().pool().isPresent();
  }
}
