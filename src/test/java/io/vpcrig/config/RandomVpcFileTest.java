package io.vpcrig.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vpcrig.model.Vpc;
import io.vpcrig.testing.RandomVpc;
import io.vpcrig.testing.VpcText;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Random VPCs are such as an operator could write: their files are read without a complaint. */
class RandomVpcFileTest {
  private static final int SEEDS = 500;

  @Test
  void everyRandomVpcIsReadBackFromItsFile() {
    for (long seed = 0; seed < SEEDS; seed++) {
      Vpc vpc = RandomVpc.of(seed);
      String file = VpcText.of(vpc);
      VpcFile.Outcome read = VpcFile.check(file, "random.yaml");
      assertEquals(
          List.of(), read.problems().stream().filter(Problem::isError).toList(), () -> file);
      assertEquals(file, VpcText.of(read.vpc().orElseThrow()), "seed " + seed);
    }
  }
}
