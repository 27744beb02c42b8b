package io.vpcrig.query.prove;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.acl.Budget;
import io.vpcrig.acl.ClassBenchRules;
import io.vpcrig.acl.Classifier;
import io.vpcrig.acl.Classifiers;
import io.vpcrig.acl.MatchRule;
import io.vpcrig.acl.OverBudgetException;
import io.vpcrig.acl.RuleSet;
import io.vpcrig.acl.TakenApart;
import io.vpcrig.model.PortRange;
import io.vpcrig.symbolic.Header;
import io.vpcrig.symbolic.UndecidedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompiledProofTest {
  private static final Path SETS = Path.of("../shared/data/rules/classbench");
  private static final Duration LIMIT = Duration.ofMinutes(1);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "neurocuts_acl1_1k.rules",
        "neurocuts_acl5_1k.rules",
        "neurocuts_fw1_1k.rules",
        "neurocuts_ipc1_1k.rules"
      })
  void everyEngineIsProvedOnTheSetsOfAThousandRules(String file) throws IOException {
    RuleSet rules = ClassBenchRules.read(SETS.resolve(file));
    int proved = 0;
    for (String engine : Classifiers.names()) {
      Optional<Classifier> form = compile(engine, rules);
      if (form.isPresent() && form.get() instanceof TakenApart) {
        assertEquals(Optional.empty(), CompiledProof.of(rules, form.get(), LIMIT), engine);
        proved++;
      }
    }
    assertTrue(proved >= 4, "engines proved: " + proved);
  }

  @ParameterizedTest
  @ValueSource(strings = {"neurocuts_fw1_10k.rules.gz", "partitionsort_fw1_64k.rules.gz"})
  void theEngineOfLargeFirewallsIsProved(String file) throws IOException {
    RuleSet rules = ClassBenchRules.read(SETS.resolve(file));
    for (String engine : List.of("peel", "tuple-merge")) {
      Classifier form = compile(engine, rules).orElseThrow();
      assertEquals(Optional.empty(), CompiledProof.of(rules, form, LIMIT), engine);
    }
  }

  /** A form compiled from rules of which one was changed is wrong unless the change hides. */
  @ParameterizedTest
  @ValueSource(strings = {"linear", "rfc", "split", "tuple-merge"})
  void aFormOfOtherRulesIsFoundOut(String engine) throws IOException {
    RuleSet rules = ClassBenchRules.read(SETS.resolve("neurocuts_acl1_1k.rules"));
    Random random = new Random(7);
    int found = 0;
    for (int k = 0; k < 12; k++) {
      List<MatchRule> changed = new ArrayList<>(rules.rules());
      int at = random.nextInt(changed.size());
      MatchRule rule = changed.get(at);
      int first = Math.min(65534, rule.destinationPorts().first() + 1);
      changed.set(
          at,
          new MatchRule(
              rule.source(),
              rule.destination(),
              rule.sourcePorts(),
              new PortRange(first, Math.max(first, rule.destinationPorts().last())),
              rule.protocol(),
              rule.id(),
              rule.quirk()));
      Classifier form = compile(engine, RuleSet.of(changed)).orElseThrow();
      Optional<CompiledProof.Difference> difference = find(rules, form);
      if (difference.isPresent()) {
        Header header = difference.get().header();
        assertNotEquals(first(rules, header), first(RuleSet.of(changed), header));
        assertEquals(difference.get().expected(), first(rules, header));
        assertEquals(difference.get().actual(), first(RuleSet.of(changed), header));
        found++;
      }
    }
    assertTrue(found >= 10, "found " + found + " of 12");
  }

  @Test
  void aFormThatCannotBeTakenApartIsOnlyTried() throws IOException {
    RuleSet rules = ClassBenchRules.read(SETS.resolve("neurocuts_acl5_1k.rules"));
    Classifier right = compile("linear", rules).orElseThrow();
    assertThrows(UndecidedException.class, () -> CompiledProof.of(rules, opaque(right, 0), LIMIT));
    assertTrue(CompiledProof.of(rules, opaque(right, 1), LIMIT).isPresent());
  }

  private static Classifier opaque(Classifier other, int added) {
    return new Classifier() {
      @Override
      public String name() {
        return "opaque";
      }

      @Override
      public int classify(int source, int destination, int ports, int protocol) {
        return other.classify(source, destination, ports, protocol) + added;
      }

      @Override
      public long memoryBytes() {
        return 0;
      }
    };
  }

  /** Undecided counts as not found: it must never pass for proved. */
  private static Optional<CompiledProof.Difference> find(RuleSet rules, Classifier form) {
    try {
      return CompiledProof.of(rules, form, LIMIT);
    } catch (UndecidedException e) {
      return Optional.empty();
    }
  }

  private static Optional<Classifier> compile(String engine, RuleSet rules) {
    try {
      return Optional.of(
          Classifiers.compiler(engine).compile(rules, Budget.DEFAULT.withTime(LIMIT)));
    } catch (OverBudgetException e) {
      return Optional.empty();
    }
  }

  private static int first(RuleSet rules, Header header) {
    for (int k = 0; k < rules.size(); k++) {
      if (rules
          .rule(k)
          .matches(header.source(), header.destination(), header.ports(), header.protocol())) {
        return k;
      }
    }
    return Classifier.NONE;
  }
}
