package io.vpcrig.frame;

import java.io.IOException;

/** Takes finished frames, one by one in output order. Thread: one writer. */
public interface FrameSink extends AutoCloseable {
  /**
   * Takes frame {@code i} of {@code batch}, whose outcome columns are final; must not keep a
   * reference. Frames of every verdict come by, {@link Verdict#HELD} ones too: the sink takes what
   * it wants.
   */
  void write(FrameBatch batch, int i) throws IOException;

  @Override
  void close() throws IOException;
}
