package io.vpcrig.testing;

import static io.vpcrig.testing.Vpcs.allowIn;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Flow;
import io.vpcrig.model.Protocol;
import io.vpcrig.query.Packet;
import io.vpcrig.telemetry.Reason;
import org.junit.jupiter.api.Test;

/** What any router translates, and into what: cloudstack.md 3.1, ports as Linux' nf_nat. */
public abstract class NatProbes extends Probing {
  private static final String SERVER = "198.51.100.50";

  // --- source NAT --------------------------------------------------------------------------------

  @Test
  void aPortIsKeptWhereItIsFreeElseAnotherOfItsClassIsTakenAndKeptForTheConnection() {
    start(bare());
    passes("tcp 10.10.1.10:700 > 198.51.100.50:80 via t1", Reason.ALLOW_DEFAULT)
        .as("tcp 203.0.113.10:700 > 198.51.100.50:80");
    int chosen = portOf("tcp 10.10.1.11:700 > 198.51.100.50:80 via t1");
    assertTrue(chosen >= 600 && chosen < 1024 && chosen != 700, "port " + chosen);
    reply("tcp 198.51.100.50:80 > 203.0.113.10:" + chosen + " via public", Packet.ACK | Packet.SYN)
        .leavesBy("t1")
        .as("tcp 198.51.100.50:80 > 10.10.1.11:700");
    reply("tcp 198.51.100.50:80 > 203.0.113.10:700 via public", Packet.ACK | Packet.SYN)
        .as("tcp 198.51.100.50:80 > 10.10.1.10:700");
    passes("tcp 10.10.1.11:700 > 198.51.100.50:81 via t1", Reason.ALLOW_DEFAULT)
        .as("tcp 203.0.113.10:700 > 198.51.100.50:81");
  }

  @Test
  void theChoiceIsTheSameForTheSameConnections() {
    int[] chosen = new int[2];
    for (int k = 0; k < 2; k++) {
      start(bare());
      passes("udp 10.10.1.10:40000 > 198.51.100.50:53 via t1", Reason.ALLOW_DEFAULT);
      chosen[k] = portOf("udp 10.10.2.10:40000 > 198.51.100.50:53 via t2");
      stopRouter();
    }
    assertTrue(chosen[0] >= 1024 && chosen[0] != 40_000, "port " + chosen[0]);
    assertEquals(chosen[0], chosen[1]);
  }

  @Test
  void theNextAddressFollowsWhereOneIsUsedUpAndBehindTheLastConnectionsAreDropped() {
    start(bare().sourceNat("203.0.113.10").sourceNat("203.0.113.13"));
    useUp("10.10.1.10", "203.0.113.10");
    passes("tcp 10.10.1.11:300 > 198.51.100.50:80 via t1", Reason.ALLOW_DEFAULT)
        .as("tcp 203.0.113.13:300 > 198.51.100.50:80");
    reply("tcp 198.51.100.50:80 > 203.0.113.13:300 via public", Packet.ACK | Packet.SYN)
        .as("tcp 198.51.100.50:80 > 10.10.1.11:300");
    passes("tcp 10.10.2.10:300 > 198.51.100.50:81 via t2", Reason.ALLOW_DEFAULT)
        .as("tcp 203.0.113.10:300 > 198.51.100.50:81");
    for (int port = 1; port < 512; port++) {
      if (port != 300) {
        passes("tcp 10.10.1.11:" + port + " > 198.51.100.50:80 via t1", Reason.ALLOW_DEFAULT);
      }
    }
    drops("tcp 10.10.2.10:300 > 198.51.100.50:80 via t2", Reason.NAT_EXHAUSTED);
    passes("tcp 10.10.2.10:600 > 198.51.100.50:80 via t2", Reason.ALLOW_DEFAULT)
        .as("tcp 203.0.113.10:600 > 198.51.100.50:80");
  }

  @Test
  void whatHasNoPortsLeavesByAnAddressOnceTowardsADestination() {
    start(
        bare()
            .sourceNat("203.0.113.10")
            .staticNat("203.0.113.12", "one")
            .attach("t1", "default_allow"));
    passes("50 10.10.1.10 > 198.51.100.50 via t1", Reason.ALLOW_RULE)
        .as("50 203.0.113.12 > 198.51.100.50");
    passes("50 10.10.1.11 > 198.51.100.50 via t1", Reason.ALLOW_RULE)
        .as("50 203.0.113.10 > 198.51.100.50");
    drops("50 10.10.2.10 > 198.51.100.50 via t2", Reason.NAT_EXHAUSTED);
  }

  @Test
  void theReservedNetworkIsRoutedLikeAnyOther() {
    start(bare());
    passes("udp 10.10.1.10:40000 > 240.0.0.1:53 via t1", Reason.ALLOW_DEFAULT)
        .leavesBy("public")
        .as("udp 203.0.113.10:40000 > 240.0.0.1:53");
    drops("udp 10.10.1.10:40000 > 224.0.0.1:53 via public", Reason.MULTICAST);
  }

  // --- ICMP --------------------------------------------------------------------------------------

  @Test
  void aQueryGetsAnotherIdentifierInAClashAndItsAnswerTheOldOne() {
    start(bare());
    passes("icmp 10.10.1.10 > 198.51.100.50 echo-request id 7 via t1", Reason.ALLOW_DEFAULT)
        .as("icmp 203.0.113.10 > 198.51.100.50 echo-request id 7");
    Flow second =
        passes("icmp 10.10.1.11 > 198.51.100.50 echo-request id 7 via t1", Reason.ALLOW_DEFAULT)
            .outcome()
            .rewritten()
            .orElseThrow();
    assertNotEquals(7, second.icmpId());
    reply("icmp 198.51.100.50 > 203.0.113.10 echo-reply id " + second.icmpId() + " via public", 0)
        .as("icmp 198.51.100.50 > 10.10.1.11 echo-reply id 7");
  }

  @Test
  void anErrorFromOutsideReachesTheGuestBehindSourceNat() {
    start(bare());
    passes("udp 10.10.1.10:40000 > 198.51.100.50:33434 via t1", Reason.ALLOW_DEFAULT);
    error(
            "icmp 203.0.113.1 > 203.0.113.10 time-exceeded via public",
            "udp 203.0.113.10:40000 > 198.51.100.50:33434")
        .is("forward", Reason.RELATED)
        .leavesBy("t1")
        .as("icmp 203.0.113.1 > 10.10.1.10 time-exceeded");
  }

  @Test
  void anErrorOfAForwardedHostComesFromThePublicAddress() {
    start(hairpin());
    passes("tcp 198.51.100.50:5000 > 203.0.113.11:8080 via public", Reason.ALLOW_RULE);
    error(
            "icmp 10.10.1.10 > 198.51.100.50 port-unreachable via t1",
            "tcp 198.51.100.50:5000 > 10.10.1.10:80")
        .is("forward", Reason.RELATED)
        .leavesBy("public")
        .as("icmp 203.0.113.11 > 198.51.100.50 port-unreachable");
  }

  // --- destinations ------------------------------------------------------------------------------

  @Test
  void staticNatComesBeforeForwardingBeforeBalancing() {
    Vpcs vpc =
        bare()
            .attach("t1", "default_allow")
            .attach("t2", "default_allow")
            .balancer("shop", "203.0.113.11", 80, "one");
    start(vpc);
    passes("tcp 198.51.100.50:5000 > 203.0.113.11:80 via public", Reason.ALLOW_RULE)
        .as("tcp 10.10.1.1:5000 > 10.10.1.10:80");
    router.apply(vpc.forward("203.0.113.11", Protocol.TCP, "80", "eleven", 81).build());
    passes("tcp 198.51.100.50:5001 > 203.0.113.11:80 via public", Reason.ALLOW_RULE)
        .as("tcp 198.51.100.50:5001 > 10.10.1.11:81");
    router.apply(vpc.staticNat("203.0.113.11", "two").build());
    passes("tcp 198.51.100.50:5002 > 203.0.113.11:80 via public", Reason.ALLOW_RULE)
        .as("tcp 198.51.100.50:5002 > 10.10.2.10:80");
  }

  @Test
  void aRangeKeepsItsOrderAndEndsWhereItEnds() {
    start(
        bare()
            .attach("t1", "default_allow")
            .forward("203.0.113.11", Protocol.UDP, "5000-5010", "one", 5000));
    for (int port : new int[] {5000, 5005, 5010}) {
      passes("udp 198.51.100.50:5 > 203.0.113.11:" + port + " via public", Reason.ALLOW_RULE)
          .as("udp 198.51.100.50:5 > 10.10.1.10:" + port);
    }
    drops("udp 198.51.100.50:5 > 203.0.113.11:4999 via public", Reason.INPUT);
    drops("udp 198.51.100.50:5 > 203.0.113.11:5011 via public", Reason.INPUT);
    drops("tcp 198.51.100.50:5 > 203.0.113.11:5005 via public", Reason.INPUT);
  }

  @Test
  void aForwardServesItsClientsOnly() {
    start(
        bare()
            .attach("t1", "default_allow")
            .forward("203.0.113.11", Protocol.TCP, "80", "one", 80, "198.51.100.0/25")
            .forward("203.0.113.11", Protocol.TCP, "80", "eleven", 81, "198.51.100.192/26"));
    passes("tcp 198.51.100.127:5 > 203.0.113.11:80 via public", Reason.ALLOW_RULE)
        .as("tcp 198.51.100.127:5 > 10.10.1.10:80");
    passes("tcp 198.51.100.192:5 > 203.0.113.11:80 via public", Reason.ALLOW_RULE)
        .as("tcp 198.51.100.192:5 > 10.10.1.11:81");
    drops("tcp 198.51.100.128:5 > 203.0.113.11:80 via public", Reason.INPUT);
  }

  // --- hairpin -----------------------------------------------------------------------------------

  @Test
  void inAHairpinClientsWithOnePortAreToldApart() {
    start(hairpin());
    passes("tcp 10.10.1.10:40000 > 203.0.113.11:8080 via t1", Reason.ALLOW_RULE)
        .as("tcp 10.10.1.1:40000 > 10.10.1.10:80");
    int chosen = portOf("tcp 10.10.1.11:40000 > 203.0.113.11:8080 via t1");
    assertNotEquals(40_000, chosen);
    reply("tcp 10.10.1.10:80 > 10.10.1.1:" + chosen + " via t1", Packet.SYN | Packet.ACK)
        .leavesBy("t1")
        .as("tcp 203.0.113.11:8080 > 10.10.1.11:40000");
  }

  @Test
  void aHostReachesItselfByItsStaticNat() {
    start(bare().attach("t1", "default_allow").staticNat("203.0.113.12", "one"));
    passes("icmp 10.10.1.10 > 203.0.113.12 echo-request id 5 via t1", Reason.ALLOW_RULE)
        .leavesBy("t1")
        .as("icmp 10.10.1.1 > 10.10.1.10 echo-request id 5");
    reply("icmp 10.10.1.10 > 10.10.1.1 echo-reply id 5 via t1", 0)
        .leavesBy("t1")
        .as("icmp 203.0.113.12 > 10.10.1.10 echo-reply id 5");
  }

  @Test
  void betweenGuestsWithStaticNatInTwoTiersOnlyTheDestinationChanges() {
    start(
        bare()
            .attach("t1", "default_allow")
            .attach("t2", "default_allow")
            .staticNat("203.0.113.12", "one")
            .staticNat("203.0.113.13", "two"));
    passes("tcp 10.10.2.10:40000 > 203.0.113.12:22 via t2", Reason.ALLOW_RULE)
        .leavesBy("t1")
        .as("tcp 10.10.2.10:40000 > 10.10.1.10:22");
    reply("tcp 10.10.1.10:22 > 10.10.2.10:40000 via t1", Packet.SYN | Packet.ACK)
        .leavesBy("t2")
        .as("tcp 203.0.113.12:22 > 10.10.2.10:40000");
  }

  // --- private gateways --------------------------------------------------------------------------

  @Test
  void aGatewayTranslatesWhereItIsToldToAlsoBehindItsRoutes() {
    start(gateway(true));
    passes("tcp 10.10.1.10:40000 > 192.0.2.50:80 via t1", Reason.ALLOW_RULE)
        .leavesBy("dc")
        .as("tcp 192.0.2.2:40000 > 192.0.2.50:80");
    reply("tcp 192.0.2.50:80 > 192.0.2.2:40000 via dc", Packet.SYN | Packet.ACK)
        .leavesBy("t1")
        .as("tcp 192.0.2.50:80 > 10.10.1.10:40000");
    passes("tcp 10.10.1.10:40000 > 172.20.0.5:80 via t1", Reason.ALLOW_RULE)
        .leavesBy("dc")
        .as("tcp 192.0.2.2:40000 > 172.20.0.5:80");
    passes("tcp 10.10.1.10:40000 > 198.51.100.50:80 via t1", Reason.ALLOW_RULE)
        .as("tcp 203.0.113.12:40000 > 198.51.100.50:80");
    passes("tcp 192.0.2.50:5000 > 10.10.1.10:22 via dc", Reason.ALLOW_RULE)
        .as("tcp 192.0.2.50:5000 > 10.10.1.10:22");
  }

  @Test
  void byAGatewayThatDoesNotTranslateEvenAGuestWithStaticNatKeepsItsAddress() {
    start(gateway(false));
    passes("tcp 10.10.1.10:40000 > 192.0.2.50:80 via t1", Reason.ALLOW_RULE)
        .leavesBy("dc")
        .as("tcp 10.10.1.10:40000 > 192.0.2.50:80");
    passes("tcp 10.10.2.10:40000 > 172.20.0.5:80 via t2", Reason.ALLOW_RULE)
        .leavesBy("dc")
        .as("tcp 10.10.2.10:40000 > 172.20.0.5:80");
  }

  private static Vpcs gateway(boolean sourceNat) {
    return bare()
        .attach("t1", "default_allow")
        .staticNat("203.0.113.12", "one")
        .privateGateway(
            "dc",
            new Encapsulation.Vlan(300),
            "192.0.2.2/24",
            "192.0.2.1",
            "default_allow",
            sourceNat)
        .route("172.20.0.0/16", "dc");
  }

  private static Vpcs hairpin() {
    return bare()
        .list("l1", allowIn(1, "tcp 80"))
        .attach("t1", "l1")
        .forward("203.0.113.11", Protocol.TCP, "8080", "one", 80);
  }

  /** Takes every port of the lowest class towards port 80 of the server. */
  private void useUp(String guest, String address) {
    for (int port = 1; port < 512; port++) {
      passes("tcp " + guest + ":" + port + " > " + SERVER + ":80 via t1", Reason.ALLOW_DEFAULT)
          .as("tcp " + address + ":" + port + " > " + SERVER + ":80");
    }
  }

  /** The source port that a connection leaves with. */
  private int portOf(String flow) {
    Flow leaving =
        segment(flow, Packet.SYN)
            .outcome()
            .rewritten()
            .orElseThrow(() -> new AssertionError("dropped: " + flow));
    return leaving.sourcePort();
  }
}
