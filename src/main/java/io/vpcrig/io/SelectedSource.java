package io.vpcrig.io;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameSource;
import java.io.IOException;

/**
 * Those frames of another source that a filter takes; they keep their numbers. Frames are left out
 * of the batch in place, nothing is copied. Thread: one reader.
 */
public final class SelectedSource implements FrameSource {
  private final FrameSource source;
  private final FrameFilter filter;
  private final long lastFrame;
  private long leftOut;
  private boolean done;

  public SelectedSource(FrameSource source, FrameFilter filter) {
    this.source = source;
    this.filter = filter;
    this.lastFrame = filter.lastFrame();
  }

  /** Frames not taken so far, without those behind the last that could be. */
  public long leftOut() {
    return leftOut;
  }

  /** Takes note of frames that the source has left out itself. */
  public void skipped(long frames) {
    leftOut += frames;
  }

  /** Makes ready for the source's first frame to come again. */
  public void rewind() {
    done = false;
  }

  @Override
  public int read(FrameBatch batch) throws IOException {
    int from = batch.size;
    while (!done && source.read(batch) > 0) {
      select(batch, from);
      if (batch.size > from) {
        return batch.size - from;
      }
    }
    return 0;
  }

  private void select(FrameBatch batch, int from) throws IOException {
    int taken = from;
    for (int i = from; i < batch.size && !done; i++) {
      done = batch.number[i] >= lastFrame;
      if (filter.takes(batch, i)) {
        batch.pull(taken++, i);
      } else {
        leftOut++;
      }
    }
    batch.truncate(taken);
  }

  @Override
  public String describe() {
    return source.describe();
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
