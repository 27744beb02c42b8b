package io.vpcrig.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.report.HeavyHitters.Total;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HeavyHittersTest {
  private record Key(long key, long moreKey) {}

  private final Map<Key, long[]> exact = new HashMap<>();
  private long all;

  @Test
  void isExactForAsManyKeysAsThereIsRoomFor() {
    HeavyHitters hitters = draw(1, 256, 256, 20_000);
    assertEquals(0, hitters.error());
    List<Total> totals = hitters.largest(1_000);
    assertEquals(exact.size(), totals.size());
    assertEquals(exact.size(), hitters.keys());
    long least = Long.MAX_VALUE;
    for (Total total : totals) {
      long[] truth = exact.get(new Key(total.key(), total.moreKey()));
      assertEquals(truth[0], total.bytes()[0]);
      assertEquals(truth[1], total.bytes()[1]);
      assertEquals(truth[2], total.frames()[0]);
      assertEquals(truth[3], total.frames()[1]);
      assertEquals(0, total.missing());
      assertTrue(total.allBytes() <= least, "not by size");
      least = total.allBytes();
    }
  }

  @Test
  void beyondThatEveryTotalIsWithinTheErrorItTells() {
    for (long seed = 1; seed <= 8; seed++) {
      String where = "seed " + seed;
      HeavyHitters hitters = draw(seed, 64, 5_000, 10_000);
      assertTrue(hitters.error() > 0, where);
      assertTrue(hitters.error() <= 2 * all / 64, where);
      Map<Key, Total> told = new HashMap<>();
      hitters.largest(64).forEach(t -> told.put(new Key(t.key(), t.moreKey()), t));
      exact.forEach(
          (key, truth) -> {
            long bytes = truth[0] + truth[1];
            Total total = told.get(key);
            if (total == null) {
              assertTrue(bytes <= hitters.error(), () -> "forgot " + bytes + ", " + where);
            } else {
              assertTrue(total.allBytes() <= bytes, where);
              assertTrue(bytes <= total.allBytes() + total.missing(), where);
              assertTrue(total.missing() <= hitters.error(), where);
            }
          });
      assertFalse(told.isEmpty(), where);
    }
  }

  @Test
  void roomIsAPowerOfTwo() {
    assertThrows(IllegalArgumentException.class, () -> new HeavyHitters(100));
  }

  /** Few keys carry most: the square of a uniform number picks the key. */
  private HeavyHitters draw(long seed, int room, int keys, int frames) {
    exact.clear();
    all = 0;
    Random random = new Random(seed);
    HeavyHitters hitters = new HeavyHitters(room);
    for (int k = 0; k < frames; k++) {
      double u = random.nextDouble();
      long pick = (long) (u * u * u * keys);
      Key key = new Key(pick << 32 | pick, pick % 7);
      int side = random.nextInt(2);
      int length = 1 + random.nextInt(1500);
      hitters.add(key.key(), key.moreKey(), side, length);
      long[] truth = exact.computeIfAbsent(key, unused -> new long[4]);
      truth[side] += length;
      truth[2 + side]++;
      all += length;
    }
    return hitters;
  }
}
