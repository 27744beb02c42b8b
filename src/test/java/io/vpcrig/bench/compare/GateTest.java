package io.vpcrig.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.bench.LatencyBlock;
import io.vpcrig.bench.Sampler;
import io.vpcrig.bench.Samples;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The gate on recorded processes: {@code recorded-processes.json} has the runs of 24 JVMs that
 * measured the whole way of one build, on two cores of which others had 65 to 94 %: units, wall and
 * CPU time. By CPU time most of them are within 10 % of each other, by the wall within a factor of
 * 4.
 */
class GateTest {
  private static final long SEED = 6;
  private static final int PAIRS = 80;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Gate GATE = new Gate(0.03, 0.99, false, Clock.cpu);
  private static final Gate PAIRED = new Gate(0.03, 0.99, true, Clock.cpu);
  private static final Gate WALL = new Gate(0.03, 0.99, false, Clock.wall);
  private static final Gate PAIRED_WALL = new Gate(0.03, 0.99, true, Clock.wall);

  private static JsonNode recorded;

  @BeforeAll
  static void read() throws IOException {
    try (var in = GateTest.class.getResourceAsStream("recorded-processes.json")) {
      recorded = JSON.readTree(in);
    }
  }

  /** Any half against the other half, as often as a project would in years. */
  @Test
  void repeatsOfOneBuildRaiseNoAlarm() {
    var random = new SplittableRandom(SEED);
    int alarms = 0;
    int rounds = 400;
    for (int round = 0; round < rounds; round++) {
      for (Gate gate : List.of(GATE, PAIRED, WALL, PAIRED_WALL)) {
        alarms += halves(gate, random, 1).count(Verdict.SLOWER) > 0 ? 1 : 0;
      }
    }
    // At 99 % one in 100 comparisons may differ, half of them in this direction: 8 of 1600.
    assertTrue(alarms <= 16, alarms + " alarms, seed " + SEED);
  }

  @Test
  void twentyRepeatsInTheOrderTheyWereRecordedRaiseNone() {
    for (int repeat = 0; repeat < 20; repeat++) {
      List<Integer> base = new ArrayList<>();
      List<Integer> changed = new ArrayList<>();
      for (int k = 0; k < 20; k++) {
        ((k ^ k >> 1) % 2 == 0 ? base : changed).add((k + repeat) % 24);
      }
      Gate.Outcome outcome = GATE.compare(set(base, 1), set(changed, 1));
      assertEquals(0, outcome.count(Verdict.SLOWER), outcome::toString);
    }
  }

  @Test
  void whatIsSlowerByMoreThanNoiseIsFound() {
    var random = new SplittableRandom(SEED);
    for (int round = 0; round < 50; round++) {
      Gate.Outcome outcome = halves(GATE, random, 1 / 1.6);
      assertEquals(1, outcome.count(Verdict.SLOWER), () -> "seed " + SEED + ": " + outcome);
    }
  }

  /** By the wall, the recorded differ tenfold: a lone one would be an alarm every other time. */
  @Test
  void loneProcessesOfABusyMachineTellNothing() {
    for (int k = 0; k < 24; k++) {
      List<Integer> other = List.of((k + 1) % 24);
      for (Clock clock : Clock.values()) {
        Gate gate = new Gate(0.03, 0.99, false, clock);
        Gate.Outcome outcome = gate.compare(set(List.of(k), 1, clock), set(other, 0.5, clock));
        assertEquals(1, outcome.count(Verdict.UNDECIDED), outcome::toString);
        assertTrue(outcome.rows().get(0).why().contains("busy machine"), outcome::toString);
      }
    }
  }

  @Test
  void loneProcessesOfAQuietMachineTellOfGrossChangesOnly() {
    var base = new Samples(List.of(new Samples.Run(1000, 1_000_000, 990_000)));
    for (int units : new int[] {400, 740, 760, 950, 1050, 1330, 1340}) {
      var changed = new Samples(List.of(new Samples.Run(units, 1_000_000, 990_000)));
      Gate.Outcome outcome =
          WALL.compare(
              ResultSet.of(List.of(report(base)), Clock.wall),
              ResultSet.of(List.of(report(changed)), Clock.wall));
      Verdict expected =
          units < 750 ? Verdict.SLOWER : units > 1333 ? Verdict.FASTER : Verdict.UNDECIDED;
      assertEquals(expected, outcome.rows().get(0).verdict(), outcome::toString);
      assertTrue(
          outcome.rows().get(0).why().startsWith("too few processes: from 5 a side"),
          outcome::toString);
    }
  }

  /** Pairs drawn from the recorded: on a machine as busy as that one 5 % takes many of them. */
  @Test
  void aChangeOfFivePercentIsFoundAmongRealNoise() {
    var random = new SplittableRandom(SEED);
    int found = 0;
    int rounds = 60;
    for (int round = 0; round < rounds; round++) {
      List<Integer> base = random.ints(PAIRS, 0, 24).boxed().toList();
      List<Integer> changed = random.ints(PAIRS, 0, 24).boxed().toList();
      Gate.Outcome outcome = PAIRED.compare(set(base, 1), set(changed, 1 / 1.05));
      found += outcome.count(Verdict.SLOWER) > 0 ? 1 : 0;
    }
    assertTrue(found > 0.9 * rounds, found + " of " + rounds + ", seed " + SEED);
  }

  /**
   * 50 of 1000 turns more, done on this machine now; the noise only says how many pairs it takes.
   */
  @Test
  void aPlantedChangeOfFivePercentIsFound() {
    var work = new Turns();
    new Sampler(1, 0.001, 0.2).measure(() -> work.turn(1000));
    List<ObjectNode> base = new ArrayList<>();
    List<ObjectNode> changed = new ArrayList<>();
    var gate = new Gate(0.03, 0.99, true, Clock.cpu);
    Gate.Outcome outcome;
    do {
      for (int pair = 0; pair < 12; pair++) {
        boolean first = pair % 2 == 0;
        List<Samples> two = new ArrayList<>();
        for (int turns : first ? new int[] {1000, 1050} : new int[] {1050, 1000}) {
          two.add(new Sampler(5, 0.002, 0).measure(() -> work.turn(turns)));
        }
        base.add(report(two.get(first ? 0 : 1)));
        changed.add(report(two.get(first ? 1 : 0)));
      }
      outcome = gate.compare(ResultSet.of(base, Clock.cpu), ResultSet.of(changed, Clock.cpu));
    } while (outcome.count(Verdict.SLOWER) == 0 && base.size() < 96);
    assertEquals(1, outcome.count(Verdict.SLOWER), outcome::toString);
  }

  @Test
  void latencyIsComparedByPercentiles() {
    List<ObjectNode> base = new ArrayList<>();
    List<ObjectNode> changed = new ArrayList<>();
    for (int k = 0; k < 8; k++) {
      base.add(latency(10_000 + k, 90_000));
      changed.add(latency(10_000 + k, 120_000));
    }
    var gate = new Gate(0.03, 0.99, false, Clock.wall);
    Gate.Outcome outcome =
        gate.compare(ResultSet.of(base, Clock.wall), ResultSet.of(changed, Clock.wall));
    assertEquals("latency p50", outcome.rows().get(0).metric());
    assertEquals(Verdict.SAME, outcome.rows().get(0).verdict());
    assertEquals(Verdict.SLOWER, outcome.rows().get(1).verdict());
    assertEquals(0.75, outcome.rows().get(1).ratio(), 0.01);
    assertEquals(120_000, outcome.rows().get(1).toJson().at("/new/median").asDouble(), 200);
  }

  /** One in twenty takes the longer time. */
  private static ObjectNode latency(long usualNs, long seldomNs) {
    Histogram ns = new Histogram(3);
    ns.recordValueWithCount(usualNs, 95);
    ns.recordValueWithCount(seldomNs, 5);
    ObjectNode root = JSON.createObjectNode().put("bench", "pipeline");
    root.withArray("/results").addObject().put("rate", "50%").set("latency", LatencyBlock.of(ns));
    return root;
  }

  @Test
  void pairsNeedPartnersAndProcessesAreBounded() {
    assertThrows(
        IllegalArgumentException.class,
        () -> PAIRED.compare(set(List.of(1, 2), 1), set(List.of(3), 1)));
    List<Integer> many = java.util.Collections.nCopies(101, 3);
    assertThrows(IllegalArgumentException.class, () -> GATE.compare(set(many, 1), set(many, 1)));
    assertThrows(IllegalArgumentException.class, () -> new Gate(1, 0.99, false, Clock.wall));
    assertThrows(IllegalArgumentException.class, () -> new Gate(0, 0.3, false, Clock.wall));
  }

  /** Work whose units cost as much as is asked for. */
  private static final class Turns {
    private long state = 1;

    /** Does {@code turns}, and says that it was 1000. */
    int turn(int turns) {
      for (int k = 0; k < turns; k++) {
        state = state * 0x5851_f42d_4c95_7f2dL + 1;
        state ^= state >>> 29;
      }
      return 1000;
    }
  }

  private static ObjectNode report(Samples samples) {
    ObjectNode root = JSON.createObjectNode().put("bench", "test");
    root.withArray("/results").add(samples.toJson("turns"));
    return root;
  }

  /** Half of the recorded processes against the other half, whose rates are multiplied. */
  private static Gate.Outcome halves(Gate gate, SplittableRandom random, double factor) {
    List<Integer> base = new ArrayList<>();
    List<Integer> changed = new ArrayList<>();
    for (int pair = 0; pair < 12; pair++) {
      boolean swap = random.nextBoolean();
      (swap ? changed : base).add(2 * pair);
      (swap ? base : changed).add(2 * pair + 1);
    }
    return gate.compare(set(base, 1, gate.clock()), set(changed, factor, gate.clock()));
  }

  private static ResultSet set(List<Integer> processes, double factor) {
    return set(processes, factor, Clock.cpu);
  }

  /** Rates of some of the recorded processes, multiplied. */
  private static ResultSet set(List<Integer> processes, double factor, Clock clock) {
    List<ObjectNode> reports = new ArrayList<>();
    for (int process : processes) {
      ObjectNode root = JSON.createObjectNode().put("bench", "recorded");
      for (var bench : recorded.properties()) {
        List<Samples.Run> runs = new ArrayList<>();
        for (JsonNode run : bench.getValue().get(process)) {
          long wallNs = Math.round(run.get(1).asDouble() / factor);
          long cpuNs = Math.round(run.get(2).asDouble() / factor);
          runs.add(new Samples.Run(run.get(0).asLong(), wallNs, cpuNs));
        }
        root.withArray("/results")
            .add(new Samples(runs).toJson("units").put("what", bench.getKey()));
      }
      reports.add(root);
    }
    return ResultSet.of(reports, clock);
  }
}
