package io.vpcrig.balance;

import org.agrona.collections.Int2IntHashMap;

/**
 * The load balancers of a VPC, numbered as in {@code Vpc.loadBalancers()}. Immutable; any thread;
 * does not allocate.
 */
public final class BalanceTable {
  private final Balancer[] balancers;

  /** Segment of each internal balancer's address. */
  private final Int2IntHashMap virtual;

  BalanceTable(Balancer[] balancers, Int2IntHashMap virtual) {
    this.balancers = balancers;
    this.virtual = virtual;
  }

  public int size() {
    return balancers.length;
  }

  public Balancer balancer(int index) {
    return balancers[index];
  }

  /** Whether an address is an internal balancer's: nothing but balancers listens there. */
  public boolean isVirtual(int address) {
    return virtual.get(address) != virtual.missingValue();
  }

  /** Whether it is, in this segment: frames from there to it are not routed. */
  public boolean isVirtualIn(int segment, int address) {
    return virtual.get(address) == segment;
  }
}
