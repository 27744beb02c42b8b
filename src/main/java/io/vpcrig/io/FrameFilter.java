package io.vpcrig.io;

import io.vpcrig.frame.FrameBatch;
import java.io.IOException;

/** Which frames of a source are taken. Thread: the source's reader. */
@FunctionalInterface
public interface FrameFilter {
  /**
   * Whether frame {@code i} is taken; its source columns are filled. Asked once for each frame, in
   * order.
   *
   * @throws SelectionException if that can't be told
   */
  boolean takes(FrameBatch batch, int i) throws IOException;

  /** Number of the last frame that can be taken; what lies behind it need not be read. */
  default long lastFrame() {
    return Long.MAX_VALUE;
  }

  /** Number of the first frame that can be taken; what lies before it need not be read. */
  default long firstFrame() {
    return 1;
  }

  /**
   * Time before which no frame is taken, nanoseconds since the epoch.
   *
   * @param firstNs timestamp of the first frame there is
   */
  default long earliestNs(long firstNs) {
    return Long.MIN_VALUE;
  }

  /** Takes what both take; {@code other} is asked only about frames that this one takes. */
  default FrameFilter and(FrameFilter other) {
    FrameFilter first = this;
    return new FrameFilter() {
      @Override
      public boolean takes(FrameBatch batch, int i) throws IOException {
        return first.takes(batch, i) && other.takes(batch, i);
      }

      @Override
      public long lastFrame() {
        return Math.min(first.lastFrame(), other.lastFrame());
      }

      @Override
      public long firstFrame() {
        return Math.max(first.firstFrame(), other.firstFrame());
      }

      @Override
      public long earliestNs(long firstNs) {
        return Math.max(first.earliestNs(firstNs), other.earliestNs(firstNs));
      }
    };
  }
}
