package io.vpcrig.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.model.Segment;
import io.vpcrig.model.Vpc;
import io.vpcrig.query.Outcome;
import io.vpcrig.query.Packet;
import io.vpcrig.query.ReferenceRouter;
import io.vpcrig.query.Story;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.testing.Differential;
import io.vpcrig.testing.RandomReload;
import io.vpcrig.testing.RandomTraffic;
import io.vpcrig.testing.RandomVpc;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The engine and the reference decide alike while VPCs are loaded anew between batches: tiers,
 * gateways and public networks come, go and change places, tags, routes and NAT rules change.
 * {@code -Dvpcrig.seed=N} repeats a run, {@code -Dvpcrig.packets=N} makes it longer.
 */
class ReloadDifferentialTest {
  private static final int PER_VPC = 3_000;
  private static final int[] BATCHES = {1, 7, 64, 250};

  private final Map<Reason, Integer> reasons = new EnumMap<>(Reason.class);
  private int moved;

  @Test
  void decidesRandomFlowsAsTheReferenceDoesWhateverIsLoadedInBetween() {
    long seed = Long.getLong("vpcrig.seed", 20_261_126L);
    long packets = Long.getLong("vpcrig.packets", 300_000L);
    var random = new SplittableRandom(seed);
    for (long done = 0; done < packets; done += PER_VPC) {
      run("seed %d after %d".formatted(seed, done), random);
    }
    assertTrue(reasons.get(Reason.ESTABLISHED) > packets / 50, reasons::toString);
    assertTrue(reasons.getOrDefault(Reason.RELATED, 0) > packets / 1_000, reasons::toString);
    assertTrue(reasons.getOrDefault(Reason.ROUTE_NONE, 0) > packets / 1_000, reasons::toString);
    assertTrue(moved > packets / 500, () -> moved + " established packets went another way");
  }

  private void run(String where, SplittableRandom random) {
    long vpcSeed = random.nextLong();
    int atOnce = BATCHES[random.nextInt(BATCHES.length)];
    Vpc base = RandomVpc.of(vpcSeed);
    Vpc vpc = base;
    var reload = new RandomReload(base, vpcSeed);
    var traffic = new RandomTraffic(base, vpcSeed);
    var reference = new ReferenceRouter(vpc);
    Map<String, String> ways = new java.util.HashMap<>();
    try (EngineRouter router = new EngineRouter(vpc)) {
      for (int sent = 0; sent < PER_VPC; sent += atOnce) {
        if (random.nextInt(1 + 100 / atOnce) == 0) {
          vpc = reload.next();
          router.apply(vpc);
          reference.apply(vpc);
        }
        List<Packet> packets = packets(traffic, vpc, atOnce);
        List<Outcome> outcomes = router.sendAll(packets);
        for (int k = 0; k < atOnce; k++) {
          Packet packet = packets.get(k);
          Story story = reference.send(packet, Differential.portOf(outcomes.get(k)));
          String what =
              "%s, VPC seed %d, %d at once, packet %d: %s"
                  .formatted(where, vpcSeed, atOnce, sent + k, packet);
          assertEquals(List.of(), Differential.differences(story, outcomes.get(k)), what);
          traffic.became(packet, story.outcome());
          note(ways, packet, story.outcome());
        }
      }
    }
  }

  /** Only what comes by a segment there is. */
  private static List<Packet> packets(RandomTraffic traffic, Vpc vpc, int count) {
    Set<String> names = vpc.segments().stream().map(Segment::name).collect(Collectors.toSet());
    List<Packet> packets = new ArrayList<>();
    while (packets.size() < count) {
      Packet packet = traffic.next();
      if (names.contains(packet.in())) {
        packets.add(packet);
      }
    }
    return packets;
  }

  private void note(Map<String, String> ways, Packet packet, Outcome outcome) {
    reasons.merge(outcome.reason(), 1, Integer::sum);
    if (outcome.out().isPresent()) {
      String before = ways.put(packet.flow().toString(), outcome.out().get());
      boolean other = before != null && !before.equals(outcome.out().get());
      moved += other && outcome.reason() == Reason.ESTABLISHED ? 1 : 0;
    }
  }
}
