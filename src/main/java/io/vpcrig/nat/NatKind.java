package io.vpcrig.nat;

/** What a destination was matched by, in order of precedence. */
public enum NatKind {
  /** Static NAT: the whole address, every protocol and port. */
  STATIC,

  /** Port forwarding. */
  FORWARD,

  /** A load balancer listens there; who gets it is not for NAT to say. */
  BALANCE
}
