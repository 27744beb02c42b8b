package io.vpcrig.io;

import io.vpcrig.frame.FrameSink;

/**
 * Writes a capture that appears whole at {@link #close}, or, after {@link #abort} or a failed
 * write, not at all. Thread: one writer.
 */
public interface CaptureWriter extends FrameSink {
  /** Frames written. */
  long frames();

  /** Gives up: the file does not appear. */
  void abort();
}
