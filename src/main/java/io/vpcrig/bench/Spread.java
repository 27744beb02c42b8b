package io.vpcrig.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;

/** Smallest, middle and largest of some measured values, in the unit of the values. */
public record Spread(double min, double median, double max) {
  /**
   * @param values at least one; an even number has its two middle ones averaged
   */
  public static Spread of(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("no values");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Spread(sorted[0], median, sorted[sorted.length - 1]);
  }

  /** Distance between smallest and largest as a part of the median; 0 if all are 0. */
  public double relative() {
    return max == min ? 0 : (max - min) / median;
  }

  /** Fields {@code min}, {@code median}, {@code max}. */
  public ObjectNode toJson() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("min", min)
        .put("median", median)
        .put("max", max);
  }
}
