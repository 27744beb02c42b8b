package io.vpcrig.bench.pipeline;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;

/**
 * Prepared frames, one per flow, over and over in the order they lie in memory. What is behind
 * {@link FlowFrames#HEAD} bytes is the same zeros for all, so that eight million frames of 1400
 * bytes take a gigabyte. Thread: one reader.
 */
final class FrameStore implements AutoCloseable {
  private final int firstFlow;
  private final int[] order;
  private final short[] length;
  private final Bytes heads;
  private final Bytes zeros = Bytes.allocate(FrameSize.MOST + FlowFrames.HEAD);
  private int next;

  /**
   * @param order positions: place k holds the frame of flow {@code firstFlow + order[k]}
   */
  FrameStore(int firstFlow, int[] order) {
    this.firstFlow = firstFlow;
    this.order = order;
    this.length = new short[order.length];
    this.heads = Bytes.allocate(Math.max(1, Math.multiplyExact(order.length, FlowFrames.HEAD)));
  }

  /** Where the frame at place {@code k} lies in {@link #heads}. */
  static int at(int k) {
    return k * FlowFrames.HEAD;
  }

  Bytes heads() {
    return heads;
  }

  int size() {
    return order.length;
  }

  /** The flow whose frame is at place {@code k}. */
  int flow(int k) {
    return firstFlow + order[k];
  }

  void setLength(int k, int bytes) {
    length[k] = (short) bytes;
  }

  /**
   * Adds the next frames to a batch, until it is full. Fills in their numbers, but no other column
   * of a source.
   *
   * @param most frames to add
   * @param firstNumber number of the frame at place 0
   * @return frames added
   */
  int addTo(FrameBatch batch, long most, long firstNumber) {
    int added = 0;
    while (added < most) {
      int k = next;
      int bytes = length[k];
      int i = batch.add(bytes);
      if (i == FrameBatch.NONE) {
        break;
      }
      int head = Math.min(bytes, FlowFrames.HEAD);
      batch.bytes.put(batch.start[i], heads, at(k), head);
      if (bytes > head) {
        batch.bytes.put(batch.start[i] + head, zeros, 0, bytes - head);
      }
      batch.number[i] = firstNumber + k;
      next = k + 1 == order.length ? 0 : k + 1;
      added++;
    }
    return added;
  }

  @Override
  public void close() {
    heads.close();
    zeros.close();
  }
}
