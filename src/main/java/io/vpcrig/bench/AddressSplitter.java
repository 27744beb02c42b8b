package io.vpcrig.bench;

import io.vpcrig.model.Cidr;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Gives prefixes of known lengths their addresses, from the top of the tree down: those at a node
 * go on to one child or to both as a {@link TreeShape} says for that level and weight.
 *
 * <p>Which prefixes go to the lighter child? A run of neighbours, in an order by length that a part
 * of them, the mixing, does not keep to. Without mixing, prefixes of one length keep to themselves;
 * with much, many lengths nest in one place.
 */
final class AddressSplitter {
  /** Brings the nesting of all seven fitted families near that of their real sets, by trial. */
  private static final double MIXING = 0.15;

  private final TreeShape.Forks forks;
  private final SplittableRandom random;
  private final int[] lengths;
  private final int[] addresses;

  /** Prefixes of the other side that the addresses may keep to; null if there are none. */
  private final Cidr[] guides;

  /** For each level, the probability of keeping to the guide's next bit. */
  private final double[] correlation;

  /** The prefixes, those at one node being neighbours. */
  private final int[] order;

  /** Room for the next {@link #order} of a node. */
  private final int[] scratch;

  private AddressSplitter(
      TreeShape shape,
      int[] lengths,
      Cidr[] guides,
      double[] correlation,
      SplittableRandom random) {
    forks = shape.forks();
    this.random = random;
    this.lengths = lengths;
    this.guides = guides;
    this.correlation = correlation;
    addresses = new int[lengths.length];
    order = byLength();
    scratch = new int[lengths.length];
  }

  /** Prefixes of a side by itself. */
  static Cidr[] split(TreeShape shape, int[] lengths, SplittableRandom random) {
    return new AddressSplitter(shape, lengths, null, null, random).prefixes();
  }

  /**
   * Prefixes each of which may share its beginning with a prefix of the other side.
   *
   * @param correlation of {@link RuleModel}
   */
  static Cidr[] split(
      TreeShape shape,
      int[] lengths,
      Cidr[] guides,
      double[] correlation,
      SplittableRandom random) {
    return new AddressSplitter(shape, lengths, guides, correlation, random).prefixes();
  }

  private int[] byLength() {
    long[] keys = new long[lengths.length];
    for (int i = 0; i < keys.length; i++) {
      int place = random.nextDouble() < MIXING ? random.nextInt(33) : lengths[i];
      keys[i] = (long) place << 32 | i;
    }
    Arrays.sort(keys);
    return Arrays.stream(keys).mapToInt(key -> (int) key).toArray();
  }

  private Cidr[] prefixes() {
    split(0, order.length, 0);
    Cidr[] prefixes = new Cidr[order.length];
    for (int i = 0; i < prefixes.length; i++) {
      prefixes[i] = new Cidr(addresses[i], lengths[i]);
    }
    return prefixes;
  }

  /** Decides bit {@code level} of the prefixes {@code order[from .. to-1]}, then all below. */
  private void split(int from, int to, int level) {
    int free = 0;
    for (int k = from; k < to; k++) {
      free += lengths[order[k]] > level && !isGuided(order[k], level) ? 1 : 0;
    }
    int light = free < 2 ? 0 : forks.lighter(level, free, random);
    int lightBit = random.nextInt(2);
    int run = light == 0 ? 0 : random.nextInt(free);
    int zeros = from;
    int ones = to;
    for (int k = from; k < to; k++) {
      int i = order[k];
      if (lengths[i] == level) {
        continue;
      }
      int bit;
      if (isGuided(i, level)) {
        int kept = RuleFitter.bit(guides[i].network(), level);
        bit = random.nextDouble() < correlation[level] ? kept : 1 - kept;
      } else {
        bit = run < light ? lightBit : 1 - lightBit;
        run = run + 1 == free ? 0 : run + 1;
      }
      addresses[i] |= bit << 31 - level;
      if (bit == 0) {
        order[zeros++] = i;
      } else {
        scratch[--ones] = i;
      }
    }
    int middle = zeros;
    for (int k = to - 1; k >= ones; k--) {
      order[zeros++] = scratch[k];
    }
    if (middle > from) {
      split(from, middle, level + 1);
    }
    if (zeros > middle) {
      split(middle, zeros, level + 1);
    }
  }

  private boolean isGuided(int i, int level) {
    return guides != null && RuleFitter.isGuided(addresses[i], guides[i], level);
  }
}
