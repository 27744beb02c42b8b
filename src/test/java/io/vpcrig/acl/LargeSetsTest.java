package io.vpcrig.acl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.acl.Classifiers.Choice;
import io.vpcrig.bench.RuleGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sets at the limit, through the choice among the engines. */
class LargeSetsTest {
  private static final long SEED = Long.getLong("vpcrig.seed", 4_711);

  /** Beyond the budget of time: for what an engine does between two looks at the clock. */
  private static final long PATIENCE_NS = 10_000_000_000L;

  /** What the sets are like. */
  enum Kind {
    HOSTS(size -> RandomRules.byAddress(size, new SplittableRandom(SEED))),
    ACCESS_LIST(size -> generated("acl1", size)),
    FIREWALL(size -> generated("fw1", size)),
    CHAIN(size -> generated("ipc1", size));

    private final IntFunction<RuleSet> maker;

    Kind(IntFunction<RuleSet> maker) {
      this.maker = maker;
    }

    private static RuleSet generated(String family, int size) {
      try {
        return RuleSet.of(RuleGenerator.named(family).generate(size, SEED));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aHundredThousandRulesFit(Kind kind, TestReporter reporter) throws OverBudgetException {
    check(kind, 100_000, 400, reporter);
  }

  @ParameterizedTest
  @EnumSource
  @Tag("slow")
  void aMillionRulesFit(Kind kind, TestReporter reporter) throws OverBudgetException {
    check(kind, 1_000_000, 2000, reporter);
  }

  private static void check(Kind kind, int size, int count, TestReporter reporter)
      throws OverBudgetException {
    RuleSet rules = kind.maker.apply(size);
    Choice choice = Classifiers.choose(rules);
    Classifier classifier = choice.classifier();
    reporter.publishEntry(
        kind
            + ": "
            + classifier
            + " in "
            + choice.totalNs() / 1_000_000
            + " ms, "
            + choice.refused());
    for (Classifiers.Refusal refusal : choice.refused()) {
      assertTrue(refusal.ns() < Budget.DEFAULT.nanoseconds() + PATIENCE_NS, refusal::toString);
    }
    assertTrue(choice.buildNs() < Budget.DEFAULT.nanoseconds() + PATIENCE_NS, choice::toString);
    assertTrue(classifier.memoryBytes() <= Budget.DEFAULT.bytes(), classifier::toString);
    HeaderTrace headers = RandomHeaders.from(rules, count, new SplittableRandom(SEED));
    assertArrayEquals(
        headers.classifyWith(Classifiers.byName("linear", rules)),
        headers.classifyWith(classifier),
        () -> classifier + ", seed " + SEED);
  }
}
