package io.vpcrig.balance;

/** What a worker knows of a member. One thread. */
final class MemberState {
  final BalancerState owner;
  final int address;

  /** Share of new connections; 0 if it is draining, or no longer a member. */
  int weight;

  /** Credit in smooth weighted round robin. */
  int credit;

  /** Connections begun and not over. */
  int open;

  /** Failures since it last answered or was taken out. */
  int fails;

  /** It is taken out until then. */
  long downUntilNs = Long.MIN_VALUE;

  MemberState(BalancerState owner, int address) {
    this.owner = owner;
    this.address = address;
  }

  boolean takesNew(long nowNs) {
    return weight > 0 && isUp(nowNs);
  }

  boolean isUp(long nowNs) {
    return nowNs >= downUntilNs;
  }

  void answered() {
    fails = 0;
    downUntilNs = Long.MIN_VALUE;
  }

  void failed(long atNs) {
    if (isUp(atNs) && ++fails >= owner.balancer().fails) {
      fails = 0;
      downUntilNs = atNs + owner.balancer().downNs;
    }
  }

  /** It is no longer a member: nothing is remembered but what is still open. */
  void retire() {
    weight = 0;
    credit = 0;
    answered();
  }
}
