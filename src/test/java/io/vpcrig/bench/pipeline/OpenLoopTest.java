package io.vpcrig.bench.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** Arrivals, waiting and loss on a clock of the test's own. */
class OpenLoopTest {
  private static final long SEED = 9411;

  private final Histogram latency = OpenLoop.histogram();
  private final Histogram service = OpenLoop.histogram();
  private long nowNs;

  /** Held against one frame after the other in a queue of the library's. */
  @Test
  void framesWaitAndAreLostAsInASimulation() {
    var random = new SplittableRandom(SEED);
    for (int round = 0; round < 200; round++) {
      int capacity = 1 + random.nextInt(300);
      int batch = 1 + random.nextInt(64);
      long frameNs = 1 + random.nextInt(200);
      double rate = 1e9 / (1 + random.nextInt(300));
      long seed = random.nextLong();
      String where = "seed " + SEED + ", round " + round;

      nowNs = 0;
      latency.reset();
      var stops = new SplittableRandom(seed);
      OpenLoop.Trial trial =
          new OpenLoop(capacity, batch, this::tick)
              .offer(n -> nowNs += cost(n, frameNs, stops), rate, 0.0005, latency, service);

      Histogram expected = OpenLoop.histogram();
      long lost = simulate(capacity, batch, frameNs, rate, new SplittableRandom(seed), expected);
      assertEquals((long) (rate * 0.0005), trial.offered(), where);
      assertEquals(lost, trial.lost(), where);
      assertEquals(trial.offered() - lost, latency.getTotalCount(), where);
      assertEquals(expected, latency, where);
    }
  }

  /** 100 kHz for a second, and one stop of 100 ms: 10 % of the frames waited, 50 ms on average. */
  @Test
  void aStopIsChargedToAllThatCameMeanwhile() {
    long[] taken = {0};
    var trial =
        new OpenLoop(1 << 20, 256, this::slowTick)
            .offer(
                n -> {
                  long before = taken[0];
                  taken[0] += n;
                  nowNs += before <= 50_000 && taken[0] > 50_000 ? 100_000_000 : 50;
                },
                1e5,
                1,
                latency,
                service);
    assertEquals(0, trial.lost());
    assertEquals(50e6, (double) latency.getValueAtPercentile(95), 2e6);
    assertTrue(service.getValueAtPercentile(95) < 1000, "what a closed loop would have told");
    assertTrue(latency.getValueAtPercentile(80) < 2000);
  }

  @Test
  void whatIsMoreThanTheRouterTakesIsLost() {
    var trial =
        new OpenLoop(1000, 32, this::tick)
            .offer(n -> nowNs += n * 100L, 2e7, 0.02, latency, service);
    assertEquals(0.5, trial.lossRatio(), 0.02);
    assertEquals(1e7, trial.rate(), 2e5);
    // What gets in waits for a full queue.
    assertEquals(100e3, (double) latency.getValueAtPercentile(50), 5e3);
    var below =
        new OpenLoop(1000, 32, this::tick)
            .offer(n -> nowNs += n * 100L, 9e6, 0.02, latency, service);
    assertEquals(0, below.lost());
  }

  /** Each reading takes a nanosecond, or waiting would never end. */
  private long tick() {
    return nowNs++;
  }

  private long slowTick() {
    return nowNs += 100;
  }

  private static long cost(int frames, long frameNs, SplittableRandom stops) {
    return frames * frameNs + (stops.nextInt(50) == 0 ? 5000 : 0);
  }

  private static long simulate(
      int capacity,
      int batch,
      long frameNs,
      double rate,
      SplittableRandom stops,
      Histogram latency) {
    long all = (long) (rate * 0.0005);
    double step = 1e9 / rate;
    long time = 1; // The start was read at 0.
    long now = 0;
    long next = 0;
    long lost = 0;
    var queue = new ArrayDeque<Long>();
    while (next < all || !queue.isEmpty()) {
      // Frame k has come once the time is k steps.
      for (; next < all && (long) (now / step) >= next; next++) {
        if (queue.size() < capacity) {
          queue.add((long) (next * step));
        } else {
          lost++;
        }
      }
      if (!queue.isEmpty()) {
        int taken = Math.min(batch, queue.size());
        time += cost(taken, frameNs, stops);
        now = time++;
        for (int k = 0; k < taken; k++) {
          latency.recordValue(Math.max(1, now - queue.remove()));
        }
      } else if (next < all) {
        now = time++;
      }
    }
    return lost;
  }
}
