package io.vpcrig.acl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.vpcrig.config.ConfigException;
import io.vpcrig.config.VpcFile;
import io.vpcrig.model.Vpc;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Numbers of rules where a VPC comes in the place of another. */
final class RuleTableTest {
  private static final String HTTP = "{number: 10, action: allow, protocol: tcp, ports: 80}";
  private static final String PING = "{number: 20, action: allow, protocol: icmp}";
  private static final String NO_SSH = "{number: 30, action: deny, protocol: tcp, ports: 22}";

  private static Vpc vpc(String... lists) {
    StringBuilder text = new StringBuilder();
    text.append("vpc: {name: t, cidr: 10.0.0.0/8}\n");
    text.append("tiers: {web: {gateway: 10.0.1.1/24, vlan: 10}}\nacls:\n");
    for (String list : lists) {
      text.append("  ").append(list).append('\n');
    }
    String whole =
        text.toString().replace("action:", "cidr: 0.0.0.0/0, direction: ingress, action:");
    try {
      return VpcFile.read("-", new ByteArrayInputStream(whole.getBytes(StandardCharsets.UTF_8)));
    } catch (ConfigException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static RuleTable after(RuleTable before, String... lists) {
    return new RuleTable(vpc(lists), Optional.of(before));
  }

  private static int number(RuleTable table, String list, int rank) {
    return table.compiledRule(table.indexOf(list), rank);
  }

  private final RuleTable first =
      new RuleTable(
          vpc("a: [" + HTTP + ", " + PING + "]", "b: [" + NO_SSH + "]"), Optional.empty());

  @Test
  void rulesThatStayKeepTheirNumbersWhereverTheirListStands() {
    RuleTable next =
        after(
            first,
            "b: [" + NO_SSH + "]",
            "new: [" + PING + "]",
            "a: [" + NO_SSH + ", " + PING + "]");
    assertEquals(number(first, "b", 0), number(next, "b", 0));
    assertEquals(number(first, "a", 1), number(next, "a", 0), "#20 of a is its first rule now");
    assertEquals(first.indexOf("a"), next.indexOf("a"));
    assertEquals(30, next.rule(number(next, "a", 1)).number());
    assertEquals("new", next.list(next.listOf(number(next, "new", 0))).name());
  }

  @Test
  void aRuleThatIsGoneLeavesItsNumberBehindAndFindsItAgain() {
    int http = number(first, "a", 0);
    RuleTable without = after(first, "a: [" + PING + "]");
    assertEquals(10, without.rule(http).number());
    assertEquals("b", without.list(without.listOf(number(first, "b", 0))).name());
    RuleTable again = after(without, "a: [" + HTTP + ", " + PING + "]");
    assertEquals(http, number(again, "a", 0));
    assertEquals(first.ruleCount(), again.ruleCount());
  }

  @Test
  void aRuleThatChangesItsMindIsAnotherOne() {
    RuleTable next = after(first, "a: [" + HTTP.replace("allow", "deny") + ", " + PING + "]");
    assertNotEquals(number(first, "a", 0), number(next, "a", 0));
    assertEquals(number(first, "a", 1), number(next, "a", 1));
  }

  @Test
  void aRuleWithOtherPortsIsTheSame() {
    RuleTable next = after(first, "a: [" + HTTP.replace("80", "8080") + ", " + PING + "]");
    assertEquals(number(first, "a", 0), number(next, "a", 0));
    assertEquals(8080, next.rule(number(next, "a", 0)).ports().orElseThrow().first());
  }
}
