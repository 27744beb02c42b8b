package io.vpcrig.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Where the rate of further measurements would lie on average, with a confidence of 95 %: Student's
 * interval of the mean of the logarithms. The unit is the process where there are several, each
 * with the median of its runs: runs of one process differ by less than processes do.
 *
 * @param low lower end; NaN where one value is all there is
 * @param high upper end
 * @param processes that it is of; 1: it is of the runs of that one, and says nothing of others
 */
public record Confidence(double low, double high, int processes) {
  /** Two-sided 95 % quantiles of Student's t for 1, 2, ... degrees of freedom. */
  private static final double[] T = {
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
    2.052, 2.048, 2.045, 2.042
  };

  /** Quantile beyond the table: of the normal distribution, and how fast t gets there. */
  private static final double NORMAL = 1.960;

  private static final double APPROACH = 2.44;

  /**
   * Of rates above 0.
   *
   * @param byProcess the rates of the runs of each process
   */
  public static Confidence of(Collection<double[]> byProcess) {
    double[] values =
        byProcess.size() == 1
            ? byProcess.iterator().next()
            : byProcess.stream().mapToDouble(rates -> Spread.of(rates).median()).toArray();
    int n = values.length;
    double[] logs = DoubleStream.of(values).map(Math::log).toArray();
    double mean = DoubleStream.of(logs).sum() / n;
    double squares = DoubleStream.of(logs).map(v -> (v - mean) * (v - mean)).sum();
    double half = n == 1 ? Double.NaN : quantile(n - 1) * Math.sqrt(squares / (n - 1) / n);
    return new Confidence(Math.exp(mean - half), Math.exp(mean + half), byProcess.size());
  }

  /** Two-sided 95 % quantile of Student's t, right to three digits. */
  static double quantile(int degrees) {
    return degrees <= T.length ? T[degrees - 1] : NORMAL + APPROACH / degrees;
  }

  /** Half of the interval as a part of its middle; NaN where there is none. */
  public double relative() {
    return (high - low) / (high + low);
  }

  ObjectNode toJson() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("low", low)
        .put("high", high)
        .put("of", processes == 1 ? "runs" : "processes");
  }

  /** Of a single process's runs. */
  static Confidence of(double... rates) {
    return of(List.of(rates));
  }
}
