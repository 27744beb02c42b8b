package io.vpcrig.io;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameSource;
import java.io.IOException;

/** The first frames of another source; damage behind them is never met. Thread: one reader. */
public final class LimitedSource implements FrameSource {
  private final FrameSource source;
  private long left;

  /**
   * @param limit frames to deliver at most, 0 or more
   */
  public LimitedSource(FrameSource source, long limit) {
    if (limit < 0) {
      throw new IllegalArgumentException("limit " + limit + ", legal from 0");
    }
    this.source = source;
    this.left = limit;
  }

  @Override
  public int read(FrameBatch batch) throws IOException {
    if (left == 0) {
      return 0;
    }
    int before = batch.size;
    int added = (int) Math.min(left, source.read(batch));
    batch.size = before + added;
    left -= added;
    return added;
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
