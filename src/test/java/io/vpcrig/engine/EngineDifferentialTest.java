package io.vpcrig.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vpcrig.testing.Differential;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The engine does to a million random packets in some five hundred random VPCs what the reference
 * does, however many it is given at once. A difference is printed with the VPC file and the packets
 * that show it, made as small as they get.
 */
class EngineDifferentialTest {
  private static final int VPCS = 170;
  private static final int PACKETS = 2000;

  @ParameterizedTest(name = "{0} at once")
  @ValueSource(ints = {1, 16, 250})
  void theEngineAgreesWithTheReference(int atOnce) {
    for (long k = 1; k <= VPCS; k++) {
      long seed = 1000L * atOnce + k;
      assertEquals(
          Optional.empty(),
          Differential.run(seed, PACKETS, atOnce, EngineRouter::new),
          "seed " + seed);
    }
  }
}
