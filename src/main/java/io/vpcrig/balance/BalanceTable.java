package io.vpcrig.balance;

import org.agrona.collections.IntHashSet;

/**
 * The load balancers of a VPC, numbered as in {@code Vpc.loadBalancers()}. Immutable; any thread;
 * does not allocate.
 */
public final class BalanceTable {
  private final Balancer[] balancers;
  private final IntHashSet virtual;

  BalanceTable(Balancer[] balancers, IntHashSet virtual) {
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
    return virtual.contains(address);
  }
}
