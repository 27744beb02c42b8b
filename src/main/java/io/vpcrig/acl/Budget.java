package io.vpcrig.acl;

import java.time.Duration;
import java.util.Locale;

/**
 * What one compilation may spend, so that no rule set makes it explode.
 *
 * @param bytes most bytes of the finished form; while compiling, four times as much may be held
 * @param classes most equivalence classes of one cross product
 * @param nanoseconds most time
 */
public record Budget(long bytes, int classes, long nanoseconds) {
  /** What an engine gets unless told otherwise. */
  public static final Budget DEFAULT = new Budget(256L << 20, 1 << 20, 2_000_000_000L);

  public Budget {
    if (bytes < 0 || classes < 0 || nanoseconds < 0) {
      throw new IllegalArgumentException("a budget is never negative");
    }
  }

  /** The same with another bound of memory. */
  public Budget withBytes(long others) {
    return new Budget(others, classes, nanoseconds);
  }

  /** The same with another bound of time. */
  public Budget withTime(Duration limit) {
    return new Budget(bytes, classes, limit.toNanos());
  }

  /** Starts the clock. */
  public Meter start() {
    return new Meter();
  }

  /** Watches one compilation. Thread: the compiling one. */
  public final class Meter {
    private static final int CLOCK_INTERVAL = 1 << 10;
    private static final int STEP_NS = 20;

    private final long startNs = System.nanoTime();
    private long work;

    private Meter() {}

    /**
     * @param wanted bytes that the finished form would have
     */
    public void checkBytes(long wanted, String what) throws OverBudgetException {
      if (wanted > bytes) {
        throw new OverBudgetException(
            String.format(
                Locale.ROOT,
                "%s would take %,d KiB, allowed %,d",
                what,
                wanted >>> 10,
                bytes >>> 10));
      }
    }

    public void checkClasses(int wanted, String what) throws OverBudgetException {
      if (wanted > classes) {
        throw new OverBudgetException(
            String.format(Locale.ROOT, "more than %,d classes of %s", classes, what));
      }
    }

    /**
     * @param steps that are known to come, of {@link #STEP_NS} or so each
     */
    public void checkWork(long steps, String what) throws OverBudgetException {
      if (steps * STEP_NS > nanoseconds) {
        throw new OverBudgetException(
            String.format(
                Locale.ROOT,
                "%s would take %,d steps, allowed %,d",
                what,
                steps,
                nanoseconds / STEP_NS));
      }
    }

    /** To be called every microsecond or so; looks at the clock now and then. */
    public void tick() throws OverBudgetException {
      if ((++work & CLOCK_INTERVAL - 1) == 0) {
        checkTime();
      }
    }

    public void checkTime() throws OverBudgetException {
      if (System.nanoTime() - startNs > nanoseconds) {
        throw new OverBudgetException(
            String.format(Locale.ROOT, "not done after %,d ms", nanoseconds / 1_000_000));
      }
    }
  }
}
