package io.vpcrig.bench.compare;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The statistics against slow twins that count every case, and against values from tables. */
class RankTestTest {
  private static final long SEED = 20_261_126;

  @Test
  void theDistributionsAreThoseOfEveryOrderCounted() {
    for (int n = 1; n <= 5; n++) {
      for (int m = 1; m <= 5; m++) {
        assertArrayEquals(countedOrders(n, m), RankTest.mannWhitney(n, m), 1e-12, n + ", " + m);
      }
    }
    for (int n = 1; n <= 10; n++) {
      assertArrayEquals(countedSigns(n), RankTest.signedRank(n), 1e-12, "" + n);
    }
  }

  /** Hollander and Wolfe, tables A.6 and A.4: two-sided levels of the outermost values. */
  @Test
  void theFewestValuesAreThoseOfTheTables() {
    assertEquals(5, RankTest.fewest(false, 0.01));
    assertEquals(4, RankTest.fewest(false, 0.05));
    assertEquals(8, RankTest.fewest(true, 0.01));
    assertEquals(6, RankTest.fewest(true, 0.05));
  }

  @Test
  void fiveAgainstFiveWithNothingBetweenIsAsSureAsTwoIn252() {
    RankTest.Shift shift =
        RankTest.unpaired(new double[] {1, 2, 3, 4, 5}, new double[] {11, 12, 13, 14, 15}, 0.01);
    assertEquals(2.0 / 252, shift.p(), 1e-12);
    assertEquals(10, shift.estimate());
    assertEquals(6, shift.low());
    assertEquals(14, shift.high());
  }

  @Test
  void tooFewValuesHaveNoInterval() {
    RankTest.Shift shift = RankTest.unpaired(new double[] {1, 2}, new double[] {8, 9}, 0.01);
    assertEquals(Double.NEGATIVE_INFINITY, shift.low());
    assertEquals(Double.POSITIVE_INFINITY, shift.high());
    assertEquals(1.0 / 3, shift.p(), 1e-12);
  }

  /** An interval holds a shift exactly if the test, done against that shift, does not refuse it. */
  @Test
  void theIntervalIsTheTestTurnedRound() {
    var random = new SplittableRandom(SEED);
    for (int round = 0; round < 300; round++) {
      boolean paired = random.nextBoolean();
      double[] base = normal(random, 8 + random.nextInt(5));
      double[] changed = normal(random, paired ? base.length : 8 + random.nextInt(5));
      double alpha = 0.02 + 0.1 * random.nextDouble();
      RankTest.Shift shift = test(paired, base, changed, alpha);
      for (int k = 0; k < 20; k++) {
        double candidate = 4 * random.nextDouble() - 2;
        double[] moved = Arrays.stream(changed).map(v -> v - candidate).toArray();
        boolean refused = test(paired, base, moved, alpha).p() <= alpha;
        boolean outside = candidate < shift.low() || candidate > shift.high();
        assertEquals(
            refused, outside, "seed " + SEED + ", round " + round + ", shift " + candidate);
      }
    }
  }

  /** The estimate by definition: the median of all differences. */
  @Test
  void theEstimateMovesWithTheData() {
    var random = new SplittableRandom(SEED);
    for (int round = 0; round < 200; round++) {
      boolean paired = random.nextBoolean();
      double[] base = normal(random, 9);
      double[] changed = normal(random, 9);
      double by = random.nextDouble();
      double[] moved = Arrays.stream(changed).map(v -> v + by).toArray();
      RankTest.Shift one = test(paired, base, changed, 0.05);
      RankTest.Shift other = test(paired, base, moved, 0.05);
      RankTest.Shift back = test(paired, changed, base, 0.05);
      String where = "seed " + SEED + ", round " + round;
      assertEquals(one.estimate() + by, other.estimate(), 1e-9, where);
      assertEquals(one.low() + by, other.low(), 1e-9, where);
      assertEquals(-one.estimate(), back.estimate(), 1e-9, where);
      assertEquals(-one.high(), back.low(), 1e-9, where);
      assertEquals(one.p(), back.p(), 1e-12, where);
    }
  }

  /** Whatever the noise looks like, equal sides differ as seldom as the level says. */
  @Test
  void falseFindingsAreAsRareAsTheLevelSays() {
    var random = new SplittableRandom(SEED);
    int rounds = 4000;
    for (boolean paired : new boolean[] {false, true}) {
      int found = 0;
      int missed = 0;
      for (int round = 0; round < rounds; round++) {
        RankTest.Shift shift = test(paired, longTailed(random), longTailed(random), 0.05);
        found += shift.p() <= 0.05 ? 1 : 0;
        missed += shift.low() > 0 || shift.high() < 0 ? 1 : 0;
      }
      assertEquals(found, missed, "seed " + SEED);
      // 200 are expected at most; five standard deviations more are a fault.
      assertTrue(found < 270, found + " of " + rounds + ", paired " + paired + ", seed " + SEED);
    }
  }

  private static RankTest.Shift test(boolean paired, double[] base, double[] changed, double a) {
    return paired ? RankTest.paired(base, changed, a) : RankTest.unpaired(base, changed, a);
  }

  private static double[] normal(SplittableRandom random, int n) {
    return random.doubles(n).map(v -> random.nextGaussian()).toArray();
  }

  private static double[] longTailed(SplittableRandom random) {
    return random.doubles(10).map(v -> -Math.pow(random.nextDouble(), -0.7)).toArray();
  }

  /** Every choice of places for n of n + m values, its pairs counted one by one. */
  private static double[] countedOrders(int n, int m) {
    double[] ways = new double[n * m + 1];
    for (int places = 0; places < 1 << n + m; places++) {
      if (Integer.bitCount(places) == n) {
        int pairs = 0;
        for (int x = 0; x < n + m; x++) {
          for (int y = x + 1; y < n + m; y++) {
            pairs += (places >> x & 1) == 1 && (places >> y & 1) == 0 ? 1 : 0;
          }
        }
        ways[pairs]++;
      }
    }
    return cumulative(ways);
  }

  private static double[] countedSigns(int n) {
    double[] ways = new double[n * (n + 1) / 2 + 1];
    for (int signs = 0; signs < 1 << n; signs++) {
      int sum = 0;
      for (int rank = 1; rank <= n; rank++) {
        sum += (signs >> rank - 1 & 1) * rank;
      }
      ways[sum]++;
    }
    return cumulative(ways);
  }

  private static double[] cumulative(double[] ways) {
    Arrays.parallelPrefix(ways, Double::sum);
    double all = ways[ways.length - 1];
    return Arrays.stream(ways).map(w -> w / all).toArray();
  }
}
