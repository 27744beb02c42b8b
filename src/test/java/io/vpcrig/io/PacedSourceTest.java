package io.vpcrig.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameSource;
import java.io.IOException;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/** Paces of long captures, by a clock that is the test's own. */
class PacedSourceTest {
  private static final long DAY_NS = 86_400_000_000_000L;
  private static final long LATENESS_NS = 5_000;

  /** Goes on by a microsecond with each look, and oversleeps. */
  private static final class Clock {
    private long now = 1_000_000_007;

    private long look() {
      now += 1_000;
      return now;
    }

    private void sleep(long ns) {
      now += ns + 45_000;
    }
  }

  /** Timestamps of frames by their 0-based numbers, not in any order. */
  private static FrameSource withTimes(long count, LongUnaryOperator timeNs) {
    MemorySource memory = new MemorySource(List.of(new byte[] {1}), count, 0, 1);
    return new FrameSource() {
      @Override
      public int read(FrameBatch batch) {
        int from = batch.size;
        int read = memory.read(batch);
        for (int i = from; i < batch.size; i++) {
          batch.timestampNs[i] = timeNs.applyAsLong(batch.number[i] - 1);
        }
        return read;
      }

      @Override
      public String describe() {
        return memory.describe();
      }

      @Override
      public void close() {
        memory.close();
      }
    };
  }

  /** Holds the time of each frame against the one it is due at; returns the last frame's time. */
  private static long run(String speed, long count, LongUnaryOperator timeNs, LongUnaryOperator due)
      throws IOException {
    Clock clock = new Clock();
    long number = 0;
    long latestDue = 0;
    long at = 0;
    try (FrameBatch batch = new FrameBatch(64);
        PacedSource source =
            new PacedSource(
                withTimes(count, timeNs), Pace.parse(speed), clock::look, clock::sleep)) {
      long start = clock.now;
      while (source.read(batch) > 0) {
        at = clock.now - start;
        for (int i = 0; i < batch.size; i++) {
          assertEquals(++number, batch.number[i]);
          assertEquals(timeNs.applyAsLong(number - 1), batch.timestampNs[i]);
          long dueNs = due.applyAsLong(number - 1);
          latestDue = Math.max(latestDue, dueNs);
          long n = number;
          long late = at - dueNs;
          assertTrue(late >= 0, () -> "frame " + n + " is " + -late + " ns early");
        }
        // Later than due only behind a frame that was due later, or by looks at the clock.
        long lateness = at - latestDue;
        assertTrue(lateness <= LATENESS_NS, () -> "after " + lateness + " ns");
        batch.clear();
      }
    }
    assertEquals(count, number);
    return at;
  }

  @Test
  void aDayOfFramesDoesNotDrift() throws IOException {
    long step = DAY_NS / 100_000;
    run("recorded", 100_000, n -> 5 + n * step, n -> n * step);
  }

  @Test
  void halfAndThousandfoldSpeedAreExact() throws IOException {
    long step = 777_777_777;
    run("x0.5", 50_000, n -> n * step, n -> 2 * n * step);
    run("x1000", 50_000, n -> n * step, n -> n * step / 1000 - 1);
  }

  @Test
  void aFixedRateIsCountedFromTheFirstFrame() throws IOException {
    // A third of a millisecond is no whole number of nanoseconds: rounding must not add up.
    long last = run("3000", 150_001, n -> 42, n -> n * 1_000_000 / 3 - 1);
    assertTrue(Math.abs(50_000_000_000L - last) <= LATENESS_NS, last + " ns");
  }

  @Test
  void framesWhoseTimeFallsBackAreSentAtOnce() throws IOException {
    LongUnaryOperator times = n -> 1_000_000 * (n % 10 == 9 ? n - 7 : n) - (n == 0 ? -500 : 0);
    run("recorded", 50_000, times, n -> times.applyAsLong(n) - 500);
    // All before the first.
    long last = run("recorded", 50, n -> 1_000_000_000 - n, n -> -n);
    assertTrue(last < LATENESS_NS);
  }

  @Test
  void timesOfCenturiesApartDoNotOverflow() {
    Pace pace = Pace.parse("x0.5");
    assertEquals(Long.MAX_VALUE, pace.dueNs(8_589_934_592L * 1_000_000_000, 1));
  }

  @Test
  void speedsThatAreNoneAreRefused() {
    for (String text : List.of("", "x", "0", "x0", "-1", "x-2", "NaN", "xNaN", "fast", "1e12")) {
      assertThrows(IllegalArgumentException.class, () -> Pace.parse(text), text);
    }
  }
}
