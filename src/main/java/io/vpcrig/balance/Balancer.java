package io.vpcrig.balance;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.LoadBalancer;
import io.vpcrig.model.LoadBalancer.Algorithm;

/** One load balancer, compiled. Immutable; any thread. */
public final class Balancer {
  final String name;
  final Algorithm algorithm;
  final boolean balanced;
  final boolean internal;
  final int segment;
  final int toPort;
  final Cidr tier;
  final int front;
  final boolean keepsClient;

  /** Clients it serves; none: all. */
  final Cidr[] sources;

  /** Members in order of mention. */
  final int[] address;

  final int[] weight;

  /** Members by {@link Maglev}; null for other algorithms and where no member has a weight. */
  final short[] maglev;

  /** Clients remembered; 0: it is not sticky. */
  final int stickySize;

  final long stickyNs;

  /** Failures in a row that take a member out; 0: none do. */
  final int fails;

  final long silentNs;
  final long downNs;

  /**
   * @param balanced whether the router balances it at all
   * @param segment index of the members' tier
   * @param tier its subnet
   * @param front what members see instead of the client
   */
  Balancer(LoadBalancer model, boolean balanced, int segment, Cidr tier, int front) {
    this.name = model.name();
    this.algorithm = model.algorithm();
    this.balanced = balanced;
    this.internal = model.internal();
    this.segment = segment;
    this.toPort = model.toPort();
    this.tier = tier;
    this.front = front;
    this.keepsClient = model.keepsClient();
    sources = model.sources().toArray(Cidr[]::new);
    address = model.members().stream().mapToInt(member -> member.host().address()).toArray();
    weight = model.members().stream().mapToInt(LoadBalancer.Member::weight).toArray();
    maglev = algorithm == Algorithm.MAGLEV ? Maglev.table(address, toPort, weight) : null;
    stickySize = model.stickiness().map(LoadBalancer.Stickiness::tableSize).orElse(0);
    stickyNs = model.stickiness().map(LoadBalancer.Stickiness::expireNs).orElse(0L);
    fails = model.health().map(LoadBalancer.Health::fails).orElse(0);
    silentNs = model.health().map(LoadBalancer.Health::silentNs).orElse(0L);
    downNs = model.health().map(LoadBalancer.Health::downNs).orElse(0L);
  }

  /** Whether the router balances it at all; if not, nothing listens there. */
  public boolean isBalanced() {
    return balanced;
  }

  /** Whether its address is a virtual one inside the tier. */
  public boolean isInternal() {
    return internal;
  }

  /** Index of the members' tier in {@code Vpc.segments()}. */
  public int segment() {
    return segment;
  }

  /** Port of the members. */
  public int toPort() {
    return toPort;
  }

  /** Whether it serves clients of that address. */
  public boolean serves(int client) {
    for (Cidr source : sources) {
      if (source.contains(client)) {
        return true;
      }
    }
    return sources.length == 0;
  }

  /**
   * Whom members see: the client, or the balancer in its place. A client in the members' own tier
   * is never kept: their answers would go to it past the router.
   */
  public int shown(int client) {
    return keepsClient && !tier.contains(client) ? client : front;
  }

  boolean hasHealthOf(Balancer other) {
    return fails == other.fails && silentNs == other.silentNs && downNs == other.downNs;
  }

  /** Address of a member. */
  public int member(int index) {
    return address[index];
  }
}
