package io.vpcrig.acl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.acl.live.LiveRules;
import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Direction;
import io.vpcrig.model.Semantics;
import io.vpcrig.model.Vpc;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** After every edit the lists are what the compiler would have made of the model. */
class LiveAclsTest {
  private static final long SEED = Long.getLong("vpcrig.seed", 20_261_128);
  private static final int SEGMENT = 0;
  private static final String LIST = "random";

  @Test
  void afterEveryEditTheListsAreAsCompiledAnew() {
    for (Semantics semantics : Semantics.values()) {
      var random = new SplittableRandom(SEED);
      for (int round = 0; round < 60; round++) {
        Run run = new Run(semantics, round, random);
        for (int e = random.nextInt(1, 60); e > 0; e--) {
          run.edit();
          run.recompileNowAndThen();
          run.check();
        }
      }
    }
  }

  /** Edits one list, and keeps the numbers its rules have to have. */
  private static final class Run {
    private final SplittableRandom random;
    private final Supplier<String> what;
    private final LiveAcls acls;

    /** Number in the rule table, by number in the list. */
    private final TreeMap<Integer, Integer> twin = new TreeMap<>();

    private int nextId;

    Run(Semantics semantics, int round, SplittableRandom random) {
      this.random = random;
      what = () -> "%s, seed %d round %d".formatted(semantics, SEED, round);
      AclList list = RandomListsTest.list(random);
      acls = new LiveAcls(vpc(semantics, list));
      list.rules().forEach(rule -> twin.put(rule.number(), twin.size()));
      nextId = acls.table().rules().ruleCount();
    }

    private AclList list() {
      return acls.vpc().list(LIST);
    }

    private int anyNumber() {
      return list().rules().get(random.nextInt(twin.size())).number();
    }

    private int freeNumber() {
      int number = random.nextInt(1, 80);
      while (twin.containsKey(number)) {
        number++;
      }
      return number;
    }

    void edit() {
      switch (twin.isEmpty() ? 0 : random.nextInt(5)) {
        case 0, 1 -> {
          int number = freeNumber();
          acls.add(LIST, RandomListsTest.rule(number, random));
          twin.put(number, nextId++);
        }
        case 2 -> {
          int number = anyNumber();
          acls.remove(LIST, number);
          twin.remove(number);
        }
        case 3 -> {
          int number = anyNumber();
          int other = random.nextBoolean() ? number : freeNumber();
          acls.replace(LIST, number, RandomListsTest.rule(other, random));
          twin.put(other, twin.remove(number));
        }
        default -> {
          int number = anyNumber();
          int to = random.nextInt(1, 80);
          acls.move(LIST, number, to);
          int id = twin.remove(number);
          makeRoom(to);
          twin.put(to, id);
        }
      }
    }

    private void makeRoom(int number) {
      if (twin.containsKey(number)) {
        makeRoom(number + 1);
        twin.put(number + 1, twin.remove(number));
      }
    }

    void recompileNowAndThen() {
      if (random.nextInt(8) == 0) {
        for (LiveRules form : acls.forms(LIST)) {
          LiveRules.Recompilation recompilation = form.recompile();
          recompilation.run();
          form.land(recompilation);
        }
        acls.refresh();
      }
    }

    void check() {
      Vpc vpc = acls.vpc();
      AclTable fresh = AclCompiler.compile(vpc);
      AclTable live = acls.table();
      checkNumbers(live.rules());
      assertSameLines(fresh.egressRules(SEGMENT), live.egressRules(SEGMENT), fresh, live);
      assertSameLines(fresh.ingressRules(SEGMENT), live.ingressRules(SEGMENT), fresh, live);
      for (int k = 0; k < 20; k++) {
        int source = RandomListsTest.address(random);
        int destination = RandomListsTest.address(random);
        int ports = RandomListsTest.port(random);
        int protocol = RandomListsTest.protocol(random);
        assertSameAnswer(
            fresh.judgeEgress(SEGMENT, source, destination, ports, protocol),
            live.judgeEgress(SEGMENT, source, destination, ports, protocol),
            fresh,
            live);
        assertSameAnswer(
            fresh.judgeIngress(SEGMENT, source, destination, ports, protocol),
            live.judgeIngress(SEGMENT, source, destination, ports, protocol),
            fresh,
            live);
      }
    }

    private void checkNumbers(RuleTable table) {
      assertEquals(list(), table.list(table.indexOf(LIST)), what);
      assertEquals(nextId, table.ruleCount(), what);
      List<AclRule> rules = list().rules();
      assertEquals(List.copyOf(twin.keySet()), rules.stream().map(AclRule::number).toList(), what);
      int at = 0;
      for (int id : twin.values()) {
        assertEquals(rules.get(at++), table.rule(id), what);
        assertEquals(table.indexOf(LIST), table.listOf(id), what);
      }
    }

    private void assertSameLines(RuleSet expected, RuleSet actual, AclTable fresh, AclTable live) {
      assertEquals(expected.size(), actual.size(), what);
      for (int i = 0; i < expected.size(); i++) {
        MatchRule mine = expected.rule(i);
        MatchRule other = actual.rule(i);
        assertEquals(mine.source(), other.source(), what);
        assertEquals(mine.destination(), other.destination(), what);
        assertEquals(mine.destinationPorts(), other.destinationPorts(), what);
        assertEquals(mine.quirk(), other.quirk(), what);
        assertEquals(fresh.rules().rule(mine.id()), live.rules().rule(other.id()), what);
      }
    }

    private void assertSameAnswer(long expected, long actual, AclTable fresh, AclTable live) {
      assertEquals(expected >>> 32, actual >>> 32, what);
      int rule = AclAnswer.rule(expected);
      if (rule == Classifier.NONE) {
        assertEquals(Classifier.NONE, AclAnswer.rule(actual), what);
      } else {
        assertEquals(fresh.rules().rule(rule), live.rules().rule(AclAnswer.rule(actual)), what);
        assertEquals(twin.get(fresh.rules().rule(rule).number()), AclAnswer.rule(actual), what);
      }
    }
  }

  @Test
  void whatCannotBeDoneIsSaidAndChangesNothing() {
    AclRule ten = AclSamples.allow(10).tcp("22");
    LiveAcls acls =
        new LiveAcls(vpc(Semantics.SHIPPED, AclSamples.named(LIST, ten, ten.numbered(20))));
    AclTable before = acls.table();
    Map<String, Runnable> wrong =
        Map.of(
            "list 'random' already has a rule number 10",
            () -> acls.add(LIST, ten),
            "list 'random' has no rule number 11",
            () -> acls.remove(LIST, 11),
            "list 'random' already has a rule number 20",
            () -> acls.replace(LIST, 10, ten.numbered(20)),
            "rule number 0, legal from 1",
            () -> acls.move(LIST, 10, 0),
            "no list of the operator's is named 'default_allow'",
            () -> acls.add("default_allow", ten));
    wrong.forEach(
        (sentence, edit) ->
            assertEquals(
                sentence, assertThrows(IllegalArgumentException.class, edit::run).getMessage()));
    assertEquals(before, acls.table());
    acls.move(LIST, 10, 20);
    assertEquals(
        List.of(20, 21), acls.vpc().list(LIST).rules().stream().map(AclRule::number).toList());
  }

  @Test
  void aRemovedRuleLeavesItsNumberBehind() {
    AclRule ten = AclSamples.allow(10).tcp("22");
    LiveAcls acls = new LiveAcls(vpc(Semantics.INTENDED, AclSamples.named(LIST, ten)));
    int count = acls.table().rules().ruleCount();
    acls.remove(LIST, 10);
    acls.add(LIST, ten);
    assertEquals(count + 1, acls.table().rules().ruleCount());
    assertEquals(ten, acls.table().rules().rule(0));
    assertTrue(acls.table().ingressRules(SEGMENT).rule(0).id() == count);
    assertEquals(
        count,
        AclAnswer.rule(acls.table().judgeIngress(SEGMENT, 1, 2, 22, 6)),
        () -> Direction.INGRESS + " must be decided by the new rule");
  }

  private static Vpc vpc(Semantics semantics, AclList list) {
    return AclSamples.vpc(
        semantics,
        List.of(AclSamples.tier("t", 101, "10.0.0.1/8", list.name())),
        List.of(list),
        List.of());
  }
}
