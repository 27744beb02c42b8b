package io.vpcrig.bench;

import java.util.SplittableRandom;

/** How headers are spread over rules, or frames over flows. */
public enum Skew {
  /** Every rule alike. */
  uniform {
    @Override
    public int rank(int count, SplittableRandom random) {
      return random.nextInt(count);
    }
  },

  /** The k-th rule of a random order about 1/k as often as the first. */
  zipf {
    @Override
    public int rank(int count, SplittableRandom random) {
      // P(rank < k) = log(k + 1) / log(count + 1), which is the sum of 1/k, nearly.
      return Math.min(count - 1, (int) StrictMath.pow(count + 1.0, random.nextDouble()) - 1);
    }
  },

  /** Nine headers of ten from one rule of a hundred. */
  hot {
    @Override
    public int rank(int count, SplittableRandom random) {
      int hot = Math.max(1, count / 100);
      return random.nextInt(10) > 0 ? random.nextInt(hot) : random.nextInt(count);
    }
  };

  /** Position in a random order of the rules, 0..count-1. */
  public abstract int rank(int count, SplittableRandom random);
}
