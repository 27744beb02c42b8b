package io.vpcrig.bench.compare;

import java.util.Arrays;

/**
 * How far one sample lies above another, by ranks: exact tests, and the estimates and intervals
 * that belong to them. Nothing is assumed but that noise is alike on both sides; of paired values,
 * that the noise of their difference is symmetric. Ties count half, and against a finding.
 */
final class RankTest {
  /** Values a side that are taken: the exact distribution of more takes long. */
  static final int MOST_VALUES = 100;

  private RankTest() {}

  /**
   * A shift between two samples.
   *
   * @param estimate median of all differences (Hodges and Lehmann)
   * @param low lower end of the interval; negative infinity where there are too few values for it
   * @param high upper end; infinity likewise
   * @param p chance of a shift at least as clear where there is none, both directions
   */
  record Shift(double estimate, double low, double high, double p) {}

  /**
   * Independent samples: Mann and Whitney.
   *
   * @param alpha 1 - confidence of the interval
   */
  static Shift unpaired(double[] base, double[] changed, double alpha) {
    requireSize(base.length);
    requireSize(changed.length);
    double[] differences = new double[base.length * changed.length];
    int k = 0;
    for (double b : base) {
      for (double c : changed) {
        differences[k++] = c - b;
      }
    }
    return shift(differences, mannWhitney(base.length, changed.length), alpha);
  }

  /** Values taken in pairs: Wilcoxon's signed ranks. */
  static Shift paired(double[] base, double[] changed, double alpha) {
    requireSize(base.length);
    int n = base.length;
    double[] walsh = new double[n * (n + 1) / 2];
    int k = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        walsh[k++] = (changed[i] - base[i] + changed[j] - base[j]) / 2;
      }
    }
    return shift(walsh, signedRank(n), alpha);
  }

  /** Fewest pairs, or values a side, whose test can be as sure as {@code alpha} demands. */
  static int fewest(boolean paired, double alpha) {
    int n = 1;
    while (n < MOST_VALUES && 2 * (paired ? signedRank(n)[0] : mannWhitney(n, n)[0]) > alpha) {
      n++;
    }
    return n;
  }

  /**
   * Both statistics are how many of some differences are positive.
   *
   * @param cumulative chance of at most so many, without a shift
   */
  private static Shift shift(double[] differences, double[] cumulative, double alpha) {
    Arrays.sort(differences);
    int count = differences.length;
    double above = 0;
    for (double difference : differences) {
      above += difference > 0 ? 1 : difference == 0 ? 0.5 : 0;
    }
    double least = Math.min(above, count - above);
    double p = Math.min(1, 2 * cumulative[(int) Math.ceil(least)]);
    int cut = 0;
    while (cut < (count + 1) / 2 && cumulative[cut] <= alpha / 2) {
      cut++;
    }
    double estimate = (differences[(count - 1) / 2] + differences[count / 2]) / 2;
    return cut == 0
        ? new Shift(estimate, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, p)
        : new Shift(estimate, differences[cut - 1], differences[count - cut], p);
  }

  /** Of sums of some of the numbers 1..n, each taken or not by the toss of a coin. */
  static double[] signedRank(int n) {
    double[] ways = new double[n * (n + 1) / 2 + 1];
    ways[0] = 1;
    for (int rank = 1; rank <= n; rank++) {
      for (int sum = rank * (rank + 1) / 2; sum >= rank; sum--) {
        ways[sum] += ways[sum - rank];
      }
    }
    return cumulative(ways);
  }

  /** Of the pairs (x, y) with x below y, for any order of n and m values as likely as another. */
  static double[] mannWhitney(int n, int m) {
    // ways[j][u]: orders of i values and j others with u such pairs; i grows.
    double[][] ways = new double[m + 1][n * m + 1];
    for (double[] each : ways) {
      each[0] = 1;
    }
    for (int i = 1; i <= n; i++) {
      for (int j = 1; j <= m; j++) {
        // The largest is one of the first, below no other; or one of the others, above all i.
        for (int u = i * j; u >= 0; u--) {
          double first = u <= (i - 1) * j ? ways[j][u] : 0;
          ways[j][u] = first + (u < i ? 0 : ways[j - 1][u - i]);
        }
      }
    }
    return cumulative(ways[m]);
  }

  private static double[] cumulative(double[] ways) {
    double all = Arrays.stream(ways).sum();
    double sum = 0;
    double[] cumulative = new double[ways.length];
    for (int k = 0; k < ways.length; k++) {
      sum += ways[k];
      cumulative[k] = sum / all;
    }
    return cumulative;
  }

  private static void requireSize(int n) {
    if (n < 1 || n > MOST_VALUES) {
      throw new IllegalArgumentException(n + " values, legal: 1.." + MOST_VALUES);
    }
  }
}
