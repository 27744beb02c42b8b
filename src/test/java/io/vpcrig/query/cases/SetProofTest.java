package io.vpcrig.query.cases;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.Flow;
import io.vpcrig.model.FlowSet;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Vpc;
import io.vpcrig.query.Story;
import io.vpcrig.symbolic.UndecidedException;
import io.vpcrig.testing.RandomVpc;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Sets decided by the lists' sets are held to those asked flow by flow. */
class SetProofTest {
  private static final long SEED = Long.getLong("vpcrig.seed", 104);
  private static final int SETS = 150;
  private static final long MOST_FLOWS = 1_000;

  @Test
  void agreesWithAskingEveryFlow() {
    Random random = new Random(SEED);
    int[] found = new int[2];
    int none = 0;
    for (int round = 0; found[0] + found[1] + none < SETS; round++) {
      Vpc vpc = RandomVpc.of(SEED + round);
      SetProof proof = new SetProof(vpc);
      try (EngineProbe engine = new EngineProbe(vpc)) {
        SetTrial trial = new SetTrial(vpc, engine, MOST_FLOWS);
        for (int k = 0; k < 20; k++) {
          FlowSet set = set(random, vpc);
          boolean passing = random.nextBoolean();
          String where = "seed " + SEED + ", round " + round + ": " + set + ", passing " + passing;
          Predicate<Story> wanted = story -> story.outcome().passes() == passing;
          try {
            Optional<Flow> flow = proof.first(set, passing, Duration.ofSeconds(60));
            Optional<Story> expected = trial.first(set, wanted, story -> {});
            assertEquals(expected.isPresent(), flow.isPresent(), where + ", " + flow + expected);
            if (flow.isPresent()) {
              assertTrue(trial.ask(flow.get(), wanted, story -> {}).isPresent(), where + flow);
              found[passing ? 1 : 0]++;
            } else {
              none++;
            }
          } catch (SetTrial.TooManyException | UndecidedException e) {
            // Another set.
          }
        }
      }
    }
    assertTrue(
        found[0] > SETS / 10 && found[1] > SETS / 10 && none > SETS / 10,
        () -> found[0] + " denied, " + found[1] + " passing");
  }

  private static FlowSet set(Random random, Vpc vpc) {
    int[][] protocols = {{6}, {17}, {1}, {6, 17}, {47}, {50}, {}};
    int[] chosen = protocols[random.nextInt(protocols.length)];
    int port = new int[] {0, 22, 53, 80, 443, 8080, random.nextInt(65_536)}[random.nextInt(7)];
    return new FlowSet(
        Arrays.stream(chosen).boxed().toList(),
        cidr(random, vpc),
        PortRange.ALL,
        cidr(random, vpc),
        chosen.length == 0
            ? PortRange.ALL
            : new PortRange(port, Math.min(65_535, port + random.nextInt(300))),
        random.nextInt(3) == 0 ? random.nextInt(30) : -1,
        random.nextInt(3) == 0 ? random.nextInt(3) : -1,
        Optional.empty());
  }

  private static Cidr cidr(Random random, Vpc vpc) {
    if (random.nextInt(12) == 0) {
      return Cidr.ANY;
    }
    List<Segment> segments = vpc.segments();
    Cidr subnet = segments.get(random.nextInt(segments.size())).subnet();
    int within = subnet.network() | random.nextInt(256) & ~Cidr.mask(subnet.length());
    int address =
        switch (random.nextInt(4)) {
          case 0 -> vpc.publicAddresses().isEmpty() ? within : vpc.publicAddresses().getFirst();
          case 1 -> vpc.hosts().isEmpty() ? within : vpc.hosts().getFirst().address();
          default -> within;
        };
    int length = 27 + random.nextInt(6);
    return new Cidr(address & Cidr.mask(length), length);
  }
}
