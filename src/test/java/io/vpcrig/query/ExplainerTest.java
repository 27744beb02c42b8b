package io.vpcrig.query;

import static io.vpcrig.testing.Vpcs.allowIn;
import static io.vpcrig.testing.Vpcs.denyIn;
import static io.vpcrig.testing.Vpcs.denyOut;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.vpcrig.frame.Verdict;
import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.FlowSyntax;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Semantics;
import io.vpcrig.model.Vpc;
import io.vpcrig.testing.Vpcs;
import org.junit.jupiter.api.Test;

class ExplainerTest {
  @Test
  void tellsTheStoryOfADeniedFlow() {
    assertEquals(
        """
        tcp 10.10.1.10:40000 > 10.10.2.10:443   web   new
          1 segment  web           ok    tier; source is in 10.10.1.0/24
          2 session                miss  none has this flow
          3 acl-out  web #30       miss  to 10.10.3.0/24 only
                     web default   allow no egress rule matched: allowed
          4 route    10.10.2.0/24  hit   connected, tier app
          5 acl-in   app #10       miss  port 80 only
                     app #20       hit   deny tcp from 10.10.1.0/24       <-- decides
        DENY  acl.deny.rule  app #20  (built-in)
        hint  an allow numbered below 20 in app for tcp 443 from 10.10.1.10 would let it pass
        """,
        text("tcp 10.10.1.10:40000 > 10.10.2.10:443", false));
  }

  @Test
  void tellsHowAForwardedFlowIsSentAndWhatBecomesOfTheAnswer() {
    assertEquals(
        """
        udp 10.10.1.10:5000 > 198.51.100.7:53   web -> public   new
          1 segment  web           ok    tier; source is in 10.10.1.0/24
          2 session                miss  none has this flow
          3 acl-out  web #30       miss  to 10.10.3.0/24 only
                     web default   allow no egress rule matched: allowed        <-- decides
          4 route    0.0.0.0/0     hit   default, public, next hop 203.0.113.1
          5 snat     203.0.113.10  hit   source NAT
          6 session                new   unanswered
        sent  udp 203.0.113.10:5000 > 198.51.100.7:53  by public
        reply udp 198.51.100.7:53 > 203.0.113.10:5000   public -> web  ALLOW  session.established\
          web default  (built-in)  sent as udp 198.51.100.7:53 > 10.10.1.10:5000
        ALLOW  acl.allow.default  web default  (built-in)
        """,
        text("udp 10.10.1.10:5000 > 198.51.100.7:53", false));
  }

  @Test
  void namesTheBalancerItsAlgorithmAndTheMemberChosen() {
    Vpc vpc =
        Vpcs.vpc("10.10.0.0/16")
            .semantics(Semantics.SHIPPED)
            .publicNetwork("public", new Encapsulation.Vlan(100), "203.0.113.10/24", "203.0.113.1")
            .tier("web", new Encapsulation.Vlan(101), "10.10.1.1/24")
            .attach("web", "default_deny")
            .host("web1", "web", "10.10.1.10")
            .balancer("shop", "203.0.113.11", 80, "web1")
            .build();
    assertEquals(
        """
        tcp 198.51.100.7:5000 > 203.0.113.11:80   public -> web   new
          1 segment  public        ok    public; source is not in 203.0.113.0/24
          2 session                miss  none has this flow
          3 acl-in   web           skip  is load-balanced
          4 balance  203.0.113.11  hit   shop (roundrobin) to web1 10.10.1.10:80 (built-in)  <-- decides
          5 route    10.10.1.0/24  hit   connected, tier web
          6 snat     10.10.1.1     hit   members see the balancer
          7 session                new   syn sent
        sent  tcp 10.10.1.1:5000 > 10.10.1.10:80  by web
        reply tcp 10.10.1.10:80 > 10.10.1.1:5000   web -> public  ALLOW  session.established\
          sent as tcp 203.0.113.11:80 > 198.51.100.7:5000
        ALLOW  balance.member
        quirk balanced-past-list: load-balanced connections do not meet the tier's ingress list on\
         the shipped router; as intended the verdict is DENY acl.deny.rule
        """,
        StoryText.of(explain(vpc, "tcp 198.51.100.7:5000 > 203.0.113.11:80"), false));
  }

  @Test
  void showsEveryRuleOnlyIfAsked() {
    String flow = "icmp 10.10.3.10 > 10.10.2.10 echo-request";
    assertTrue(
        text(flow, false).contains("1 rule does not match (--all-rules)"), text(flow, false));
    assertFalse(text(flow, false).contains("app #20"), text(flow, false));
    assertTrue(text(flow, true).contains("app #20"), text(flow, true));
  }

  @Test
  void aHintIsTriedBeforeItIsGiven() {
    Explanation explanation = explain(vpc(), "tcp 10.10.1.10:40000 > 10.10.3.10:80");
    assertEquals(
        "[an allow numbered below 30 in web for tcp 80 to 10.10.3.10 would not do: then"
            + " acl.deny.no-list]",
        explanation.hints().toString());
  }

  @Test
  void namesTheQuirkUnderBothSemantics() {
    Vpcs vpc = builder().list("app", allowIn(10, "6 80"));
    String flow = "tcp 10.10.1.10:40000 > 10.10.2.10:443";
    String intended = StoryText.of(explain(vpc.build(), flow), false);
    assertTrue(intended.contains("as shipped the verdict is ALLOW acl.allow.rule"), intended);
    String shipped = StoryText.of(explain(vpc.semantics(Semantics.SHIPPED).build(), flow), false);
    assertTrue(
        shipped.contains("quirk numbered-protocol: ")
            && shipped.contains("as intended the verdict is DENY acl.deny.default"),
        shipped);
  }

  @Test
  void anEstablishedFlowMeetsItsSession() {
    Explainer explainer = new Explainer(vpc());
    Story later =
        explainer.established(FlowSyntax.parse("tcp 10.10.1.10:40000 > 10.10.2.10:80")).story();
    assertEquals("ALLOW  session.established  app #10  (built-in)", StoryText.verdict(later));
    Explanation denied =
        explainer.established(FlowSyntax.parse("tcp 10.10.1.10:40000 > 10.10.2.10:443"));
    assertEquals(Verdict.DROP, denied.story().verdict());
    assertTrue(denied.notes().getFirst().startsWith("no session can be there"));
  }

  @Test
  void jsonHasEverythingPromised() {
    Explanation explanation =
        explain(vpc(), "tcp 198.51.100.7:5000 > 203.0.113.11:8080 via public");
    JsonNode json = StoryJson.of(explanation);
    assertEquals("forward", json.get("verdict").asText());
    assertEquals("acl.allow.rule", json.get("reason").asText());
    assertEquals("app", json.get("list").asText());
    assertEquals(10, json.get("rule").asInt());
    assertEquals("public", json.get("in").asText());
    assertEquals("app", json.get("out").asText());
    assertEquals("tcp 198.51.100.7:5000 > 203.0.113.11:8080", json.get("flow").asText());
    assertEquals("tcp 198.51.100.7:5000 > 10.10.2.10:80", json.get("rewritten").asText());
    assertEquals("segment", json.get("steps").get(0).get("step").asText());
    assertEquals("session.established", json.get("reply").get("reason").asText());
    assertEquals(
        "tcp 203.0.113.11:8080 > 198.51.100.7:5000", json.get("reply").get("rewritten").asText());
  }

  @Test
  void aDroppedFlowHasNoReplyAndNoRewrittenFlow() {
    JsonNode json = StoryJson.of(explain(vpc(), "tcp 10.10.1.10:40000 > 10.10.2.10:443"));
    assertTrue(json.get("reply").isNull());
    assertTrue(json.get("rewritten").isNull());
    assertTrue(json.get("out").isNull());
    assertFalse(json.get("hints").isEmpty());
  }

  private static String text(String flow, boolean allRules) {
    return StoryText.of(explain(vpc(), flow), allRules);
  }

  private static Explanation explain(Vpc vpc, String flow) {
    return new Explainer(vpc).first(FlowSyntax.parse(flow));
  }

  private static Vpc vpc() {
    return builder().build();
  }

  private static Vpcs builder() {
    return Vpcs.vpc("10.10.0.0/16")
        .publicNetwork("public", new Encapsulation.Vlan(100), "203.0.113.10/24", "203.0.113.1")
        .tier("web", new Encapsulation.Vxlan(5001), "10.10.1.1/24", "web")
        .tier("app", new Encapsulation.Vlan(102), "10.10.2.1/24", "app")
        .tier("db", new Encapsulation.Vlan(103), "10.10.3.1/24")
        .list("web", denyOut(30, "all", "10.10.3.0/24"))
        .list("app", allowIn(10, "tcp 80"), denyIn(20, "tcp", "10.10.1.0/24"))
        .host("app1", "app", "10.10.2.10")
        .forward("203.0.113.11", Protocol.TCP, "8080", "app1", 80);
  }
}
