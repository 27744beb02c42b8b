package io.vpcrig.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The search on routers whose capacity is known. */
class LoadSearchTest {
  private static final long SEED = 2544;

  @Test
  void theCapacityIsFoundFromBelow() {
    var random = new SplittableRandom(SEED);
    for (int round = 0; round < 500; round++) {
      double capacity = Math.exp(random.nextDouble() * 5) * 1e4;
      double upper = capacity * (1 + 3 * random.nextDouble());
      LoadSearch.Found found =
          new LoadSearch(0, 0.005, 3).find(rate -> loss(rate, capacity), upper);
      assertTrue(
          found.rate() <= capacity && found.rate() >= capacity / 1.0051,
          () -> found.rate() + " for " + capacity + ", seed " + SEED);
    }
  }

  @Test
  void aLossThatIsAllowedIsMoreRate() {
    double capacity = 1e6;
    double found = new LoadSearch(0.005, 0.001, 3).find(r -> loss(r, capacity), 2e6).rate();
    assertEquals(capacity / 0.995, found, 0.001 * capacity);
  }

  /** One trial in ten loses frames whatever the load: two of three must, to be believed. */
  @Test
  void disturbedTrialsAreOutvoted() {
    var random = new SplittableRandom(SEED);
    int near = 0;
    for (int round = 0; round < 200; round++) {
      double found =
          new LoadSearch(0, 0.005, 3)
              .find(r -> random.nextInt(10) == 0 ? 0.3 : loss(r, 1e6), 1.3e6)
              .rate();
      assertTrue(found <= 1e6);
      near += found > 0.97e6 ? 1 : 0;
    }
    assertTrue(near > 150, near + " of 200, seed " + SEED);
  }

  @Test
  void whatHoldsNothingIsNotSearchedForEver() {
    LoadSearch.Found found = new LoadSearch(0, 0.005, 1).find(rate -> 0.1, 1e6);
    assertEquals(0, found.rate());
    assertTrue(found.steps().size() < 15, found::toString);
  }

  @Test
  void whatHoldsAtOnceIsTheAnswer() {
    LoadSearch.Found found = new LoadSearch(0, 0.005, 3).find(rate -> 0, 1e6);
    assertEquals(1e6, found.rate());
    assertEquals(1, found.steps().size());
    assertEquals(2, found.steps().getFirst().losses().size());
  }

  @Test
  void senselessOrdersAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new LoadSearch(-1, 0.1, 3));
    assertThrows(IllegalArgumentException.class, () -> new LoadSearch(0, 0, 3));
    assertThrows(IllegalArgumentException.class, () -> new LoadSearch(0, 0.1, 2));
  }

  private static double loss(double rate, double capacity) {
    return Math.max(0, 1 - capacity / rate);
  }
}
