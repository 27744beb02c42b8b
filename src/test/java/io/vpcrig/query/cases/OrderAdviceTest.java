package io.vpcrig.query.cases;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.acl.ListCompiler;
import io.vpcrig.acl.MatchRule;
import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Direction;
import io.vpcrig.model.Origin;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Semantics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OrderAdviceTest {
  @Test
  void aRuleNeverPassesOneOfAnotherActionThatItOverlaps() {
    AclList list =
        list(
            rule(1, Action.DENY, 10, 20),
            rule(2, Action.ALLOW, 30, 40),
            rule(3, Action.ALLOW, 20, 25));
    OrderAdvice advice = new OrderAdvice(list, Direction.INGRESS, Semantics.INTENDED);
    advice.asked(1, 2, 22, 6, 10);
    advice.asked(1, 2, 35, 6, 1);
    OrderAdvice.Advice found = advice.find().orElseThrow();
    assertEquals(List.of(1, 3, 2), found.order());
    assertEquals(32, found.linesBefore());
    assertEquals(23, found.linesAfter());
  }

  @Test
  void thereIsNoAdviceWhereNothingIsSaved() {
    OrderAdvice advice =
        new OrderAdvice(
            list(rule(1, Action.ALLOW, 1, 2), rule(2, Action.DENY, 2, 3)),
            Direction.INGRESS,
            Semantics.INTENDED);
    advice.asked(1, 2, 3, 6, 1000);
    assertEquals(Optional.empty(), advice.find());
  }

  /** Every port, before and after: the verdict is the same, and the lines are those counted. */
  @Test
  void anAdvisedOrderMeansTheSameAndCostsWhatIsSaid() {
    int advised = 0;
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      List<AclRule> rules = new ArrayList<>();
      for (int k = 1; k <= 12; k++) {
        int first = random.nextInt(60);
        Action action = random.nextBoolean() ? Action.ALLOW : Action.DENY;
        rules.add(rule(k, action, first, first + random.nextInt(12)));
      }
      AclList list = list(rules.toArray(AclRule[]::new));
      OrderAdvice advice = new OrderAdvice(list, Direction.INGRESS, Semantics.INTENDED);
      long[] packets = new long[80];
      for (int port = 0; port < packets.length; port++) {
        packets[port] = random.nextInt(100);
        advice.asked(1, 2, port, 6, packets[port]);
      }
      Optional<OrderAdvice.Advice> found = advice.find();
      if (found.isEmpty()) {
        continue;
      }
      advised++;
      List<AclRule> moved = new ArrayList<>();
      for (int number : found.get().order()) {
        moved.add(rules.get(number - 1).numbered(moved.size() + 1));
      }
      AclList after = list(moved.toArray(AclRule[]::new));
      long before = 0;
      long lines = 0;
      for (int port = 0; port < packets.length; port++) {
        assertEquals(verdict(list, port), verdict(after, port), "seed " + seed + " port " + port);
        before += packets[port] * lines(list, port);
        lines += packets[port] * lines(after, port);
      }
      assertEquals(before, found.get().linesBefore(), "seed " + seed);
      assertEquals(lines, found.get().linesAfter(), "seed " + seed);
    }
    assertTrue(advised > 100, advised + " lists were advised on");
  }

  private static List<MatchRule> compiled(AclList list) {
    return ListCompiler.compile(list, Direction.INGRESS, Semantics.INTENDED).rules();
  }

  private static int lines(AclList list, int port) {
    List<MatchRule> rules = compiled(list);
    for (int k = 0; k < rules.size(); k++) {
      if (rules.get(k).matches(1, 2, port, 6)) {
        return k + 1;
      }
    }
    return rules.size();
  }

  private static Action verdict(AclList list, int port) {
    return compiled(list).stream()
        .filter(line -> line.matches(1, 2, port, 6))
        .findFirst()
        .map(line -> list.rules().get(line.id()).action())
        .orElse(Action.DENY);
  }

  private static AclList list(AclRule... rules) {
    return new AclList("l", List.of(rules), Origin.BUILT_IN);
  }

  private static AclRule rule(int number, Action action, int first, int last) {
    return new AclRule(
        number,
        Direction.INGRESS,
        action,
        6,
        false,
        Optional.of(new PortRange(first, last)),
        -1,
        -1,
        List.of(Cidr.ANY),
        Origin.BUILT_IN);
  }
}
