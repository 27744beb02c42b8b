package io.vpcrig.bench;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** Values to draw from, each as often as its weight says. */
final class Weighted<T> {
  private final List<T> values;

  /** Sum of the weights up to and with each value. */
  private final int[] sums;

  private Weighted(List<T> values, int[] sums) {
    this.values = values;
    this.sums = sums;
  }

  /**
   * @param values at least one
   * @param weight of a value, at least 1
   */
  static <T> Weighted<T> of(List<T> values, ToIntFunction<T> weight) {
    int[] sums = values.stream().mapToInt(weight).toArray();
    Arrays.parallelPrefix(sums, Integer::sum);
    return new Weighted<>(List.copyOf(values), sums);
  }

  /** Other values with the same weights. */
  <R> Weighted<R> map(Function<T, R> mapping) {
    return new Weighted<>(values.stream().map(mapping).toList(), sums);
  }

  T draw(SplittableRandom random) {
    int at = Arrays.binarySearch(sums, random.nextInt(sums[sums.length - 1]) + 1);
    return values.get(at < 0 ? -at - 1 : at);
  }
}
