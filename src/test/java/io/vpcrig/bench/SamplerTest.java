package io.vpcrig.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class SamplerTest {
  @Test
  void everyRunLastsAtLeastItsTimeAndCountsItsUnits() {
    long[] calls = {0};
    Samples samples =
        new Sampler(3, 0.01, 0.005)
            .measure(
                () -> {
                  calls[0]++;
                  return 7;
                });
    assertEquals(3, samples.runs().size());
    long units = samples.runs().stream().mapToLong(Samples.Run::units).sum();
    assertTrue(units > 0 && units <= 7 * calls[0], units + " units in " + calls[0] + " calls");
    for (Samples.Run run : samples.runs()) {
      assertEquals(0, run.units() % 7);
      assertTrue(run.wallNs() >= 10_000_000, run::toString);
    }
  }

  @Test
  void workLongerThanARunIsDoneOnce() {
    Samples samples =
        new Sampler(2, 1e-9, 0)
            .measure(
                () -> {
                  Thread.onSpinWait();
                  return 5;
                });
    assertEquals(List.of(5L, 5L), samples.runs().stream().map(Samples.Run::units).toList());
  }

  @Test
  void sleepingWorkHasASmallShareOfItsCore() {
    Samples samples = new Sampler(1, 0.05, 0).measure(SamplerTest::sleep);
    assertTrue(samples.share().median() < 0.5, samples::toString);
  }

  @Test
  void ratesAndSharesComeFromUnitsAndTimes() {
    Samples samples =
        new Samples(
            List.of(
                new Samples.Run(1000, 1_000_000, 1_000_000),
                new Samples.Run(3000, 1_000_000, 500_000),
                new Samples.Run(2000, 1_000_000, 800_000)));
    assertEquals(new Spread(1e6, 2e6, 3e6), samples.rate());
    assertEquals(1, samples.rate().relative());
    assertEquals(new Spread(0.5, 0.8, 1), samples.share());
    var json = samples.toJson("lookups");
    assertEquals(2e6, json.at("/lookupsPerSecond/median").asDouble());
    assertEquals(3, json.get("runs").size());
    assertEquals(0.8, json.get("coreShare").asDouble());
  }

  @Test
  void theMiddleOfAnEvenNumberIsAveraged() {
    assertEquals(new Spread(1, 2.5, 9), Spread.of(9, 3, 1, 2));
    assertEquals(0, Spread.of(0, 0).relative());
  }

  @Test
  void senselessOrdersAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Sampler(0, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new Sampler(1, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> new Sampler(1, 1, -1));
    assertThrows(IllegalArgumentException.class, () -> new Sampler(1, Double.NaN, 1));
    assertThrows(IllegalArgumentException.class, Spread::of);
  }

  private static int sleep() {
    try {
      Thread.sleep(10);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return 1;
  }
}
