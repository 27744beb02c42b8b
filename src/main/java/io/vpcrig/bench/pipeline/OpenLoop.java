package io.vpcrig.bench.pipeline;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;

/**
 * Frames that come by the clock, whether the router is ready or not, into a queue of a stated
 * length. Frame k is meant to come at k / rate; it has been served when the batch it is in has gone
 * the whole way. The time in between is its latency, waiting included, so a router that stops for a
 * while is charged for every frame that came meanwhile. A loop that sends the next frame only when
 * the last is done would not have sent these, and its percentiles would leave them out:
 * "coordinated omission" (Tene). Here nothing waits for the router but the queue, and what does not
 * fit there is lost.
 *
 * <p>The router takes all that waits, up to a batch, as a port would be polled. No thread sends:
 * who takes looks at the clock and enters what is due, so no core is lost to a generator and no
 * hand-off is part of the figure. What that costs (entering, the clock, recording) is told by
 * running it with frames that are only copied.
 *
 * <p>Thread: one.
 */
final class OpenLoop {
  /** Longest time told apart; what is above counts as this. */
  private static final long MOST_NS = 100_000_000_000L;

  private static final int DIGITS = 3;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final long[] queue;
  private final int capacity;
  private final int batch;
  private final LongSupplier clock;
  private long head;
  private long tail;

  /** Takes the next frames through the router, exactly {@code frames}. */
  @FunctionalInterface
  interface Service {
    void take(int frames);
  }

  /**
   * What became of the frames of one trial.
   *
   * @param offered frames that came
   * @param lost of these, that found the queue full
   * @param wallNs from the first to the end of the last
   * @param cpuNs of the thread; -1 where the JVM can't tell
   */
  record Trial(long offered, long lost, long wallNs, long cpuNs) {
    double lossRatio() {
      return (double) lost / offered;
    }

    /** Frames served a second. */
    double rate() {
      return (offered - lost) * 1e9 / wallNs;
    }

    /** Part of a core, NaN where unknown. */
    double share() {
      return cpuNs < 0 ? Double.NaN : (double) cpuNs / wallNs;
    }
  }

  /**
   * @param capacity frames that may wait, from 1
   * @param batch frames taken at a time, from 1
   * @param clock nanoseconds that pass
   */
  OpenLoop(int capacity, int batch, LongSupplier clock) {
    this.clock = clock;
    this.capacity = capacity;
    this.batch = batch;
    queue = new long[Integer.highestOneBit(Math.max(1, capacity - 1)) << 1];
  }

  /** A histogram that holds every time there can be, without growing. */
  static Histogram histogram() {
    return new Histogram(MOST_NS, DIGITS);
  }

  /**
   * Offers frames at a steady rate.
   *
   * @param rate frames a second
   * @param latencyNs gets the time of each frame served, from when it was meant to come
   * @param serviceNs gets the time of the batch each frame was in, from when that was taken
   */
  Trial offer(
      Service service, double rate, double seconds, Histogram latencyNs, Histogram serviceNs) {
    head = 0;
    tail = 0;
    long all = Math.max(1, (long) (rate * seconds));
    double stepNs = 1e9 / rate;
    long come = 0;
    long lost = 0;
    long cpuStart = cpuNs();
    long start = clock.getAsLong();
    long now = start;
    while (true) {
      long due = Math.min(all, (long) ((now - start) / stepNs) + 1);
      long entered = enter(come, Math.min(due - come, capacity - (tail - head)));
      lost += due - come - entered;
      come = due;
      int taken = (int) Math.min(batch, tail - head);
      if (taken == 0) {
        if (come == all) {
          break;
        }
        Thread.onSpinWait();
        now = clock.getAsLong();
        continue;
      }
      service.take(taken);
      long end = clock.getAsLong();
      for (int k = 0; k < taken; k++) {
        long meant = (long) (queue[(int) head++ & queue.length - 1] * stepNs);
        latencyNs.recordValue(Math.clamp(end - start - meant, 1, MOST_NS));
      }
      serviceNs.recordValueWithCount(Math.clamp(end - now, 1, MOST_NS), taken);
      now = end;
    }
    return new Trial(all, lost, clock.getAsLong() - start, cpuStart < 0 ? -1 : cpuNs() - cpuStart);
  }

  private long enter(long first, long count) {
    for (long k = 0; k < count; k++) {
      queue[(int) tail++ & queue.length - 1] = first + k;
    }
    return count;
  }

  private static long cpuNs() {
    return THREADS.isCurrentThreadCpuTimeSupported() ? THREADS.getCurrentThreadCpuTime() : -1;
  }
}
