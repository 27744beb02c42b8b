package io.vpcrig.model;

/** Seen from the tier: ingress goes into it, egress leaves it. */
public enum Direction {
  INGRESS,
  EGRESS
}
