package io.vpcrig.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ConfidenceTest {
  private static final long SEED = 95;

  /** Student's table: 2.262 for 9 degrees, 2.021 for 40, 1.980 for 120. */
  @Test
  void quantilesAreThoseOfTheTable() {
    assertEquals(2.262, Confidence.quantile(9));
    assertEquals(2.021, Confidence.quantile(40), 0.001);
    assertEquals(1.980, Confidence.quantile(120), 0.001);
  }

  @Test
  void ofOneProcessTheRunsCountAndOfSeveralTheirMedians() {
    Confidence one = Confidence.of(List.of(new double[] {10, 10, 10}));
    assertEquals(1, one.processes());
    assertEquals(10, one.low(), 1e-9);
    double[] values = {Math.exp(1), Math.exp(2), Math.exp(3)};
    Confidence three =
        Confidence.of(
            List.of(
                new double[] {0.1, values[0], 99},
                new double[] {0.1, values[1], 99},
                new double[] {0.1, values[2], 99}));
    assertEquals(3, three.processes());
    // Mean 2, standard deviation 1 of the logarithms.
    assertEquals(Math.exp(2 - 4.303 / Math.sqrt(3)), three.low(), 1e-9);
    assertEquals(Math.exp(2 + 4.303 / Math.sqrt(3)), three.high(), 1e-9);
    assertTrue(Double.isNaN(Confidence.of(List.of(new double[] {5})).low()));
  }

  /** Held against drawing again and again from what is known. */
  @Test
  void nineteenOfTwentyIntervalsHoldTheTruth() {
    var random = new SplittableRandom(SEED);
    int held = 0;
    int rounds = 4000;
    for (int round = 0; round < rounds; round++) {
      List<double[]> processes = new ArrayList<>();
      for (int k = 0; k < 5; k++) {
        processes.add(new double[] {Math.exp(3 + 0.1 * random.nextGaussian())});
      }
      Confidence interval = Confidence.of(processes);
      held += interval.low() <= Math.exp(3) && interval.high() >= Math.exp(3) ? 1 : 0;
    }
    assertEquals(0.95, (double) held / rounds, 0.02, "seed " + SEED);
  }
}
