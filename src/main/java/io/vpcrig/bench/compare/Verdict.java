package io.vpcrig.bench.compare;

/** What is said of a row. */
public enum Verdict {
  /** The change is within the limit, surely. */
  SAME,
  /** Surely faster, and by more than the limit. */
  FASTER,
  /** Surely slower, and by more than the limit. */
  SLOWER,
  /** The noise, or the number of processes, lets several of these be true. */
  UNDECIDED
}
