package io.vpcrig.frame;

/**
 * Walks a finished batch in output order: each frame read, followed by the extras it caused in the
 * order they were made. This is the order of {@code -w} and of the digest. Thread: one writer.
 */
public final class OutputOrder {
  private int[] sorted = new int[64];
  private FrameBatch batch;
  private int frame;
  private int extra;

  /** Begins before the first frame of {@code newBatch}. */
  public OutputOrder over(FrameBatch newBatch) {
    batch = newBatch;
    frame = -1;
    extra = 0;
    sortExtras();
    return this;
  }

  /** The next frame read, by index; NONE after the last. */
  public int nextFrame() {
    return ++frame < batch.size ? frame : FrameBatch.NONE;
  }

  /** The next extra that the current frame caused; NONE if there is none left. */
  public int nextExtra() {
    if (extra < batch.extras && batch.parent[sorted[extra]] <= frame) {
      return sorted[extra++];
    }
    return FrameBatch.NONE;
  }

  /**
   * Insertion sort by parent: extras are few and nearly sorted, and equal parents keep their order.
   */
  private void sortExtras() {
    if (batch.extras > sorted.length) {
      sorted = new int[Integer.highestOneBit(batch.extras) << 1];
    }
    for (int e = 0; e < batch.extras; e++) {
      int i = batch.capacity + e;
      int at = e;
      while (at > 0 && batch.parent[sorted[at - 1]] > batch.parent[i]) {
        sorted[at] = sorted[at - 1];
        at--;
      }
      sorted[at] = i;
    }
  }
}
