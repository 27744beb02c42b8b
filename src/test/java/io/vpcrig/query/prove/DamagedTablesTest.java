package io.vpcrig.query.prove;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.acl.Budget;
import io.vpcrig.acl.Classifier;
import io.vpcrig.acl.Classifiers;
import io.vpcrig.acl.OverBudgetException;
import io.vpcrig.acl.RuleSet;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.PortRange;
import io.vpcrig.symbolic.Header;
import io.vpcrig.symbolic.UndecidedException;
import io.vpcrig.testing.Filters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Single numbers of compiled tables are changed at random. Whatever then is answered wrongly, the
 * proof finds; what it finds is wrong; and what it calls right is right wherever a dense sample
 * looks. {@code -Dvpcrig.damage.trials=N} and {@code -Dvpcrig.damage.seed=N} try more and others.
 */
class DamagedTablesTest {
  private static final long SEED = Long.getLong("vpcrig.damage.seed", 20_261_126L);
  private static final int TRIALS = Integer.getInteger("vpcrig.damage.trials", 40);
  private static final int TRIALS_OF_A_LIST = 10;
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @ParameterizedTest
  @ValueSource(strings = {"linear", "rfc", "peel", "split", "tuple-merge"})
  void aDamagedTableIsFoundIfItAnswersWrongly(String engine) {
    SplittableRandom random = new SplittableRandom(SEED);
    int found = 0;
    int harmless = 0;
    int undecided = 0;
    while (found + harmless + undecided < TRIALS) {
      FilterList list = Filters.random("", new Filters.Kinds(true, true, true, true), random);
      RuleSet rules = RuleSet.matching(list.rules());
      // A form of its own rules: linear's tables are theirs.
      Optional<Classifier> form = compile(engine, RuleSet.matching(list.rules()));
      if (rules.size() == 0 || form.isEmpty()) {
        continue;
      }
      Sample sample = new Sample(rules, random);
      Damage damage = new Damage(form.get());
      for (int k = 0; k < TRIALS_OF_A_LIST; k++) {
        Damage.Change change = damage.random(random);
        String what = engine + ", seed " + SEED + ", " + change + "\n" + list;
        Optional<Header> wrong = sample.wrong(form.get(), random);
        try {
          Optional<CompiledProof.Difference> difference =
              CompiledProof.of(rules, form.get(), LIMIT);
          difference.ifPresent(each -> check(each, rules, form.get(), what));
          assertTrue(difference.isPresent() || wrong.isEmpty(), () -> wrong + " missed: " + what);
          found += difference.isPresent() ? 1 : 0;
          harmless += difference.isPresent() ? 0 : 1;
        } catch (UndecidedException e) {
          assertTrue(wrong.isEmpty(), () -> wrong + ", but " + e.getMessage() + ": " + what);
          undecided++;
        }
        change.undo();
      }
      assertEquals(Optional.empty(), CompiledProof.of(rules, form.get(), LIMIT), list::toString);
    }
    String counts =
        "%s: %d found, %d harmless, %d undecided".formatted(engine, found, harmless, undecided);
    assertTrue(found > TRIALS / 5 && undecided <= found, counts);
  }

  private static void check(
      CompiledProof.Difference difference, RuleSet rules, Classifier form, String what) {
    assertEquals(first(rules, difference.header()), difference.expected(), what);
    assertEquals(answer(form, difference.header()), difference.actual(), what);
    assertNotEquals(difference.expected(), difference.actual(), what);
  }

  private static Optional<Classifier> compile(String engine, RuleSet rules) {
    try {
      return Optional.of(Classifiers.compiler(engine).compile(rules, Budget.DEFAULT));
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

  private static int answer(Classifier form, Header header) {
    try {
      return form.classify(
          header.source(), header.destination(), header.ports(), header.protocol());
    } catch (IndexOutOfBoundsException e) {
      return CompiledProof.BROKEN;
    }
  }

  /** The edges of rules with each other, and every value of each half of a field. */
  private static final class Sample {
    private static final int CROSSED = 600;
    private static final int HALF = 1 << 16;

    private final RuleSet rules;
    private final List<Header> edges = new ArrayList<>();

    Sample(RuleSet rules, SplittableRandom random) {
      this.rules = rules;
      for (int k = 0; k < CROSSED; k++) {
        edges.add(
            new Header(
                address(rules.rule(random.nextInt(rules.size())).source(), random),
                address(rules.rule(random.nextInt(rules.size())).destination(), random),
                port(rules.rule(random.nextInt(rules.size())).sourcePorts(), random),
                port(rules.rule(random.nextInt(rules.size())).destinationPorts(), random),
                Math.clamp(rules.rule(random.nextInt(rules.size())).protocol(), 0, 255)));
      }
    }

    private static int address(Cidr cidr, SplittableRandom random) {
      int edge = random.nextBoolean() ? cidr.network() : cidr.last();
      return edge + random.nextInt(-1, 2);
    }

    private static int port(PortRange ports, SplittableRandom random) {
      int edge = random.nextBoolean() ? ports.first() : ports.last();
      return Math.clamp(edge + random.nextInt(-1, 2), 0, 65535);
    }

    Optional<Header> wrong(Classifier form, SplittableRandom random) {
      for (Header header : edges) {
        if (isWrong(form, header)) {
          return Optional.of(header);
        }
      }
      Header base = edges.get(random.nextInt(edges.size()));
      for (int k = 0; k < HALF; k++) {
        for (int field = 0; field < 7; field++) {
          Header header = moved(base, field, k);
          if (isWrong(form, header)) {
            return Optional.of(header);
          }
        }
      }
      return Optional.empty();
    }

    private static Header moved(Header base, int field, int value) {
      int source = base.source();
      int destination = base.destination();
      return new Header(
          field == 0
              ? source & 0xffff | value << 16
              : field == 1 ? source & ~0xffff | value : source,
          field == 2
              ? destination & 0xffff | value << 16
              : field == 3 ? destination & ~0xffff | value : destination,
          field == 4 ? value : base.sourcePort(),
          field == 5 ? value : base.destinationPort(),
          field == 6 ? value & 0xff : base.protocol());
    }

    private boolean isWrong(Classifier form, Header header) {
      return answer(form, header) != first(rules, header);
    }
  }
}
