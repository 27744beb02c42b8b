package io.vpcrig.acl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Sets written in another way that mean the same, or something whose difference is known. No oracle
 * is asked: every engine is held against itself. Answers are compared by {@link MatchRule#id},
 * which a rule keeps wherever it is moved.
 */
class RewrittenSetsTest {
  private static final long SEED = Long.getLong("vpcrig.seed", 4_711);
  private static final int ROUNDS = 25;
  private static final int HEADERS = 300;
  private static final int NO_ID = -1;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private int compared;

  /** A test of sets that nobody took would prove nothing. */
  @AfterEach
  void mostSetsWereTaken() {
    int asked = ROUNDS * Classifiers.names().size();
    assertTrue(2 * compared > asked, () -> "only " + compared + " of " + asked + " were compared");
  }

  @Test
  void neighboursThatShareNoHeaderMayChangePlaces() {
    rewrite(
        rules -> {
          List<MatchRule> swapped = new ArrayList<>(rules.rules());
          for (int i = 0; i + 1 < swapped.size(); i++) {
            if (disjoint(swapped.get(i), swapped.get(i + 1)) && random.nextBoolean()) {
              Collections.swap(swapped, i, i + 1);
            }
          }
          return swapped;
        });
  }

  @Test
  void aPrefixMayBeCutIntoItsHalves() {
    rewrite(
        rules ->
            rules.rules().stream()
                .flatMap(rule -> random.nextBoolean() ? bySource(rule) : byDestination(rule))
                .toList());
  }

  @Test
  void aRangeOfPortsMayBeCutAnywhere() {
    rewrite(rules -> rules.rules().stream().flatMap(this::byPorts).toList());
  }

  @Test
  void aRuleInTheShadowOfAnEarlierOneChangesNothing() {
    rewrite(
        rules -> {
          MatchRule some = rules.rule(random.nextInt(rules.size()));
          MatchRule narrower =
              with(some, new Cidr(some.source().address(), 32), some.destination(), 999);
          int behind = random.nextInt(rules.rules().indexOf(some) + 1, rules.size() + 1);
          return RandomRules.inserted(rules, behind, narrower).rules();
        });
  }

  @Test
  void aRuleThatNeverAnswersMayBeTakenOut() {
    rewrite(
        rules -> {
          List<MatchRule> fewer = new ArrayList<>();
          for (int i = 0; i < rules.size(); i++) {
            MatchRule rule = rules.rule(i);
            if (rules.rules().subList(0, i).stream().noneMatch(better -> covers(better, rule))) {
              fewer.add(rule);
            }
          }
          return fewer;
        });
  }

  /** Positions, not identities: those shift by one. */
  @Test
  void aRuleInFrontThatMatchesNoHeaderShiftsAllPositions() {
    for (int round = 0; round < ROUNDS; round++) {
      RuleSet rules = RandomRules.any(random);
      HeaderTrace headers = tcpOnly(RandomHeaders.from(rules, HEADERS, random));
      RuleSet shifted = RandomRules.inserted(rules, 0, RandomRules.everything(253, 999));
      for (String engine : Classifiers.names()) {
        Optional<int[]> before = answers(engine, rules, headers);
        Optional<int[]> after = answers(engine, shifted, headers);
        if (before.isPresent() && after.isPresent()) {
          int[] expected =
              Arrays.stream(before.get()).map(at -> at == Classifier.NONE ? at : at + 1).toArray();
          assertSame(expected, after.get(), engine, round);
        }
      }
    }
  }

  @Test
  void aRuleForEverythingAtTheEndAnswersOnlyWhatNoneDid() {
    for (int round = 0; round < ROUNDS; round++) {
      RuleSet rules = RandomRules.any(random);
      HeaderTrace headers = RandomHeaders.from(rules, HEADERS, random);
      RuleSet closed =
          RandomRules.inserted(rules, rules.size(), RandomRules.everything(Protocol.ALL, 999));
      for (String engine : Classifiers.names()) {
        Optional<int[]> before = answers(engine, rules, headers);
        Optional<int[]> after = answers(engine, closed, headers);
        if (before.isPresent() && after.isPresent()) {
          int[] expected =
              Arrays.stream(before.get())
                  .map(at -> at == Classifier.NONE ? rules.size() : at)
                  .toArray();
          assertSame(expected, after.get(), engine, round);
        }
      }
    }
  }

  /** Another way to write rules. */
  private interface Rewriting {
    List<MatchRule> of(RuleSet rules);
  }

  private void rewrite(Rewriting rewriting) {
    for (int round = 0; round < ROUNDS; round++) {
      RuleSet rules = RandomRules.any(random);
      HeaderTrace headers = RandomHeaders.from(rules, HEADERS, random);
      RuleSet other = RuleSet.of(rewriting.of(rules));
      for (String engine : Classifiers.names()) {
        Optional<int[]> before = answers(engine, rules, headers);
        Optional<int[]> after = answers(engine, other, headers);
        if (before.isPresent() && after.isPresent()) {
          assertSame(ids(rules, before.get()), ids(other, after.get()), engine, round);
        }
      }
    }
  }

  private static Optional<int[]> answers(String engine, RuleSet rules, HeaderTrace headers) {
    try {
      return Optional.of(headers.classifyWith(Classifiers.byName(engine, rules)));
    } catch (OverBudgetException e) {
      assertNotNull(e.getMessage());
      return Optional.empty();
    }
  }

  private void assertSame(int[] expected, int[] actual, String engine, int round) {
    for (int i = 0; i < expected.length; i++) {
      int header = i;
      assertEquals(
          expected[i],
          actual[i],
          () -> engine + ", header " + header + ", seed " + SEED + " round " + round);
    }
    compared++;
  }

  private static int[] ids(RuleSet rules, int[] positions) {
    return Arrays.stream(positions)
        .map(at -> at == Classifier.NONE ? NO_ID : rules.id(at))
        .toArray();
  }

  private static HeaderTrace tcpOnly(HeaderTrace headers) {
    var tcp = new HeaderTrace();
    for (int i = 0; i < headers.size(); i++) {
      tcp.add(
          headers.source(i),
          headers.destination(i),
          headers.ports(i),
          Protocol.TCP,
          HeaderTrace.UNKNOWN);
    }
    return tcp;
  }

  private static boolean disjoint(MatchRule one, MatchRule other) {
    boolean sameProtocol =
        one.protocol() == Protocol.ALL
            || other.protocol() == Protocol.ALL
            || one.protocol() == other.protocol();
    return !(sameProtocol
        && one.source().overlaps(other.source())
        && one.destination().overlaps(other.destination())
        && one.sourcePorts().overlaps(other.sourcePorts())
        && one.destinationPorts().overlaps(other.destinationPorts()));
  }

  private static boolean covers(MatchRule rule, MatchRule other) {
    return (rule.protocol() == Protocol.ALL || rule.protocol() == other.protocol())
        && rule.source().contains(other.source())
        && rule.destination().contains(other.destination())
        && covers(rule.sourcePorts(), other.sourcePorts())
        && covers(rule.destinationPorts(), other.destinationPorts());
  }

  private static boolean covers(PortRange range, PortRange other) {
    return range.first() <= other.first() && range.last() >= other.last();
  }

  private static Stream<MatchRule> bySource(MatchRule rule) {
    return halves(rule.source()).map(half -> with(rule, half, rule.destination(), rule.id()));
  }

  private static Stream<MatchRule> byDestination(MatchRule rule) {
    return halves(rule.destination()).map(half -> with(rule, rule.source(), half, rule.id()));
  }

  private static Stream<Cidr> halves(Cidr whole) {
    int length = whole.length() + 1;
    return length > 32
        ? Stream.of(whole)
        : Stream.of(new Cidr(whole.network(), length), new Cidr(whole.last(), length));
  }

  private Stream<MatchRule> byPorts(MatchRule rule) {
    PortRange whole = rule.destinationPorts();
    if (whole.size() == 1) {
      return Stream.of(rule);
    }
    int cut = random.nextInt(whole.first(), whole.last());
    return Stream.of(new PortRange(whole.first(), cut), new PortRange(cut + 1, whole.last()))
        .map(
            part ->
                new MatchRule(
                    rule.source(),
                    rule.destination(),
                    rule.sourcePorts(),
                    part,
                    rule.protocol(),
                    rule.id(),
                    rule.quirk()));
  }

  private static MatchRule with(MatchRule rule, Cidr source, Cidr destination, int id) {
    return new MatchRule(
        source,
        destination,
        rule.sourcePorts(),
        rule.destinationPorts(),
        rule.protocol(),
        id,
        rule.quirk());
  }
}
