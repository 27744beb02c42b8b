package io.vpcrig.engine;

import io.vpcrig.frame.FrameBatch;

/**
 * One trip of frames through the pipeline: what was read at once, spread over a batch per worker.
 * Rounds are made once and used again, so nothing is allocated while frames flow.
 */
final class Round implements AutoCloseable {
  /** A batch per worker. */
  final FrameBatch[] parts;

  /** Worker of each frame read, in input order; all 0 with one worker. */
  final byte[] owner;

  /** Frames read into this round, over all parts. */
  int size;

  /** The tables this round is judged by, the same for all workers. */
  Snapshot snapshot;

  /** Set in the round after the last frame: no step works on it. */
  boolean end;

  Round(int workers, int batchCapacity) {
    parts = new FrameBatch[workers];
    for (int w = 0; w < workers; w++) {
      parts[w] = new FrameBatch(batchCapacity);
    }
    owner = new byte[batchCapacity];
  }

  void clear() {
    size = 0;
    for (FrameBatch part : parts) {
      part.clear();
    }
  }

  @Override
  public void close() {
    for (FrameBatch part : parts) {
      part.close();
    }
  }
}
