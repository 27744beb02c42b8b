package io.vpcrig.session;

/** What becomes of segments and neighbours when another snapshot comes. */
public interface RouteChange {
  /** The number that a segment has now; NONE if it is gone. */
  int segment(int before);

  /** Whether another MAC than before is configured for a neighbour. */
  boolean isOther(int neighbour);

  /** MAC of a neighbour now. */
  long mac(int neighbour);
}
