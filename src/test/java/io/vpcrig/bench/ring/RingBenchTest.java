package io.vpcrig.bench.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.bench.Sampler;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every ring is held to the same. */
class RingBenchTest {
  private static final long SEED = 32;

  /** Held against two counters: what has gone in and what has come out. */
  @ParameterizedTest
  @EnumSource(RingKind.class)
  void whatGoesInComesOutInOrderAndNoMoreThanFits(RingKind kind) {
    var random = new SplittableRandom(SEED);
    for (int round = 0; round < 100; round++) {
      int burst = 1 << random.nextInt(5);
      int capacity = Math.max(4, burst << 1 + random.nextInt(4));
      Handoff ring = kind.make(capacity, burst);
      long in = 0;
      long out = 0;
      for (int step = 0; step < 500; step++) {
        if (random.nextBoolean()) {
          int put = ring.put(1 + in);
          assertTrue(put >= 0 && put <= burst, () -> kind + ", seed " + SEED);
          assertTrue(put > 0 || capacity - (in - out) < burst, kind + " refused, seed " + SEED);
          in += put;
        } else {
          int taken = ring.take(1 + out);
          assertTrue(taken >= 0, kind + ", seed " + SEED);
          assertTrue(taken > 0 || in == out, kind + " hid some, seed " + SEED);
          out += taken;
        }
        assertTrue(out <= in && in - out <= capacity, kind + ", seed " + SEED);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(RingKind.class)
  void aWrongDescriptorIsSeen(RingKind kind) {
    Handoff ring = kind.make(16, 4);
    assertEquals(4, ring.put(1));
    assertEquals(4, ring.take(1));
    assertEquals(4, ring.put(6));
    assertEquals(-1, ring.take(5));
  }

  @ParameterizedTest
  @EnumSource(RingKind.class)
  void twoThreadsHandOverAndEnd(RingKind kind) {
    var row = RingBench.measure(kind, 64, 8, new Sampler(2, 0.01, 0.01));
    assertEquals(kind.name(), row.get("ring").asText());
    assertTrue(row.at("/descriptorsPerSecond/max").asDouble() > 0, row::toString);
    assertEquals(row.get("nsPerBurst").asDouble(), 8 * row.get("nsPerDescriptor").asDouble(), 1e-6);
  }
}
