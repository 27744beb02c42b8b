package io.vpcrig.bench.replay;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameSource;
import java.io.IOException;

/**
 * A source again and again, for some time: frames are numbered through, and each round's timestamps
 * follow the last one's. Ends with a whole round. Thread: one reader.
 */
final class LoopedSource implements FrameSource {
  /** Between the last frame of a round and the first of the next. */
  private static final long GAP_NS = 1_000_000;

  private final Opener opener;
  private final long endNs;
  private FrameSource current;
  private boolean fresh;
  private boolean ended;
  private long frames;
  private long shiftNs;
  private long lastNs;

  /** Opens the source at its beginning. */
  @FunctionalInterface
  interface Opener {
    FrameSource open() throws IOException;
  }

  /**
   * @param endNs of {@link System#nanoTime}, after which no round begins
   */
  LoopedSource(Opener opener, long endNs) {
    this.opener = opener;
    this.endNs = endNs;
  }

  @Override
  public int read(FrameBatch batch) throws IOException {
    int before = batch.size;
    while (batch.size < batch.capacity && !ended) {
      if (current == null) {
        current = opener.open();
        fresh = true;
      }
      int from = batch.size;
      if (current.read(batch) > 0) {
        follow(batch, from);
      } else {
        current.close();
        current = null;
        ended = frames == 0 || System.nanoTime() - endNs >= 0;
      }
    }
    return batch.size - before;
  }

  private void follow(FrameBatch batch, int from) {
    if (fresh) {
      shiftNs = frames == 0 ? 0 : lastNs + GAP_NS - batch.timestampNs[from];
      fresh = false;
    }
    for (int i = from; i < batch.size; i++) {
      batch.timestampNs[i] += shiftNs;
      batch.number[i] = ++frames;
    }
    lastNs = batch.timestampNs[batch.size - 1];
  }

  /** Frames read in all. */
  long frames() {
    return frames;
  }

  @Override
  public String describe() {
    return "rounds of a capture";
  }

  @Override
  public void close() throws IOException {
    if (current != null) {
      current.close();
    }
  }
}
