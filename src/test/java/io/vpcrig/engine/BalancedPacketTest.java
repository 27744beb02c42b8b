package io.vpcrig.engine;

import static io.vpcrig.testing.Vpcs.allowIn;
import static io.vpcrig.testing.Vpcs.denyIn;
import static io.vpcrig.testing.Vpcs.denyOut;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Flow;
import io.vpcrig.model.FlowSyntax;
import io.vpcrig.model.Host;
import io.vpcrig.model.LoadBalancer.Algorithm;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Quirk;
import io.vpcrig.model.Semantics;
import io.vpcrig.query.Outcome;
import io.vpcrig.query.Packet;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.testing.Balancers;
import io.vpcrig.testing.Vpcs;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Load-balanced connections on their way through the whole engine. */
class BalancedPacketTest {
  private EngineRouter router;
  private long nowNs = 1_700_000_000_000_000_000L;

  @AfterEach
  void stop() {
    router.close();
  }

  // --- what the ends see ---

  @Test
  void membersSeeTheRouterAndClientsTheListener() {
    start(open(), shop());
    assertEquals("tcp 10.10.1.1:5000 > 10.10.1.10:8080", sent("198.51.100.1:5000"));
    assertEquals("tcp 10.10.1.1:5000 > 10.10.1.11:8080", sent("198.51.100.2:5000"));
    assertEquals(
        "tcp 203.0.113.11:80 > 198.51.100.2:5000",
        rewritten("tcp 10.10.1.11:8080 > 10.10.1.1:5000 via t1", Packet.SYN | Packet.ACK));
  }

  @Test
  void clientsWithOnePortAreToldApartAtOneMember() {
    start(open(), of("shop", "203.0.113.11", "one").to(8080));
    assertEquals("tcp 10.10.1.1:5000 > 10.10.1.10:8080", sent("198.51.100.1:5000"));
    Flow second = FlowSyntax.parse(sent("198.51.100.2:5000"));
    assertEquals(false, second.sourcePort() == 5000);
    assertEquals(
        "tcp 203.0.113.11:80 > 198.51.100.2:5000",
        rewritten(
            "tcp 10.10.1.10:8080 > 10.10.1.1:" + second.sourcePort() + " via t1",
            Packet.SYN | Packet.ACK));
  }

  @Test
  void membersMaySeeTheClient() {
    start(open(), shop().keepsClient());
    assertEquals("tcp 198.51.100.1:5000 > 10.10.1.10:8080", sent("198.51.100.1:5000"));
    assertEquals(
        "tcp 203.0.113.11:80 > 198.51.100.1:5000",
        rewritten("tcp 10.10.1.10:8080 > 198.51.100.1:5000 via t1", Packet.SYN | Packet.ACK));
  }

  @Test
  void clientsOfTheMembersTierAreNeverKept() {
    start(open(), shop().keepsClient());
    assertEquals(
        "tcp 10.10.1.1:5000 > 10.10.1.10:8080",
        rewritten("tcp 10.10.1.50:5000 > 203.0.113.11:80 via t1", Packet.SYN));
    assertEquals(
        "tcp 10.10.2.50:5000 > 10.10.1.11:8080",
        rewritten("tcp 10.10.2.50:5000 > 203.0.113.11:80 via t2", Packet.SYN));
  }

  @Test
  void laterPacketsStayWithTheirMember() {
    start(open(), shop());
    assertEquals("tcp 10.10.1.1:5000 > 10.10.1.10:8080", sent("198.51.100.1:5000"));
    assertEquals("tcp 10.10.1.1:5000 > 10.10.1.10:8080", sent("198.51.100.1:5000"));
    assertEquals("tcp 10.10.1.1:5001 > 10.10.1.11:8080", sent("198.51.100.1:5001"));
  }

  // --- who may ---

  @Test
  void asIntendedTheTiersListSeesThePrivatePortAndTheRealClient() {
    start(
        bare(Semantics.INTENDED)
            .list("l1", denyIn(1, "tcp 8080", "198.51.100.2"), allowIn(2, "tcp 8080"))
            .attach("t1", "l1"),
        shop());
    expect("tcp 198.51.100.1:5000 > 203.0.113.11:80 via public", "forward", Reason.ALLOW_RULE);
    expect("tcp 198.51.100.2:5000 > 203.0.113.11:80 via public", "drop", Reason.DENY_RULE);
  }

  @Test
  void shippedNamesTheQuirkOnlyWhereTheListWouldSayNo() {
    start(
        bare(Semantics.SHIPPED)
            .list("l1", allowIn(1, "tcp 8080", "198.51.100.0/31"))
            .attach("t1", "l1"),
        shop());
    assertEquals(
        Quirk.NONE,
        expect("tcp 198.51.100.1:5000 > 203.0.113.11:80 via public", "forward", Reason.BALANCED)
            .quirk());
    assertEquals(
        Quirk.BALANCED_PAST_LIST,
        expect("tcp 198.51.100.2:5000 > 203.0.113.11:80 via public", "forward", Reason.BALANCED)
            .quirk());
  }

  @Test
  void theEgressListOfTheClientsTierHoldsInBothSemantics() {
    for (Semantics semantics : Semantics.values()) {
      start(
          bare(semantics)
              .attach("t1", "default_allow")
              .list("l2", denyOut(1, "tcp 80", "203.0.113.11"))
              .attach("t2", "l2"),
          shop());
      expect("tcp 10.10.2.50:5000 > 203.0.113.11:80 via t2", "drop", Reason.DENY_RULE);
    }
  }

  @Test
  void otherClientsAreDroppedForAReasonOfTheirOwn() {
    start(open(), shop().serves("198.51.100.0/31"));
    expect("tcp 198.51.100.1:5000 > 203.0.113.11:80 via public", "forward", Reason.ALLOW_RULE);
    expect("tcp 198.51.100.2:5000 > 203.0.113.11:80 via public", "drop", Reason.BALANCE_CLIENT);
  }

  @Test
  void udpIsBalancedAsIntendedOnly() {
    for (Semantics semantics : Semantics.values()) {
      Vpcs vpc = bare(semantics).attach("t1", "default_allow");
      start(
          vpc,
          Balancers.of("dns", "203.0.113.11", Protocol.UDP, 53, "t1", List.of(host(vpc, "one"))));
      Outcome outcome = send("udp 198.51.100.1:5000 > 203.0.113.11:53 via public", 0);
      if (semantics == Semantics.INTENDED) {
        assertEquals(Reason.ALLOW_RULE, outcome.reason());
      } else {
        assertEquals(Reason.INPUT, outcome.reason());
        assertEquals(Quirk.BALANCED_UDP, outcome.quirk());
      }
    }
  }

  @Test
  void nothingListensBesideTheBalancersPort() {
    start(open(), shop());
    expect("tcp 198.51.100.1:5000 > 203.0.113.11:81 via public", "drop", Reason.INPUT);
    expect(
        "icmp 198.51.100.1 > 203.0.113.11 echo-request id 1 via public",
        "local",
        Reason.LOCAL_ECHO);
  }

  // --- internal ---

  @Test
  void anInternalBalancerIsRoutedToFromOtherTiers() {
    start(
        bare(Semantics.SHIPPED)
            .list("l1", allowIn(1, "tcp 80", "10.10.2.0/24"))
            .attach("t1", "l1")
            .list("l2", denyOut(1, "tcp 80", "10.10.1.201"))
            .attach("t2", "l2"),
        of("inside", "10.10.1.200", "one").internal().to(8080),
        of("denied", "10.10.1.201", "one").internal().to(8080));
    Outcome outcome =
        expect("tcp 10.10.2.50:5000 > 10.10.1.200:80 via t2", "forward", Reason.ALLOW_RULE);
    assertEquals("l1 1", outcome.list().orElseThrow() + " " + outcome.rule().getAsInt());
    assertEquals(
        "tcp 10.10.1.200:5000 > 10.10.1.10:8080", outcome.rewritten().orElseThrow().toString());
    assertEquals(
        "tcp 10.10.1.200:80 > 10.10.2.50:5000",
        rewritten("tcp 10.10.1.10:8080 > 10.10.1.200:5000 via t1", Packet.SYN | Packet.ACK));
    outcome = expect("tcp 10.10.2.50:5000 > 10.10.1.201:80 via t2", "drop", Reason.DENY_RULE);
    assertEquals("l2", outcome.list().orElseThrow());
    expect("tcp 198.51.100.1:5000 > 10.10.1.200:80 via public", "drop", Reason.DENY_DEFAULT);
  }

  @Test
  void inItsOwnTierAnInternalBalancerMeetsNoList() {
    start(
        bare(Semantics.INTENDED).attach("t1", "default_deny"),
        of("inside", "10.10.1.200", "one").internal().keepsClient());
    assertEquals(
        "tcp 10.10.1.200:5000 > 10.10.1.10:80",
        rewritten("tcp 10.10.1.50:5000 > 10.10.1.200:80 via t1", Packet.SYN),
        "its answer must come back here");
  }

  @Test
  void nothingButBalancersListensAtAVirtualAddress() {
    start(open(), of("inside", "10.10.1.200", "one").internal());
    expect("tcp 10.10.2.50:5000 > 10.10.1.200:443 via t2", "drop", Reason.INPUT);
    expect("icmp 10.10.2.50 > 10.10.1.200 echo-request id 1 via t2", "drop", Reason.INPUT);
    Packet arp =
        Packet.arp(
            "t1",
            FlowSyntax.parse("tcp 10.10.1.50:1 > 10.10.1.200:1").source(),
            FlowSyntax.parse("tcp 10.10.1.50:1 > 10.10.1.200:1").destination(),
            nowNs);
    assertEquals(Reason.LOCAL_ARP, router.send(arp).reason());
  }

  // --- members ---

  @Test
  void aMemberThatRefusesIsTakenOutAndTriedAgain() {
    start(open(), shop().health(2, Duration.ofSeconds(1), Duration.ofSeconds(10)));
    int refused = 0;
    for (int k = 0; k < 8; k++) {
      Flow flow = FlowSyntax.parse(sent("198.51.100.1:" + (5000 + k)));
      if (flow.toString().contains("10.10.1.10:")) {
        refused++;
        send(
            "tcp 10.10.1.10:8080 > 10.10.1.1:" + flow.sourcePort() + " via t1",
            Packet.RST | Packet.ACK);
      } else {
        send(
            "tcp 10.10.1.11:8080 > 10.10.1.1:" + flow.sourcePort() + " via t1",
            Packet.SYN | Packet.ACK);
      }
    }
    assertEquals(2, refused);
    nowNs += 10_000_000_000L;
    boolean tried = false;
    for (int k = 0; k < 2; k++) {
      tried |= sent("198.51.100.1:" + (6000 + k)).contains("10.10.1.10:");
    }
    assertEquals(true, tried);
  }

  @Test
  void withAllMembersDownConnectionsAreDroppedForAReasonOfTheirOwn() {
    start(
        open(),
        of("shop", "203.0.113.11", "one").health(1, Duration.ofSeconds(1), Duration.ofSeconds(10)));
    sent("198.51.100.1:5000");
    nowNs += 1_000_000_000L;
    expect("tcp 198.51.100.1:5001 > 203.0.113.11:80 via public", "drop", Reason.BALANCE_NO_MEMBER);
    expect("tcp 198.51.100.1:5000 > 203.0.113.11:80 via public", "forward", Reason.ESTABLISHED);
  }

  @Test
  void connectionsGoOnWhenTheirMemberDrainsAndLeaves() {
    start(open(), shop());
    assertEquals("tcp 10.10.1.1:5000 > 10.10.1.10:8080", sent("198.51.100.1:5000"));
    rewritten("tcp 10.10.1.10:8080 > 10.10.1.1:5000 via t1", Packet.SYN | Packet.ACK);
    router.apply(open().balancer(shop().weights(0, 1)).build());
    for (int k = 1; k < 5; k++) {
      assertEquals(
          "tcp 10.10.1.1:" + (5000 + k) + " > 10.10.1.11:8080", sent("198.51.100.1:" + (5000 + k)));
    }
    assertEquals("tcp 10.10.1.1:5000 > 10.10.1.10:8080", sent("198.51.100.1:5000"));
    router.apply(open().balancer(of("shop", "203.0.113.11", "eleven").to(8080)).build());
    assertEquals("tcp 10.10.1.1:5000 > 10.10.1.10:8080", sent("198.51.100.1:5000"));
    router.apply(open().build());
    assertEquals("tcp 10.10.1.1:5000 > 10.10.1.10:8080", sent("198.51.100.1:5000"));
    expect("tcp 198.51.100.1:7000 > 203.0.113.11:80 via public", "drop", Reason.FORWARD_POLICY);
  }

  @Test
  void leastConnectionsFollowWhatTheEndsDo() {
    start(open(), shop().by(Algorithm.LEASTCONN));
    assertEquals("tcp 10.10.1.1:5000 > 10.10.1.10:8080", sent("198.51.100.1:5000"));
    assertEquals("tcp 10.10.1.1:5001 > 10.10.1.11:8080", sent("198.51.100.1:5001"));
    send("tcp 10.10.1.11:8080 > 10.10.1.1:5001 via t1", Packet.SYN | Packet.ACK);
    send("tcp 198.51.100.1:5001 > 203.0.113.11:80 via public", Packet.ACK);
    send("tcp 10.10.1.11:8080 > 10.10.1.1:5001 via t1", Packet.FIN | Packet.ACK);
    assertEquals("tcp 10.10.1.1:5002 > 10.10.1.11:8080", sent("198.51.100.1:5002"));
    // The first segment to the other was never answered: after 120 s nothing is open there.
    nowNs += 119_996_000_000L;
    assertEquals("tcp 10.10.1.1:5003 > 10.10.1.10:8080", sent("198.51.100.1:5003"));
  }

  @Test
  void aTtlThatEndsHereIsToldInTheNameOfTheListener() {
    start(open(), shop());
    Flow flow = FlowSyntax.parse("tcp 198.51.100.1:5000 > 203.0.113.11:80 via public");
    Outcome outcome = router.send(Packet.of("public", flow, Packet.SYN, 1, nowNs));
    assertEquals(Reason.TTL, outcome.reason());
    assertEquals("tcp 10.10.1.1:5001 > 10.10.1.10:8080", sent("198.51.100.1:5001"), "no turn lost");
  }

  // --- helpers ---

  private static Vpcs bare(Semantics semantics) {
    return Vpcs.vpc("10.10.0.0/16")
        .semantics(semantics)
        .publicNetwork("public", new Encapsulation.Vlan(100), "203.0.113.10/24", "203.0.113.1")
        .tier("t1", new Encapsulation.Vxlan(5001), "10.10.1.1/24")
        .tier("t2", new Encapsulation.Vlan(102), "10.10.2.1/24")
        .host("one", "t1", "10.10.1.10")
        .host("eleven", "t1", "10.10.1.11");
  }

  private static Vpcs open() {
    return bare(Semantics.INTENDED).attach("t1", "default_allow").attach("t2", "default_allow");
  }

  private static Balancers shop() {
    return of("shop", "203.0.113.11", "one", "eleven").to(8080);
  }

  private static Balancers of(String name, String address, String... hosts) {
    Vpcs vpc = bare(Semantics.INTENDED);
    return Balancers.of(
        name,
        address,
        Protocol.TCP,
        80,
        "t1",
        List.of(hosts).stream().map(h -> host(vpc, h)).toList());
  }

  private static Host host(Vpcs vpc, String name) {
    return vpc.hostNamed(name);
  }

  private void start(Vpcs vpc, Balancers... balancers) {
    if (router != null) {
      router.close();
    }
    for (Balancers balancer : balancers) {
      vpc.balancer(balancer);
    }
    router = new EngineRouter(vpc.build());
  }

  private Outcome send(String text, int tcpFlags) {
    Flow flow = FlowSyntax.parse(text);
    nowNs += 1_000_000;
    int flags = flow.protocol() == Protocol.TCP ? tcpFlags : 0;
    return router.send(Packet.of(flow.via().orElseThrow(), flow, flags, 64, nowNs));
  }

  private Outcome expect(String text, String verdict, Reason reason) {
    Outcome outcome = send(text, Packet.SYN);
    assertEquals(verdict + " " + reason, outcome.verdict() + " " + outcome.reason(), text);
    return outcome;
  }

  private String rewritten(String text, int tcpFlags) {
    return send(text, tcpFlags).rewritten().orElseThrow().toString();
  }

  /** A first segment from outside to the public listener, as it leaves. */
  private String sent(String client) {
    return rewritten("tcp " + client + " > 203.0.113.11:80 via public", Packet.SYN);
  }
}
