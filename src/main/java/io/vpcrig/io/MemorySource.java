package io.vpcrig.io;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameSource;
import io.vpcrig.frame.LinkType;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Prepared frames from memory, over and over: for benchmarks and tests. Frames are copied into the
 * batch, as from a capture. Thread: one reader.
 */
public final class MemorySource implements FrameSource {
  private final Bytes frames;
  private final int[] at;
  private final int[] length;
  private final int[] order;
  private final long count;
  private final long startNs;
  private final long stepNs;
  private int link = LinkType.ETHERNET;
  private int next;
  private long delivered;

  /**
   * @param prepared at least one frame, together less than 2 GiB
   * @param count frames to deliver in all
   * @param startNs timestamp of the first
   * @param stepNs from one frame to the next
   */
  public MemorySource(List<byte[]> prepared, long count, long startNs, long stepNs) {
    this.count = count;
    this.startNs = startNs;
    this.stepNs = stepNs;
    at = new int[prepared.size()];
    length = new int[prepared.size()];
    order = new int[prepared.size()];
    long total = 0;
    for (byte[] frame : prepared) {
      total += frame.length;
    }
    frames = Bytes.allocate(Math.toIntExact(Math.max(1, total)));
    int offset = 0;
    for (int f = 0; f < at.length; f++) {
      byte[] frame = prepared.get(f);
      at[f] = offset;
      length[f] = frame.length;
      order[f] = f;
      frames.put(offset, frame, 0, frame.length);
      offset += frame.length;
    }
  }

  /** Frames as given, one after the other, each once, a microsecond apart from 0 on. */
  public static MemorySource of(List<byte[]> prepared) {
    return new MemorySource(prepared, prepared.size(), 0, 1000);
  }

  /**
   * Delivers the frames in an order that depends on {@code seed} alone, the same in every round.
   */
  public MemorySource shuffled(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int k = order.length - 1; k > 0; k--) {
      int other = random.nextInt(k + 1);
      int swap = order[k];
      order[k] = order[other];
      order[other] = swap;
    }
    return this;
  }

  /** Frames are of {@code linkType} instead of Ethernet. */
  public MemorySource ofLink(int linkType) {
    link = linkType;
    return this;
  }

  /** Begins again at the first frame and time. */
  public void rewind() {
    next = 0;
    delivered = 0;
  }

  @Override
  public int read(FrameBatch batch) {
    int before = batch.size;
    long[] numbers = batch.number;
    long[] times = batch.timestampNs;
    int[] starts = batch.start;
    Bytes bytes = batch.bytes;
    while (delivered < count) {
      int frame = order[next];
      int frameLength = length[frame];
      int i = batch.add(frameLength);
      if (i == FrameBatch.NONE) {
        break;
      }
      bytes.put(starts[i], frames, at[frame], frameLength);
      times[i] = startNs + delivered * stepNs;
      numbers[i] = ++delivered;
      next = next + 1 == order.length ? 0 : next + 1;
    }
    Arrays.fill(batch.missing, before, batch.size, 0);
    Arrays.fill(batch.link, before, batch.size, link);
    Arrays.fill(batch.inputInterface, before, batch.size, 0);
    return batch.size - before;
  }

  @Override
  public String describe() {
    return order.length + " frames from memory";
  }

  @Override
  public void close() {
    frames.close();
  }
}
