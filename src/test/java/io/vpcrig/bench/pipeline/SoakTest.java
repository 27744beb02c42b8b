package io.vpcrig.bench.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.frame.Bytes;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Short; {@code bench pipeline --soak} is the same for as long as one likes. */
class SoakTest {
  private static final FrameSize SIZE = FrameSize.parse("IMIX");
  private static final Scenario SCENARIO = new Scenario(Variant.MIXED, 4000, SIZE, 6, 50, 0.3, 64);

  @Test
  void nothingGrowsAndEveryFrameIsCountedOnce() throws IOException {
    try (Soak soak = new Soak(SCENARIO, 1)) {
      soak.run(2);
      int warm = 1;
      soak.run(1);
      while (soak.run(0.5).created() < 30_000) {
        warm++;
      }
      soak.run(0.5);
      soak.run(0.5);
      assertEquals(List.of(), soak.faults(warm));
    }
  }

  @Test
  void memoryThatIsNotGivenBackIsTold() throws IOException {
    try (Soak soak = new Soak(SCENARIO, 1);
        Bytes small = Bytes.allocate(1)) {
      soak.run(0.1);
      try (Bytes lost = Bytes.allocate(1 + small.capacity())) {
        soak.run(0.1);
        String told = String.join("; ", soak.faults(0));
        assertTrue(told.contains("memory outside the heap grew"), told);
        assertEquals(2, lost.capacity());
      }
    }
  }

  @Test
  void aSoakNeedsConnectionsThatComeAndGo() {
    Scenario still = new Scenario(Variant.MIXED, 4000, SIZE, 6, 50, 0, 64);
    assertThrows(IllegalArgumentException.class, () -> new Soak(still, 1).close());
  }
}
