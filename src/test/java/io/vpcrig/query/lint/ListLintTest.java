package io.vpcrig.query.lint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.FilterRule;
import io.vpcrig.model.Origin;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import io.vpcrig.symbolic.HeaderSet;
import io.vpcrig.symbolic.HeaderSpace;
import io.vpcrig.symbolic.ListSets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class ListLintTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final List<FilterRule> rules = new ArrayList<>();

  private void rule(Action action, int protocol, int network, int length, int first, int last) {
    rules.add(
        new FilterRule(
            new Cidr(network, length),
            Cidr.ANY,
            PortRange.ALL,
            new PortRange(first, last),
            protocol,
            action,
            Integer.toString(10 * (rules.size() + 1)),
            new Origin("list", rules.size() + 1, 1)));
  }

  private List<Finding> lint(Action otherwise) {
    return ListLint.of(new FilterList("web", rules, otherwise), LIMIT);
  }

  @Test
  void aUnionOfRulesShadowsAndTheOneThatDoesSomethingElseIsNamedFirst() {
    rule(Action.ALLOW, Protocol.TCP, 0, 1, 0, 100);
    rule(Action.ALLOW, Protocol.TCP, 0, 0, 900, 999);
    rule(Action.DENY, Protocol.TCP, 1 << 31, 1, 0, 100);
    rule(Action.ALLOW, Protocol.TCP, 0, 0, 10, 20);
    List<Finding> findings = lint(Action.ALLOW);
    Finding shadowed =
        findings.stream().filter(f -> f.origin().line() == 4).findFirst().orElseThrow();
    assertEquals(Finding.Kind.SHADOWED, shadowed.kind());
    assertEquals(
        List.of(3, 1), shadowed.because().stream().map(Origin::line).toList(), shadowed::message);
    assertTrue(shadowed.message().contains("rules 30 (deny), 10 (allow) match all of it before"));
  }

  @Test
  void theSameHeadersAllowedAndDeniedAreAContradiction() {
    rule(Action.ALLOW, Protocol.UDP, 0, 0, 53, 53);
    rule(Action.DENY, Protocol.UDP, 0, 0, 53, 53);
    List<Finding> findings = lint(Action.DENY);
    assertEquals(
        List.of(Finding.Kind.CONTRADICTION), findings.stream().map(Finding::kind).toList());
  }

  @Test
  void aRuleThatSaysWhatComesAfterItIsRedundant() {
    rule(Action.DENY, Protocol.TCP, 0, 0, 22, 22);
    rule(Action.ALLOW, Protocol.UDP, 0, 0, 0, 65535);
    List<Finding> findings = lint(Action.DENY);
    assertEquals(List.of(Finding.Kind.REDUNDANT), findings.stream().map(Finding::kind).toList());
    assertEquals(1, findings.getFirst().origin().line());
  }

  /** Sets say which rules decide nothing, and which can go. */
  @RepeatedTest(30)
  void agreesWithTheSets(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    for (int k = 0; k < 12; k++) {
      int protocol = random.nextBoolean() ? Protocol.ALL : Protocol.TCP;
      int first = random.nextInt(4) * 100;
      rule(
          random.nextBoolean() ? Action.ALLOW : Action.DENY,
          protocol,
          random.nextInt(4) << 30,
          random.nextInt(3),
          first,
          first + random.nextInt(3) * 100);
    }
    FilterList list = new FilterList("random", rules, Action.DENY);
    List<Finding> findings = lint(Action.DENY);
    try (HeaderSpace space = new HeaderSpace()) {
      ListSets sets = ListSets.of(space, list);
      HeaderSet allowed = ListSets.allowed(space, list);
      for (int k = 0; k < rules.size(); k++) {
        int line = k + 1;
        List<FilterRule> others = new ArrayList<>(rules);
        others.remove(k);
        boolean canGo =
            ListSets.allowed(space, new FilterList("", others, Action.DENY)).equals(allowed);
        List<Finding> of = findings.stream().filter(f -> f.origin().line() == line).toList();
        assertEquals(canGo, !of.isEmpty(), "rule " + line + " of " + rules);
        boolean neverDecides = sets.effective().get(k).isEmpty();
        boolean saysSo = !of.isEmpty() && of.getFirst().message().contains("never decides");
        assertEquals(neverDecides, saysSo, "rule " + line);
      }
    }
  }
}
