package io.vpcrig.acl;

import static io.vpcrig.acl.AclSamples.allow;
import static io.vpcrig.acl.AclSamples.deny;
import static io.vpcrig.acl.AclSamples.gateway;
import static io.vpcrig.acl.AclSamples.named;
import static io.vpcrig.acl.AclSamples.open;
import static io.vpcrig.acl.AclSamples.tier;
import static io.vpcrig.acl.AclSamples.vpc;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.model.AclList;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Origin;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Quirk;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Semantics;
import io.vpcrig.model.StaticRoute;
import io.vpcrig.model.Vpc;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.testing.Allocation;
import java.util.List;
import org.junit.jupiter.api.Test;

class AclTableTest {
  private static final int PUBLIC = 0;
  private static final int TIER = 1;
  private static final int BARE_TIER = 2;
  private static final int GATEWAY = 3;

  private static final String GUEST = "10.10.1.10";
  private static final String CLIENT = "198.51.100.50";

  @Test
  void tierWithoutListDropsIngressAndAllowsEgress() {
    AclTable table = table(Semantics.INTENDED, named("web", allow(1).all()));
    assertAnswer(ingress(table, BARE_TIER, CLIENT, 22), Reason.DENY_NO_LIST, null, 0);
    assertAnswer(egress(table, BARE_TIER, CLIENT, 22), Reason.ALLOW_DEFAULT, null, 0);
  }

  @Test
  void publicSegmentAllowsBothWays() {
    AclTable table = table(Semantics.INTENDED, named("web", deny(1).all()));
    assertAnswer(ingress(table, PUBLIC, CLIENT, 22), Reason.ALLOW_DEFAULT, null, 0);
    assertAnswer(egress(table, PUBLIC, CLIENT, 22), Reason.ALLOW_DEFAULT, null, 0);
  }

  /** P4. */
  @Test
  void unmatchedEgressIsAllowedAndUnmatchedIngressDropped() {
    AclTable table =
        table(Semantics.INTENDED, named("web", allow(1).egress().tcp("22"), allow(2).tcp("22")));
    long allowed = egress(table, TIER, CLIENT, 80);
    assertAnswer(allowed, Reason.ALLOW_DEFAULT, table, 0);
    assertEquals(Classifier.NONE, AclAnswer.rule(allowed));
    assertAnswer(ingress(table, TIER, CLIENT, 80), Reason.DENY_DEFAULT, table, 0);
    assertAnswer(ingress(table, TIER, CLIENT, 22), Reason.ALLOW_RULE, table, 2);
  }

  /** P18. */
  @Test
  void numberedProtocolLetsOtherPortsPassAsShipped() {
    AclList list = named("web", allow(1).number(6, "22"));
    long shipped = ingress(table(Semantics.SHIPPED, list), TIER, CLIENT, 80);
    assertTrue(AclAnswer.allowed(shipped));
    assertEquals(Quirk.NUMBERED_PROTOCOL.ordinal(), AclAnswer.quirk(shipped));
    assertFalse(AclAnswer.allowed(ingress(table(Semantics.INTENDED, list), TIER, CLIENT, 80)));
    assertEquals(0, AclAnswer.quirk(ingress(table(Semantics.SHIPPED, list), TIER, CLIENT, 22)));
  }

  /** P19. */
  @Test
  void tcpWithoutPortsIsDroppedByTheDefaultAndTheQuirkIsNamedAsShipped() {
    AclList list = named("web", allow(1).tcp(null));
    AclTable table = table(Semantics.SHIPPED, list);
    long shipped = ingress(table, TIER, CLIENT, 22);
    assertAnswer(shipped, Reason.DENY_DEFAULT, table, 0);
    assertEquals(Quirk.ABSENT_PORTS.ordinal(), AclAnswer.quirk(shipped));
    assertTrue(AclAnswer.allowed(ingress(table, TIER, CLIENT, 0)));
    assertEquals(0, AclAnswer.quirk(ingress(table, TIER, CLIENT, 0)));
    assertTrue(AclAnswer.allowed(ingress(table(Semantics.INTENDED, list), TIER, CLIENT, 22)));
  }

  /** P20. */
  @Test
  void onlyTheLastOfSeveralCidrsPassesAsShipped() {
    AclList list =
        named("web", allow(1).from("192.0.2.1", "192.0.2.2", "192.0.2.3").tcp("22"), deny(2).all());
    AclTable table = table(Semantics.SHIPPED, list);
    for (String denied : List.of("192.0.2.1", "192.0.2.2")) {
      long answer = ingress(table, TIER, denied, 22);
      assertAnswer(answer, Reason.DENY_RULE, table, 2);
      assertEquals(Quirk.SEVERAL_CIDRS.ordinal(), AclAnswer.quirk(answer));
    }
    long last = ingress(table, TIER, "192.0.2.3", 22);
    assertAnswer(last, Reason.ALLOW_RULE, table, 1);
    assertEquals(0, AclAnswer.quirk(last));
    assertTrue(AclAnswer.allowed(ingress(table(Semantics.INTENDED, list), TIER, "192.0.2.1", 22)));
  }

  /** P21. */
  @Test
  void smallerNumberWinsWhateverWasCreatedFirst() {
    AclList list = named("web", allow(20).tcp("22"), deny(10).tcp("22"));
    for (Semantics semantics : Semantics.values()) {
      AclTable table = table(semantics, list);
      assertAnswer(ingress(table, TIER, CLIENT, 22), Reason.DENY_RULE, table, 10);
    }
  }

  /** P22. */
  @Test
  void anyIcmpAllowedAboveEchoDeniedLetsPingPass() {
    AclList list = named("web", allow(1).icmp(-1, -1), deny(2).icmp(8, 0));
    for (Semantics semantics : Semantics.values()) {
      AclTable table = table(semantics, list);
      long ping = table.judgeIngress(TIER, at(CLIENT), at(GUEST), 0x1234_0800, Protocol.ICMP);
      assertAnswer(ping, Reason.ALLOW_RULE, table, 1);
    }
  }

  @Test
  void gatewayJudgesEnteringTrafficByEgressOnDestinationAndLeavingByIngressOnSource() {
    AclList list =
        named("dc", deny(1).egress().from("10.10.1.0/24").all(), allow(2).from(GUEST).all());
    AclTable table = gatewayTable(Semantics.INTENDED, list);
    String host = "192.168.50.9";
    assertFalse(AclAnswer.allowed(judge(table, true, host, GUEST)));
    assertTrue(AclAnswer.allowed(judge(table, true, host, "10.10.2.1")));
    assertTrue(AclAnswer.allowed(judge(table, false, GUEST, host)));
    assertFalse(AclAnswer.allowed(judge(table, false, "10.10.1.11", host)));
  }

  /** P24. */
  @Test
  void gatewayWithDefaultDenyDropsBothWays() {
    for (Semantics semantics : Semantics.values()) {
      AclTable table = gatewayTable(semantics, AclList.DEFAULT_DENY);
      long entering = judge(table, true, "192.168.50.9", GUEST);
      assertEquals(Reason.DENY_RULE.number(), AclAnswer.reason(entering));
      assertEquals("default_deny", table.rules().list(AclAnswer.list(entering)).name());
      assertFalse(AclAnswer.allowed(judge(table, true, "172.20.3.4", GUEST)));
      assertFalse(AclAnswer.allowed(judge(table, false, GUEST, "192.168.50.9")));
    }
  }

  /** P25. */
  @Test
  void gatewayListDoesNotSeeForeignSourcesAsShipped() {
    AclTable shipped = gatewayTable(Semantics.SHIPPED, AclList.DEFAULT_DENY);
    long answer = judge(shipped, true, CLIENT, GUEST);
    assertAnswer(answer, Reason.ALLOW_DEFAULT, null, 0);
    assertEquals(Quirk.GATEWAY_FOREIGN_SOURCE.ordinal(), AclAnswer.quirk(answer));
    AclTable open = gatewayTable(Semantics.SHIPPED, AclList.DEFAULT_ALLOW);
    assertEquals(0, AclAnswer.quirk(judge(open, true, CLIENT, GUEST)));
    AclTable intended = gatewayTable(Semantics.INTENDED, AclList.DEFAULT_DENY);
    assertFalse(AclAnswer.allowed(judge(intended, true, CLIENT, GUEST)));
  }

  @Test
  void askingAllocatesNothing() {
    AclList list =
        named("web", allow(1).from("192.0.2.1", "192.0.2.2").tcp(null), deny(2).number(6, "22"));
    AclTable table = table(Semantics.SHIPPED, list);
    Runnable work =
        () -> {
          for (int port = 0; port < 100; port++) {
            ingress(table, TIER, port);
            table.judgeEgress(GATEWAY, port, port, port, Protocol.UDP);
          }
        };
    Allocation.assertNone(200, work);
  }

  @Test
  void ruleTableNumbersEveryRuleOfEveryList() {
    AclTable table =
        table(
            Semantics.INTENDED,
            named("web", deny(10).egress().all(), allow(20).all()),
            named("unused", allow(5).all()));
    RuleTable rules = table.rules();
    assertEquals(4, rules.listCount());
    assertEquals(7, rules.ruleCount());
    assertEquals("default_deny", rules.list(2).name());
    assertEquals(2, rules.compiledRule(1, 0));
    assertEquals(5, rules.rule(2).number());
    for (int rule = 0; rule < rules.ruleCount(); rule++) {
      int list = rules.listOf(rule);
      int rank = rules.list(list).rules().indexOf(rules.rule(rule));
      assertEquals(rule, rules.compiledRule(list, rank));
    }
    assertEquals(1, AclAnswer.rule(ingress(table, TIER, CLIENT, 22)));
    assertEquals(1, table.ingressRules(TIER).size());
    assertEquals(0, table.ingressRules(BARE_TIER).size());
  }

  @Test
  void answersKeepAllTheirParts() {
    for (Reason reason : List.of(Reason.ALLOW_RULE, Reason.DENY_NO_LIST)) {
      for (int list : new int[] {-1, 0, AclAnswer.MAX_LISTS - 1}) {
        for (int rule : new int[] {-1, 0, Integer.MAX_VALUE}) {
          for (Quirk quirk : Quirk.values()) {
            long answer = AclAnswer.pack(reason, list, rule, quirk.ordinal());
            assertEquals(reason.number(), AclAnswer.reason(answer));
            assertEquals(!reason.isDrop(), AclAnswer.allowed(answer));
            assertEquals(list, AclAnswer.list(answer));
            assertEquals(rule, AclAnswer.rule(answer));
            assertEquals(quirk.ordinal(), AclAnswer.quirk(answer));
          }
        }
      }
    }
  }

  private static AclTable table(Semantics semantics, AclList... lists) {
    return AclCompiler.compile(sample(semantics, "default_deny", lists));
  }

  private static AclTable gatewayTable(Semantics semantics, AclList list) {
    boolean builtIn = list.name().startsWith("default_");
    AclList web = named("web", allow(1).all());
    Vpc vpc =
        builtIn ? sample(semantics, list.name(), web) : sample(semantics, list.name(), web, list);
    return AclCompiler.compile(vpc);
  }

  private static Vpc sample(Semantics semantics, String gatewayList, AclList... lists) {
    List<Segment> segments =
        List.of(
            open("public", "203.0.113.10/24"),
            tier("web", 101, "10.10.1.1/24", "web"),
            tier("bare", 102, "10.10.2.1/24", null),
            gateway("dc", 300, "192.168.50.2/24", gatewayList));
    var route = new StaticRoute(new Cidr(at("172.20.0.0"), 16), "dc", Origin.BUILT_IN);
    return vpc(semantics, segments, List.of(lists), List.of(route));
  }

  private static long ingress(AclTable table, int segment, String source, int port) {
    return table.judgeIngress(segment, at(source), at(GUEST), 40000 << 16 | port, Protocol.TCP);
  }

  private static long ingress(AclTable table, int segment, int port) {
    return table.judgeIngress(segment, 0xc000_0201, 0x0a0a_010a, port, Protocol.TCP);
  }

  private static long egress(AclTable table, int segment, String destination, int port) {
    return table.judgeEgress(segment, at(GUEST), at(destination), 40000 << 16 | port, Protocol.TCP);
  }

  private static long judge(AclTable table, boolean entering, String from, String to) {
    int ports = 40000 << 16 | 22;
    return entering
        ? table.judgeEgress(GATEWAY, at(from), at(to), ports, Protocol.TCP)
        : table.judgeIngress(GATEWAY, at(from), at(to), ports, Protocol.TCP);
  }

  /**
   * @param table null: no list decided, else the list must be {@code web}
   * @param number of the rule that decided, 0 if none did
   */
  private static void assertAnswer(long answer, Reason reason, AclTable table, int number) {
    assertEquals(reason, Reason.of(AclAnswer.reason(answer)));
    if (table == null) {
      assertEquals(Classifier.NONE, AclAnswer.list(answer));
    } else {
      assertEquals("web", table.rules().list(AclAnswer.list(answer)).name());
    }
    int rule = AclAnswer.rule(answer);
    assertEquals(number, rule == Classifier.NONE ? 0 : table.rules().rule(rule).number());
  }

  private static int at(String address) {
    return Ipv4Text.parse(address);
  }
}
