package io.vpcrig.frame;

/**
 * Walks a finished batch in output order: for each frame read, the fragments that it released in
 * the order they came, the frame itself, then the router's answers in the order they were made.
 * This is the order of {@code -w} and of the digest. Thread: one writer.
 */
public final class OutputOrder {
  private int[] sorted = new int[64];
  private FrameBatch batch;
  private int frame;
  private int extra;
  private boolean frameDone;

  /** Begins before the first frame of {@code newBatch}. */
  public OutputOrder over(FrameBatch newBatch) {
    batch = newBatch;
    frame = -1;
    extra = 0;
    sortExtras();
    return this;
  }

  /** Goes to the next frame read; false after the last. */
  public boolean nextFrame() {
    frameDone = false;
    return ++frame < batch.size;
  }

  /** The next of the current frame and of what it caused, by index; NONE after the last. */
  public int next() {
    int at = extra < batch.extras ? sorted[extra] : FrameBatch.NONE;
    if (at != FrameBatch.NONE && root(at) == frame && (frameDone || isReleased(at))) {
      extra++;
      return at;
    }
    if (frameDone) {
      return FrameBatch.NONE;
    }
    frameDone = true;
    return frame;
  }

  /** The frame read that caused an extra, maybe by way of a fragment it released. */
  private int root(int i) {
    int at = batch.parent[i];
    while (at >= batch.capacity) {
      at = batch.parent[at];
    }
    return at;
  }

  /** A released fragment goes by its own number, an answer by that of its cause. */
  private boolean isReleased(int i) {
    return batch.number[i] != batch.number[batch.parent[i]];
  }

  private long rank(int i) {
    return 2L * root(i) + (isReleased(i) ? 0 : 1);
  }

  /** Insertion sort: extras are few and nearly sorted, and equal ranks keep their order. */
  private void sortExtras() {
    if (batch.extras > sorted.length) {
      sorted = new int[Integer.highestOneBit(batch.extras) << 1];
    }
    for (int e = 0; e < batch.extras; e++) {
      int i = batch.capacity + e;
      long rank = rank(i);
      int at = e;
      while (at > 0 && rank(sorted[at - 1]) > rank) {
        sorted[at] = sorted[at - 1];
        at--;
      }
      sorted[at] = i;
    }
  }
}
