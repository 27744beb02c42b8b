package io.vpcrig.query.capture;

import io.vpcrig.frame.FrameBatch;

/** Something that decides about frames, in the order they come. One thread. */
interface FrameJudge extends AutoCloseable {
  /** Takes what became of frames. */
  @FunctionalInterface
  interface Receiver {
    /**
     * @param number of the frame in its input
     */
    void judged(long number, Judged judged);
  }

  /**
   * Judges the frames of a batch, whose bytes stay as they are. What can't be judged yet is told
   * with a later batch, or never.
   */
  void judge(FrameBatch batch, Receiver receiver);

  @Override
  void close();
}
