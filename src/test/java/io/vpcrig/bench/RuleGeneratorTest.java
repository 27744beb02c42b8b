package io.vpcrig.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.acl.ClassBenchRules;
import io.vpcrig.acl.MatchRule;
import io.vpcrig.acl.RuleSet;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Quirk;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RuleGeneratorTest {
  static List<String> families() {
    return RuleGenerator.names();
  }

  @ParameterizedTest
  @MethodSource("families")
  void rulesAreAsManyAsAskedForAndDistinct(String family) throws IOException {
    for (int count : new int[] {10, 1000, 20_000}) {
      List<MatchRule> rules = RuleGenerator.named(family).generate(count, 3);
      assertEquals(count, rules.size());
      assertEquals(count, distinct(rules), family);
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void noRuleIsHiddenBehindASingleEarlierOne(String family) throws IOException {
    List<MatchRule> rules = RuleGenerator.named(family).generate(1500, 4);
    for (int i = 0; i < rules.size(); i++) {
      for (int k = 0; k < i; k++) {
        assertFalse(covers(rules.get(k), rules.get(i)), family + ": " + k + " hides " + i);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void theSameSeedGivesTheSameBytesAndAnotherOneOthers(String family) throws IOException {
    byte[] one = text(RuleGenerator.named(family).generate(500, 5));
    assertArrayEquals(one, text(RuleGenerator.named(family).generate(500, 5)));
    assertFalse(Arrays.equals(one, text(RuleGenerator.named(family).generate(500, 6))));
  }

  @ParameterizedTest
  @MethodSource("families")
  void whatIsWrittenIsReadBack(String family) throws IOException {
    List<MatchRule> rules = RuleGenerator.named(family).generate(2000, 8);
    RuleSet read = ClassBenchRules.read("text", new ByteArrayInputStream(text(rules)));
    assertEquals(rules, read.rules());
  }

  @Test
  void aMillionRulesCanBeHad() throws IOException {
    List<MatchRule> rules = RuleGenerator.named("acl1").generate(RuleGenerator.MAX_RULES, 1);
    assertEquals(RuleGenerator.MAX_RULES, distinct(rules));
  }

  @Test
  void aVpcsListHasOneCidrPerRuleAndNoRuleThatCatchesEverything() throws IOException {
    for (MatchRule rule : RuleGenerator.named("vpc").generate(5000, 9)) {
      assertEquals(Cidr.ANY, rule.destination());
      assertEquals(PortRange.ALL, rule.sourcePorts());
      assertTrue(
          List.of(Protocol.ALL, Protocol.TCP, Protocol.UDP, Protocol.ICMP)
              .contains(rule.protocol()));
    }
  }

  @Test
  void moreKindsThanAModelHasAreRefused() {
    MatchRule only =
        new MatchRule(Cidr.ANY, Cidr.ANY, PortRange.ALL, PortRange.ALL, 6, 0, Quirk.NONE);
    RuleGenerator generator = RuleGenerator.like(RuleSet.of(List.of(only)));
    assertEquals(List.of(only), generator.generate(1, 1));
    var e = assertThrows(IllegalArgumentException.class, () -> generator.generate(2, 1));
    assertEquals("rules like these come in no more than about 1 kinds", e.getMessage());
  }

  private static int distinct(List<MatchRule> rules) {
    var distinct = new HashSet<MatchRule>();
    rules.forEach(rule -> distinct.add(RuleGenerator.numbered(rule, 0)));
    return distinct.size();
  }

  private static boolean covers(MatchRule a, MatchRule b) {
    return a.source().contains(b.source())
        && a.destination().contains(b.destination())
        && covers(a.sourcePorts(), b.sourcePorts())
        && covers(a.destinationPorts(), b.destinationPorts())
        && (a.protocol() == Protocol.ALL || a.protocol() == b.protocol());
  }

  private static boolean covers(PortRange a, PortRange b) {
    return a.first() <= b.first() && a.last() >= b.last();
  }

  private static byte[] text(List<MatchRule> rules) throws IOException {
    var out = new ByteArrayOutputStream();
    ClassBenchText.writeRules(rules, out);
    return out.toByteArray();
  }
}
