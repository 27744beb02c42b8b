package io.vpcrig.model;

/** Whose meaning of the rules is followed. */
public enum Semantics {
  /** What the management API promises. */
  INTENDED,
  /** What the virtual router really does, quirks included. */
  SHIPPED
}
