package io.vpcrig.acl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.model.Cidr;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The choice among the engines, and their names. What each owes: RuleCompilerConformance. */
class EnginesTest {
  private static final long SEED = Long.getLong("vpcrig.seed", 4_711);

  private final SplittableRandom random = new SplittableRandom(SEED);

  @Test
  void theOracleComesFirstAndWhatOthersBroughtLast() {
    assertEquals(
        List.of("linear", "rfc", "peel", "split", "tuple-merge", "by-protocol"),
        Classifiers.names());
  }

  @Test
  void anUnknownNameIsRefusedWithTheLegalOnes() {
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Classifiers.byName("magic", RandomRules.ordinary(1, random)));
    assertEquals(
        "no engine is named 'magic', legal:"
            + " auto, linear, rfc, peel, split, tuple-merge, by-protocol",
        e.getMessage());
  }

  @Test
  void everyNameIsThatOfItsEngine() throws OverBudgetException {
    RuleSet rules = RandomRules.byAddress(40, random);
    for (String name : Classifiers.names()) {
      assertEquals(name, Classifiers.compiler(name).name());
      assertEquals(name, Classifiers.byName(name, rules).name());
    }
    assertEquals("rfc", Classifiers.byName(Classifiers.AUTO, rules).name());
  }

  @Test
  void listsOfUpToEightRulesAreSearchedLinearly() {
    assertEquals("linear", chosen(RuleSet.of(List.of())));
    assertEquals("linear", chosen(RandomRules.ordinary(8, random)));
  }

  @Test
  void listsOfUpToThirtyTwoRulesAreHashedToSaveMemory() {
    assertEquals("tuple-merge", chosen(RandomRules.ordinary(9, random)));
    assertEquals("tuple-merge", chosen(RandomRules.ordinary(32, random)));
    assertEquals("rfc", chosen(RandomRules.ordinary(33, random)));
  }

  @Test
  void whatFitsOneCrossProductGetsIt() {
    assertEquals("rfc", chosen(RandomRules.ordinary(1000, random)));
    assertEquals("rfc", chosen(RandomRules.nested(1000, random)));
  }

  @Test
  void thousandsOfAddressesWithARuleEachArePeeledOff() {
    assertEquals("peel", chosen(RandomRules.byAddress(30_000, random)));
  }

  /**
   * Each source has 20 rules, so that peel won't; sources cross with destinations, so rfc can't.
   */
  @Test
  void crossingNetworksWithManyRulesAreSplit() {
    int networks = 1000;
    RuleSet rules =
        RandomRules.make(
            40 * networks,
            i -> {
              Cidr place = new Cidr(0x0a00_0000 + (i % networks << 8), 24);
              boolean source = i < 20 * networks;
              return RandomRules.tcp(
                  source ? place : Cidr.ANY,
                  source ? Cidr.ANY : place,
                  1000 + i / networks % 20 * 10 + i % 10,
                  i);
            });
    assertEquals("split", chosen(rules));
  }

  @Test
  void whateverTheBudgetTheLastEngineTakesTheSet() {
    RuleSet rules = RandomRules.ordinary(1000, random);
    HeaderTrace headers = RandomHeaders.from(rules, 500, random);
    for (Budget budget :
        List.of(
            new Budget(0, 1 << 20, 1_000_000_000),
            new Budget(1 << 28, 0, 1_000_000_000),
            new Budget(1 << 28, 1 << 20, 0))) {
      Classifiers.Choice choice = Classifiers.choose(rules, budget);
      assertEquals("tuple-merge", choice.classifier().name(), budget::toString);
      new HeaderColumns(rules, headers).assertAnsweredBy(choice.classifier(), budget::toString);
    }
  }

  @Test
  void refusalsTellInOrderWhatRanOut() {
    RuleSet rules = RandomRules.ordinary(1000, random);
    assertRefused("would take", Classifiers.choose(rules, new Budget(0, 1 << 20, 1_000_000_000)));
    assertRefused(
        "more than 1 classes", Classifiers.choose(rules, new Budget(1 << 28, 1, 1 << 30)));
    assertRefused("steps, allowed 0", Classifiers.choose(rules, new Budget(1 << 28, 1 << 20, 0)));
  }

  private static void assertRefused(String why, Classifiers.Choice choice) {
    assertEquals(
        List.of("rfc", "peel", "split"),
        choice.refused().stream().map(Classifiers.Refusal::engine).toList());
    assertTrue(
        choice.refused().stream()
            .filter(refusal -> !refusal.engine().equals("peel"))
            .allMatch(refusal -> refusal.why().contains(why)),
        choice.refused()::toString);
    long tried = choice.refused().stream().mapToLong(Classifiers.Refusal::ns).sum();
    assertEquals(tried + choice.buildNs(), choice.totalNs());
  }

  @Test
  void aBudgetIsNeverNegative() {
    Stream.<Runnable>of(
            () -> new Budget(-1, 1, 1), () -> new Budget(1, -1, 1), () -> new Budget(1, 1, -1))
        .forEach(each -> assertThrows(IllegalArgumentException.class, each::run));
  }

  private static String chosen(RuleSet rules) {
    return Classifiers.choose(rules).classifier().name();
  }
}
