package io.vpcrig.query.regions;

import io.vpcrig.model.LoadBalancer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How a member of a load balancer is chosen. Which one it is depends on the connections before; two
 * pools that are equal choose the same after the same connections.
 *
 * @param members in order of mention; those without weight take no first connection
 */
public record Pool(
    List<Member> members,
    int toPort,
    LoadBalancer.Algorithm algorithm,
    Optional<LoadBalancer.Stickiness> stickiness,
    Optional<LoadBalancer.Health> health) {
  public Pool {
    members = List.copyOf(members);
  }

  /** A member's address and its share. */
  public record Member(int address, int weight) {}

  static Pool of(LoadBalancer balancer) {
    return new Pool(
        balancer.members().stream()
            .map(member -> new Member(member.host().address(), member.weight()))
            .toList(),
        balancer.toPort(),
        balancer.algorithm(),
        balancer.stickiness(),
        balancer.health());
  }

  /** The one member that takes connections and is never taken out; empty if there is a choice. */
  Optional<Integer> only() {
    Set<Integer> takers = takers();
    return takers.size() == 1 && health.isEmpty()
        ? Optional.of(takers.iterator().next())
        : Optional.empty();
  }

  /** Addresses of the members that a new client's connection may go to. */
  public Set<Integer> takers() {
    return members.stream()
        .filter(member -> member.weight() > 0)
        .map(Member::address)
        .collect(Collectors.toSet());
  }
}
