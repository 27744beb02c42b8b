package io.vpcrig.live.tcp;

/** How much may be under way (RFC 5681 3.1): slow start, then congestion avoidance. Thread: one. */
final class Congestion {
  /** RFC 6928 2. */
  private static final int INITIAL_SEGMENTS = 10;

  private final int mss;
  private int window;
  private int threshold = Integer.MAX_VALUE;

  /**
   * @param mss longest payload, bytes
   */
  Congestion(int mss) {
    this.mss = mss;
    window = INITIAL_SEGMENTS * mss;
  }

  /** Bytes that may be under way. */
  int window() {
    return window;
  }

  /** Bytes were acknowledged for the first time. */
  void acknowledged(int bytes) {
    window +=
        window < threshold ? Math.min(bytes, mss) : Math.max(1, (int) ((long) mss * mss / window));
  }

  /** A segment was lost, others came. */
  void lost(int underWay) {
    threshold = Math.max(underWay / 2, 2 * mss);
    window = threshold;
  }

  /** Nothing was for a whole time-out. */
  void timedOut(int underWay) {
    threshold = Math.max(underWay / 2, 2 * mss);
    window = mss;
  }
}
