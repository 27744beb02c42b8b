package io.vpcrig.io;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameSource;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Hands on the frames of another source when they are due, counted from the first one, so that no
 * drift adds up. Waits in the reader's thread. Timestamps stay the capture's.
 */
public final class PacedSource implements FrameSource {
  private static final long SPIN_BELOW_NS = 100_000;

  private final FrameSource source;
  private final Pace pace;
  private final LongSupplier clock;
  private final LongConsumer sleep;
  private final FrameBatch ahead = new FrameBatch(256);
  private int next;
  private long index;
  private long firstNs;
  private long startNs;

  /**
   * @param clock monotonic, nanoseconds
   */
  public PacedSource(FrameSource source, Pace pace, LongSupplier clock) {
    this(source, pace, clock, LockSupport::parkNanos);
  }

  /**
   * @param sleep lets about so many nanoseconds pass
   */
  PacedSource(FrameSource source, Pace pace, LongSupplier clock, LongConsumer sleep) {
    this.source = source;
    this.pace = pace;
    this.clock = clock;
    this.sleep = sleep;
  }

  @Override
  public int read(FrameBatch batch) throws IOException {
    if (next == ahead.size) {
      ahead.clear();
      next = 0;
      if (source.read(ahead) == 0) {
        return 0;
      }
    }
    if (index == 0) {
      firstNs = ahead.timestampNs[0];
      startNs = clock.getAsLong();
    }
    await(dueNs());
    int added = 0;
    long now = clock.getAsLong() - startNs;
    do {
      if (!copy(batch)) {
        break;
      }
      added++;
      next++;
      index++;
    } while (next < ahead.size && dueNs() <= now);
    return added;
  }

  private long dueNs() {
    return pace.dueNs(ahead.timestampNs[next] - firstNs, index);
  }

  private void await(long dueNs) {
    long left = dueNs - (clock.getAsLong() - startNs);
    while (left > 0 && !Thread.currentThread().isInterrupted()) {
      if (left > SPIN_BELOW_NS) {
        sleep.accept(left - SPIN_BELOW_NS / 2);
      } else {
        Thread.onSpinWait();
      }
      left = dueNs - (clock.getAsLong() - startNs);
    }
  }

  private boolean copy(FrameBatch batch) {
    int i = batch.add(ahead.length[next]);
    if (i == FrameBatch.NONE) {
      return false;
    }
    batch.bytes.put(batch.start[i], ahead.bytes, ahead.start[next], ahead.length[next]);
    batch.number[i] = ahead.number[next];
    batch.timestampNs[i] = ahead.timestampNs[next];
    batch.missing[i] = ahead.missing[next];
    batch.link[i] = ahead.link[next];
    batch.inputInterface[i] = ahead.inputInterface[next];
    return true;
  }

  @Override
  public String describe() {
    return source.describe();
  }

  @Override
  public void close() throws IOException {
    ahead.close();
    source.close();
  }
}
