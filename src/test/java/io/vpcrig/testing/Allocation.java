package io.vpcrig.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Proof that something does not allocate. */
public final class Allocation {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int ROUNDS = 5;

  /** Time the JIT may take beyond that: on a busy machine it gets to vectors late. */
  private static final long WARM_UP_NS = 20_000_000_000L;

  private Allocation() {}

  /**
   * Runs {@code work} until it is warm, then expects a run of {@code repeats} calls in which the
   * thread allocated nothing.
   */
  public static void assertNone(int repeats, Runnable work) {
    long least = Long.MAX_VALUE;
    long start = System.nanoTime();
    for (int round = 0;
        least != 0 && (round < ROUNDS || System.nanoTime() - start < WARM_UP_NS);
        round++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int k = 0; k < repeats; k++) {
        work.run();
      }
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    assertEquals(0, least, "bytes allocated in " + repeats + " runs");
  }
}
