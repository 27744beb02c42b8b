package io.vpcrig.judge;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpcrig.model.Vpc;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The Linux kernel, set up as CloudStack's virtual router, and vpcrig decide alike on random VPCs
 * and conversations, but for what is {@link Explained}.
 *
 * <pre>
 *   -Dvpcrig.judge.seed=N      repeats a run
 *   -Dvpcrig.judge.seconds=N   how long new VPCs are begun
 *   -Dvpcrig.judge.vpcs=N      how many VPCs, whatever time that takes; mvn -Pjudge-long: 1000
 *   -Dvpcrig.judge.packets=N   packets for each VPC; mvn -Pjudge-long: 10000
 *   -Dvpcrig.judge.wild=false  TCP that keeps to its states
 * </pre>
 */
class LiveJudgeTest {
  private static final Path FOUND = Path.of("target", "judge");
  private static final int REDUCTION_SECONDS = 30;
  private static final int PROGRESS = 20;

  private final long seed = Long.getLong("vpcrig.judge.seed", 20_261_126L);
  private final long seconds = Long.getLong("vpcrig.judge.seconds", 60L);
  private final int vpcs = Integer.getInteger("vpcrig.judge.vpcs", 0);
  private final int packets = Integer.getInteger("vpcrig.judge.packets", 3_000);
  private final boolean wild =
      Boolean.parseBoolean(System.getProperty("vpcrig.judge.wild", "true"));
  private final Tally tally = new Tally();
  private final long beganNs = System.nanoTime();

  @BeforeAll
  static void needsRootAndTools() {
    Optional<String> missing = Namespaces.missing();
    assumeTrue(missing.isEmpty(), () -> "the live kernel judge " + missing.orElse(""));
  }

  @Test
  void decidesAsTheKernelDoes() throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    try (KernelRouter kernel = new KernelRouter()) {
      while (vpcs > 0 ? tally.vpcs < vpcs : elapsed() < seconds) {
        judge(random.nextLong(), kernel);
        if (vpcs > 0 && tally.vpcs % PROGRESS == 0) {
          System.err.printf("%,d of %,d VPCs, %.0f s: %s%n", tally.vpcs, vpcs, elapsed(), tally);
        }
      }
    }
    assertTrue(tally.forwarded > 0, "packets that were forwarded were compared");
    assertTrue(tally.states > 0, "connections were compared");
    System.err.printf("seed %d, %.0f s: %s%n", seed, elapsed(), tally);
  }

  private void judge(long vpcSeed, KernelRouter kernel) throws IOException {
    Vpc vpc = JudgedVpc.of(vpcSeed);
    Optional<Difference> difference;
    try (Trial trial = new Trial(vpc, kernel, tally)) {
      difference = trial.run(new Playwright(vpc, vpcSeed, wild), packets);
    }
    if (difference.isPresent()) {
      Difference smallest = Reduction.of(difference.get(), kernel, REDUCTION_SECONDS);
      smallest.write(FOUND);
      fail("seed %d, VPC seed %d, also in %s%n%s".formatted(seed, vpcSeed, FOUND, smallest));
    }
  }

  private double elapsed() {
    return (System.nanoTime() - beganNs) / 1e9;
  }
}
