package io.vpcrig.acl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Quirk;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every engine owes, on sets made here. */
class EnginesTest {
  private static final long SEED = Long.getLong("vpcrig.seed", 4_711);

  @Test
  void allEnginesAgreeWithTheDefinitionOnRandomSets() throws OverBudgetException {
    var random = new SplittableRandom(SEED);
    for (int round = 0; round < 200; round++) {
      RuleSet rules = randomRules(random.nextInt(1, 300), random);
      HeaderTrace headers = RandomHeaders.from(rules, 300, random);
      int[] expected = new int[headers.size()];
      Arrays.setAll(expected, i -> define(rules, headers, i));
      for (String engine : Classifiers.names()) {
        Classifier classifier;
        try {
          classifier = Classifiers.byName(engine, rules);
        } catch (OverBudgetException e) {
          continue;
        }
        int[] actual = headers.classifyWith(classifier);
        int at = round;
        assertArrayEquals(expected, actual, () -> engine + ", seed " + SEED + " round " + at);
      }
    }
  }

  @Test
  void anEmptySetMatchesNothing() throws OverBudgetException {
    for (String engine : Classifiers.names()) {
      assertEquals(
          Classifier.NONE, Classifiers.byName(engine, RuleSet.of(List.of())).classify(1, 2, 3, 6));
    }
  }

  @Test
  void onlyLiveEntriesAreAnswered() throws OverBudgetException {
    RuleSet rules = RuleSet.of(List.of(rule(Cidr.ANY, Cidr.ANY, Protocol.TCP, 0)));
    int[] protocols = {6, 17, 6, 6};
    for (String engine : Classifiers.names()) {
      int[] result = {9, 9, 9, 9};
      Classifiers.byName(engine, rules)
          .classify(new int[4], new int[4], new int[4], protocols, new int[] {1, 2, 3}, 2, result);
      assertArrayEquals(new int[] {9, -1, 0, 9}, result, engine);
    }
  }

  /** No hash can tell these apart: all overlap in every header. */
  @Test
  void rulesThatNoTableTellsApartStillCompileQuickly() throws OverBudgetException {
    List<MatchRule> rules = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      rules.add(
          new MatchRule(
              Cidr.ANY,
              Cidr.ANY,
              new PortRange(i, 40_000 + i % 7),
              new PortRange(30_000 - i % 1000, 65_000),
              Protocol.ALL,
              i,
              Quirk.NONE));
    }
    RuleSet set = RuleSet.of(rules);
    long start = System.nanoTime();
    Classifier classifier = Classifiers.choose(set).classifier();
    assertTrue(System.nanoTime() - start < 5_000_000_000L, "took more than 5 s");
    assertTrue(classifier.memoryBytes() < 100L * rules.size(), classifier::toString);
    HeaderTrace headers = RandomHeaders.from(set, 500, new SplittableRandom(SEED));
    assertArrayEquals(
        headers.classifyWith(Classifiers.byName("linear", set)), headers.classifyWith(classifier));
  }

  /** Every pair of prefix lengths is a table of its own, beyond what is allowed. */
  @Test
  void moreShapesThanTablesStillAgree() throws OverBudgetException {
    var random = new SplittableRandom(SEED);
    List<MatchRule> rules = new ArrayList<>();
    for (int i = 0; i < 6000; i++) {
      Cidr source = new Cidr(0x0a0a0a0a, random.nextInt(33));
      Cidr destination = new Cidr(0x14141414, random.nextInt(33));
      rules.add(rule(source, destination, random.nextInt(3) + 5, i));
    }
    RuleSet set = RuleSet.of(rules.reversed());
    HeaderTrace headers = RandomHeaders.from(set, 2000, random);
    assertArrayEquals(
        headers.classifyWith(Classifiers.byName("linear", set)),
        headers.classifyWith(Classifiers.byName("tuple-merge", set)));
  }

  @Test
  void shortListsAreSearchedLinearlyAndLongOnesByClasses() throws OverBudgetException {
    var random = new SplittableRandom(SEED);
    assertEquals("linear", Classifiers.choose(randomRules(8, random)).classifier().name());
    assertEquals("rfc", Classifiers.choose(randomRules(9, random)).classifier().name());
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Classifiers.byName("magic", randomRules(1, random)));
    assertEquals(
        "no engine is named 'magic', legal: auto, linear, rfc, peel, split, tuple-merge",
        e.getMessage());
  }

  @Test
  void classifyingAllocatesNothing() throws OverBudgetException {
    var random = new SplittableRandom(SEED);
    RuleSet rules = randomRules(200, random);
    HeaderTrace headers = RandomHeaders.from(rules, 256, random);
    int n = headers.size();
    int[] source = IntStream.range(0, n).map(headers::source).toArray();
    int[] destination = IntStream.range(0, n).map(headers::destination).toArray();
    int[] ports = IntStream.range(0, n).map(headers::ports).toArray();
    int[] protocol = IntStream.range(0, n).map(headers::protocol).toArray();
    int[] live = IntStream.range(0, n).toArray();
    int[] result = new int[n];
    for (String engine : Classifiers.names()) {
      Classifier classifier = Classifiers.byName(engine, rules);
      Runnable batch =
          () -> classifier.classify(source, destination, ports, protocol, live, n, result);
      for (int i = 0; i < 20_000; i++) {
        batch.run(); // Until the compiled code runs: vectors are objects before.
      }
      assertEquals(0, allocatedBy(batch), engine);
    }
  }

  /**
   * Bytes that 200 runs allocate, the least of several measurements: the JVM itself may allocate
   * something once, code that allocates does so each time.
   */
  static long allocatedBy(Runnable work) {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int attempt = 0; attempt < 5; attempt++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 200; i++) {
        work.run();
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }

  private static int define(RuleSet rules, HeaderTrace headers, int i) {
    for (int position = 0; position < rules.size(); position++) {
      if (rules
          .rule(position)
          .matches(
              headers.source(i), headers.destination(i), headers.ports(i), headers.protocol(i))) {
        return position;
      }
    }
    return Classifier.NONE;
  }

  private static RuleSet randomRules(int size, SplittableRandom random) {
    List<MatchRule> rules = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      rules.add(
          new MatchRule(
              cidr(random),
              cidr(random),
              ports(random),
              ports(random),
              protocol(random),
              i,
              Quirk.NONE));
    }
    return RuleSet.of(rules);
  }

  private static MatchRule rule(Cidr source, Cidr destination, int protocol, int id) {
    return new MatchRule(
        source, destination, PortRange.ALL, PortRange.ALL, protocol, id, Quirk.NONE);
  }

  private static Cidr cidr(SplittableRandom random) {
    int length = random.nextInt(3) == 0 ? 0 : random.nextInt(33);
    return new Cidr(random.nextBoolean() ? random.nextInt() : random.nextInt(16) << 28, length);
  }

  private static PortRange ports(SplittableRandom random) {
    return switch (random.nextInt(4)) {
      case 0 -> {
        int first = random.nextInt(65536);
        yield new PortRange(first, random.nextInt(first, 65536));
      }
      case 1 -> {
        int port = random.nextInt(65536);
        yield new PortRange(port, port);
      }
      default -> PortRange.ALL;
    };
  }

  private static int protocol(SplittableRandom random) {
    return random.nextBoolean() ? Protocol.ALL : random.nextInt(256);
  }
}
