package io.vpcrig.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs work for a while to warm it up, then in timed runs.
 *
 * <p>The clock is read once per round of calls. Warming up doubles the round until it takes a
 * millisecond, so that reading the clock costs nothing that shows, and a run ends within a
 * millisecond, or one call, of its time.
 *
 * @param runs timed runs, at least 1
 * @param secondsPerRun wall time of one, above 0; below 0.1 the clock and the scheduler show
 * @param warmUpSeconds time on a core before the first: on a busy machine the compiler gets as
 *     little as the work does, and by the wall's clock would be far from done. At most {@link
 *     #WARM_UP_STRETCH} times as long by that
 */
public record Sampler(int runs, double secondsPerRun, double warmUpSeconds) {
  private static final long ROUND_NS = 1_000_000;
  private static final int MAX_CALLS = 1 << 20;

  /** What a starved thread waits for at most, in warm-ups. */
  private static final int WARM_UP_STRETCH = 10;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** Something that can be done over and over. */
  @FunctionalInterface
  public interface Work {
    /** Does the next piece, returns how many units that was. */
    int next();
  }

  public Sampler {
    if (runs < 1 || !(secondsPerRun > 0) || !(warmUpSeconds >= 0)) {
      throw new IllegalArgumentException(
          runs + " runs of " + secondsPerRun + " s after " + warmUpSeconds + " s");
    }
  }

  /** Measures on the calling thread. */
  public Samples measure(Work work) {
    return measure(work, () -> {});
  }

  /** As {@link #measure(Work)}; {@code warm} is run once, after warming up. */
  public Samples measure(Work work, Runnable warm) {
    int calls = warmUp(work);
    warm.run();
    List<Samples.Run> done = new ArrayList<>(runs);
    while (done.size() < runs) {
      done.add(run(work, calls));
    }
    return new Samples(done);
  }

  /** Answers how many calls make a round. */
  private int warmUp(Work work) {
    int calls = 1;
    long warmUpNs = (long) (warmUpSeconds * 1e9);
    long cpuStart = cpuNs();
    long start = System.nanoTime();
    long end = start + warmUpNs;
    long latest = start + WARM_UP_STRETCH * warmUpNs;
    while (start < end || start < latest && cpuStart >= 0 && cpuNs() - cpuStart < warmUpNs) {
      units(work, calls);
      long now = System.nanoTime();
      if (now - start < ROUND_NS && calls < MAX_CALLS) {
        calls *= 2;
      }
      start = now;
    }
    return calls;
  }

  private Samples.Run run(Work work, int callsPerRound) {
    long atLeastNs = (long) (secondsPerRun * 1e9);
    long units = 0;
    long cpuStart = cpuNs();
    long start = System.nanoTime();
    long wall;
    do {
      units += units(work, callsPerRound);
      wall = System.nanoTime() - start;
    } while (wall < atLeastNs);
    long cpuEnd = cpuNs();
    return new Samples.Run(units, wall, cpuStart < 0 ? -1 : cpuEnd - cpuStart);
  }

  private static long units(Work work, int calls) {
    long units = 0;
    for (int k = 0; k < calls; k++) {
      units += work.next();
    }
    return units;
  }

  private static long cpuNs() {
    return THREADS.isCurrentThreadCpuTimeSupported() ? THREADS.getCurrentThreadCpuTime() : -1;
  }
}
