package io.vpcrig.engine;

import static org.junit.jupiter.api.Assertions.fail;

import io.vpcrig.testing.Differential;
import io.vpcrig.testing.Mismatch;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * The engine and the reference router decide alike: a million random packets over random VPCs, in
 * both semantics, singly and in batches. {@code -Dvpcrig.seed=N} repeats a run, {@code
 * -Dvpcrig.packets=N} makes it longer.
 */
class EngineDifferentialTest {
  private static final int PER_VPC = 2_000;

  @Test
  void decidesAMillionRandomFlowsAsTheReferenceDoes() {
    long seed = Long.getLong("vpcrig.seed", 20_261_122L);
    long packets = Long.getLong("vpcrig.packets", 2_000_000L);
    SplittableRandom random = new SplittableRandom(seed);
    int[] batches = {1, 7, 64, 250};
    for (long done = 0; done < packets; done += PER_VPC) {
      long vpcSeed = random.nextLong();
      int atOnce = batches[random.nextInt(batches.length)];
      Optional<Mismatch> mismatch = Differential.run(vpcSeed, PER_VPC, atOnce, EngineRouter::new);
      if (mismatch.isPresent()) {
        fail(
            "seed %d, VPC seed %d, %d at once, after %d packets%n%s"
                .formatted(seed, vpcSeed, atOnce, done, mismatch.get()));
      }
    }
  }
}
