package io.vpcrig.bench.ring;

/** The rings there are. Names are as people write them. */
public enum RingKind {
  /** The pipeline's own. */
  rounds {
    @Override
    Handoff make(int capacity, int burst) {
      return new Handoff.Rounds(capacity, burst);
    }
  },
  /** SpscArrayQueue of JCTools, filled and drained. */
  jctools {
    @Override
    Handoff make(int capacity, int burst) {
      return new Handoff.Jctools(capacity, burst);
    }
  },
  /** OneToOneConcurrentArrayQueue of Agrona, drained. */
  agrona {
    @Override
    Handoff make(int capacity, int burst) {
      return new Handoff.Agrona(capacity, burst);
    }
  };

  /**
   * A ring.
   *
   * @param capacity descriptors, a power of two
   * @param burst at a time, a power of two, at most half of it
   */
  abstract Handoff make(int capacity, int burst);
}
