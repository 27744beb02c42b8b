package io.vpcrig.bench;

import io.vpcrig.model.Cidr;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Where the addresses to look up come from. */
public enum AddressPattern {
  /** Anywhere in the IPv4 space: a table larger than the caches misses them almost always. */
  rand {
    @Override
    int[] draw(List<Cidr> prefixes, int count, SplittableRandom random) {
      return random.ints(count).toArray();
    }
  },

  /** Any prefix, then any address in it. */
  route {
    @Override
    int[] draw(List<Cidr> prefixes, int count, SplittableRandom random) {
      int[] addresses = new int[count];
      Arrays.setAll(
          addresses,
          i -> {
            Cidr prefix = prefixes.get(random.nextInt(prefixes.size()));
            return prefix.network() | random.nextInt() & ~prefix.mask();
          });
      return addresses;
    }
  },

  /** 100,000 addresses drawn like {@link #route}, some far more often than others. */
  zipf {
    @Override
    int[] draw(List<Cidr> prefixes, int count, SplittableRandom random) {
      int[] popular = route.draw(prefixes, POPULAR, random);
      int[] addresses = new int[count];
      Arrays.setAll(addresses, i -> popular[Skew.zipf.rank(POPULAR, random)]);
      return addresses;
    }
  },

  /** One behind the other, from 1.0.0.0 on. */
  seq {
    @Override
    int[] draw(List<Cidr> prefixes, int count, SplittableRandom random) {
      int[] addresses = new int[count];
      Arrays.setAll(addresses, i -> 0x0100_0000 + i);
      return addresses;
    }
  };

  private static final int POPULAR = 100_000;

  /**
   * Addresses in the order they are to be looked up.
   *
   * @param prefixes at least one
   */
  public int[] addresses(List<Cidr> prefixes, int count, long seed) {
    return draw(prefixes, count, new SplittableRandom(seed));
  }

  abstract int[] draw(List<Cidr> prefixes, int count, SplittableRandom random);
}
