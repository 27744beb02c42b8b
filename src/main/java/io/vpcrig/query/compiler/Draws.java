package io.vpcrig.query.compiler;

import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/** Small draws. */
final class Draws {
  private Draws() {}

  static int of(int[] values, SplittableRandom random) {
    return values[random.nextInt(values.length)];
  }

  static <T> T of(List<T> values, SplittableRandom random) {
    return values.get(random.nextInt(values.size()));
  }

  /** True once in {@code n} times. */
  static boolean oneIn(int n, SplittableRandom random) {
    return random.nextInt(n) == 0;
  }

  static void shuffle(List<?> values, SplittableRandom random) {
    for (int i = values.size() - 1; i > 0; i--) {
      Collections.swap(values, i, random.nextInt(i + 1));
    }
  }
}
