package io.vpcrig.acl;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Quirk;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Sets made to hurt: every engine takes or refuses each in bounded time, and what is taken is
 * answered as linear search does.
 */
class PathologicalSetsTest {
  private static final long SEED = Long.getLong("vpcrig.seed", 4_711);

  /** Beyond the budget of time: for what an engine does between two looks at the clock. */
  private static final long PATIENCE_NS = 5_000_000_000L;

  private static final Map<String, Supplier<RuleSet>> SETS = new TreeMap<>();

  static {
    SETS.put("port ranges that all overlap", () -> overlappingPorts(20_000));
    SETS.put(
        "prefixes of every length nested",
        () -> RandomRules.nested(6_000, new SplittableRandom(SEED)));
    SETS.put("services all distinct", () -> distinctServices(20_000));
    SETS.put("sources crossing destinations", () -> RandomRules.crossing(2_000, 2_000));
    SETS.put("thousands of rules for one address", () -> sameAddress(120_000));
    SETS.put("the same rule again and again", () -> repeated(50_000));
  }

  @TestFactory
  Stream<DynamicTest> everyEngineTakesOrRefusesInBoundedTime() {
    return SETS.keySet().stream()
        .flatMap(
            name -> {
              RuleSet rules = SETS.get(name).get();
              HeaderTrace headers = RandomHeaders.from(rules, 300, new SplittableRandom(SEED));
              var columns = new HeaderColumns(rules, headers);
              return Classifiers.names().stream()
                  .map(
                      engine ->
                          dynamicTest(name + ": " + engine, () -> judge(engine, rules, columns)));
            });
  }

  private static void judge(String engine, RuleSet rules, HeaderColumns headers) {
    long start = System.nanoTime();
    Classifier classifier = null;
    String refused = "";
    try {
      classifier = Classifiers.byName(engine, rules);
    } catch (OverBudgetException e) {
      refused = e.getMessage();
    }
    long took = System.nanoTime() - start;
    String what = classifier + " " + refused;
    assertTrue(
        took < Budget.DEFAULT.nanoseconds() + PATIENCE_NS, () -> took / 1_000_000 + " ms, " + what);
    if (classifier != null) {
      headers.assertAnsweredBy(classifier, () -> "seed " + SEED);
    }
  }

  /** No hash can tell these apart. */
  private static RuleSet overlappingPorts(int size) {
    return RandomRules.make(
        size,
        i ->
            new MatchRule(
                Cidr.ANY,
                Cidr.ANY,
                new PortRange(i, 40_000 + i % 7),
                new PortRange(30_000 - i % 1000, 65_000),
                Protocol.ALL,
                i,
                Quirk.NONE));
  }

  private static RuleSet distinctServices(int size) {
    return RandomRules.make(
        size,
        i ->
            new MatchRule(
                new Cidr(i << 8, 24),
                Cidr.ANY,
                new PortRange(i, i + 20_000),
                new PortRange(3 * i & 0xffff, 0xffff),
                i % 5 == 0 ? Protocol.ALL : i & 0xff,
                i,
                Quirk.NONE));
  }

  /** A list by address would hold them all, and compare each with all others. */
  private static RuleSet sameAddress(int size) {
    Cidr host = new Cidr(0x0a00_0001, 32);
    return RandomRules.make(size, i -> RandomRules.tcp(host, new Cidr(i << 8, 24), i & 0xffff, i));
  }

  private static RuleSet repeated(int size) {
    List<MatchRule> ten = RandomRules.ordinary(10, new SplittableRandom(SEED)).rules();
    return RandomRules.make(size, i -> ten.get(i % 10));
  }
}
