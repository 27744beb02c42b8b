package io.vpcrig.testing;

import static io.vpcrig.testing.Vpcs.allowIn;
import static io.vpcrig.testing.Vpcs.allowOut;
import static io.vpcrig.testing.Vpcs.denyIn;
import static io.vpcrig.testing.Vpcs.denyOut;

import io.vpcrig.model.AclRule;
import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Quirk;
import io.vpcrig.model.Semantics;
import io.vpcrig.query.Packet;
import io.vpcrig.telemetry.Reason;
import org.junit.jupiter.api.Test;

/**
 * What was observed on a real virtual router (cloudstack.md 2.5), as tests of any router. A test
 * without "intended" in its name runs in the mode its row belongs to; where only the shipped router
 * does so, its twin says what was intended.
 *
 * <p>The VPC is 10.10.0.0/16; t1 10.10.1.0/24 with .10 and .11, t2 10.10.2.0/24 with .10; public
 * 203.0.113.10 (source NAT), .11, .12; the outside client 198.51.100.50. P17 is load balancing,
 * which comes later; P26 to P30 are the ROUTED mode.
 */
public abstract class ProbeSuite extends Probing {
  private static final String T1 = "10.10.1.0/24";

  @Test
  void p01_aTierWithoutListReachesTheInternetFromTheSourceNatAddress() {
    start(bare());
    passes("tcp 10.10.1.10:40000 > 198.51.100.50:443 via t1", Reason.ALLOW_DEFAULT)
        .leavesBy("public")
        .as("tcp 203.0.113.10:40000 > 198.51.100.50:443");
  }

  @Test
  void p02_aTierWithoutListIsNotReachedFromAnother() {
    start(bare());
    drops("tcp 10.10.1.10:40000 > 10.10.2.10:80 via t1", Reason.DENY_NO_LIST);
  }

  @Test
  void p03_onePortAllowedFromOneTierIsJustThat() {
    start(bare().list("l2", allowIn(1, "tcp 22", T1)).attach("t2", "l2"));
    passes("tcp 10.10.1.10:40000 > 10.10.2.10:22 via t1", Reason.ALLOW_RULE)
        .by("l2", 1)
        .leavesBy("t2")
        .as("tcp 10.10.1.10:40000 > 10.10.2.10:22");
    drops("tcp 10.10.1.10:40001 > 10.10.2.10:23 via t1", Reason.DENY_DEFAULT).by("l2");
  }

  @Test
  void p04_unmatchedEgressPasses() {
    start(bare().list("l1", allowOut(1, "tcp 22")).attach("t1", "l1"));
    passes("tcp 10.10.1.10:40000 > 198.51.100.50:80 via t1", Reason.ALLOW_DEFAULT).by("l1");
  }

  @Test
  void p05_defaultDenyCutsBothWays() {
    start(
        bare()
            .attach("t1", "default_deny")
            .forward("203.0.113.11", Protocol.TCP, "8080", "one", 80));
    drops("tcp 10.10.1.10:40000 > 198.51.100.50:80 via t1", Reason.DENY_RULE).by("default_deny", 2);
    drops("tcp 198.51.100.50:5000 > 203.0.113.11:8080 via public", Reason.DENY_RULE)
        .by("default_deny", 1);
  }

  @Test
  void p06_theOwnGatewayAnswersWhateverTheList() {
    start(bare().attach("t1", "default_deny"));
    local("udp 10.10.1.10:40000 > 10.10.1.1:53 via t1", Reason.LOCAL_INPUT);
    local("tcp 10.10.1.10:40000 > 10.10.1.1:80 via t1", Reason.LOCAL_INPUT);
    local("icmp 10.10.1.10 > 10.10.1.1 echo-request id 7 via t1", Reason.LOCAL_ECHO);
  }

  @Test
  void p07_otherAddressesOfTheRouterAreSubjectToEgress() {
    start(bare().attach("t1", "default_deny"));
    drops("tcp 10.10.1.10:40000 > 10.10.2.1:80 via t1", Reason.DENY_RULE).by("default_deny", 2);
    drops("tcp 10.10.1.10:40000 > 203.0.113.10:80 via t1", Reason.DENY_RULE).by("default_deny", 2);
  }

  @Test
  void p08_inputHasNoDestinationTest() {
    start(bare().attach("t1", "default_allow"));
    local("tcp 10.10.1.10:40000 > 10.10.2.1:80 via t1", Reason.LOCAL_INPUT);
    local("tcp 10.10.1.10:40000 > 203.0.113.10:80 via t1", Reason.LOCAL_INPUT);
  }

  @Test
  void p09_openFlowsSurviveDefaultDeny() {
    start(bare().attach("t2", "default_allow"));
    passes("tcp 10.10.1.10:40000 > 10.10.2.10:80 via t1", Reason.ALLOW_RULE);
    reply("tcp 10.10.2.10:80 > 10.10.1.10:40000 via t2", Packet.SYN | Packet.ACK);
    router.apply(bare().attach("t2", "default_deny").build());
    segment("tcp 10.10.1.10:40000 > 10.10.2.10:80 via t1", Packet.ACK)
        .is("forward", Reason.ESTABLISHED)
        .by("default_allow", 1);
    reply("tcp 10.10.2.10:80 > 10.10.1.10:40000 via t2", Packet.ACK);
    drops("tcp 10.10.1.10:40001 > 10.10.2.10:80 via t1", Reason.DENY_RULE).by("default_deny", 1);
  }

  @Test
  void p10_denyingTheOtherTierDoesNotDenyItsPublicAddress() {
    start(throughPublic(denyOut(1, "all", "10.10.2.0/24")));
    passes("tcp 10.10.1.10:40000 > 203.0.113.11:8080 via t1", Reason.ALLOW_RULE)
        .by("l2", 1)
        .leavesBy("t2")
        .as("tcp 10.10.1.10:40000 > 10.10.2.10:80");
  }

  @Test
  void p11_egressSeesTheAddressThatWasDialled() {
    start(throughPublic(denyOut(1, "all", "203.0.113.11/32")));
    drops("tcp 10.10.1.10:40000 > 203.0.113.11:8080 via t1", Reason.DENY_RULE).by("l1", 1);
  }

  @Test
  void p12_ingressSeesThePrivatePort() {
    Vpcs vpc =
        bare()
            .forward("203.0.113.11", Protocol.TCP, "2812", "one", 3389)
            .list("l1", allowIn(1, "tcp 2812"))
            .attach("t1", "l1");
    start(vpc);
    drops("tcp 198.51.100.50:5000 > 203.0.113.11:2812 via public", Reason.DENY_DEFAULT).by("l1");
    router.apply(vpc.list("l1", allowIn(1, "tcp 2812"), allowIn(2, "tcp 3389")).build());
    passes("tcp 198.51.100.50:5001 > 203.0.113.11:2812 via public", Reason.ALLOW_RULE)
        .by("l1", 2)
        .as("tcp 198.51.100.50:5001 > 10.10.1.10:3389");
  }

  @Test
  void p13_hairpinInOneTierComesFromTheGateway() {
    start(hairpin());
    passes("tcp 10.10.1.11:40000 > 203.0.113.11:8080 via t1", Reason.ALLOW_RULE)
        .leavesBy("t1")
        .as("tcp 10.10.1.1:40000 > 10.10.1.10:80");
    reply("tcp 10.10.1.10:80 > 10.10.1.1:40000 via t1", Packet.SYN | Packet.ACK)
        .as("tcp 203.0.113.11:8080 > 10.10.1.11:40000");
  }

  @Test
  void p14_hairpinFromAnotherTierKeepsItsSourceAndMeetsBothLists() {
    start(hairpin());
    passes("tcp 10.10.2.10:40000 > 203.0.113.11:8080 via t2", Reason.ALLOW_RULE)
        .by("l1", 1)
        .as("tcp 10.10.2.10:40000 > 10.10.1.10:80");
    router.apply(
        hairpin().list("l2", denyOut(1, "tcp 8080", "203.0.113.11")).attach("t2", "l2").build());
    drops("tcp 10.10.2.10:40001 > 203.0.113.11:8080 via t2", Reason.DENY_RULE).by("l2", 1);
    router.apply(hairpin().list("l1", denyIn(1, "all", "10.10.2.0/24")).build());
    drops("tcp 10.10.2.10:40002 > 203.0.113.11:8080 via t2", Reason.DENY_RULE).by("l1", 1);
  }

  @Test
  void p15_aHostReachesItselfByItsPublicAddress() {
    start(hairpin());
    passes("tcp 10.10.1.10:40000 > 203.0.113.11:8080 via t1", Reason.ALLOW_RULE)
        .as("tcp 10.10.1.1:40000 > 10.10.1.10:80");
    reply("tcp 10.10.1.10:80 > 10.10.1.1:40000 via t1", Packet.SYN | Packet.ACK)
        .as("tcp 203.0.113.11:8080 > 10.10.1.10:40000");
  }

  @Test
  void p16_staticNatBothWaysAndByHairpin() {
    start(bare().attach("t1", "default_allow").staticNat("203.0.113.12", "one"));
    passes("tcp 10.10.1.10:40000 > 198.51.100.50:80 via t1", Reason.ALLOW_RULE)
        .as("tcp 203.0.113.12:40000 > 198.51.100.50:80");
    passes("tcp 10.10.1.11:40000 > 198.51.100.50:80 via t1", Reason.ALLOW_RULE)
        .as("tcp 203.0.113.10:40000 > 198.51.100.50:80");
    passes("tcp 198.51.100.50:5000 > 203.0.113.12:22 via public", Reason.ALLOW_RULE)
        .leavesBy("t1")
        .as("tcp 198.51.100.50:5000 > 10.10.1.10:22");
    passes("tcp 10.10.1.11:40001 > 203.0.113.12:22 via t1", Reason.ALLOW_RULE)
        .as("tcp 10.10.1.1:40001 > 10.10.1.10:22");
    passes("tcp 10.10.2.10:40001 > 203.0.113.12:22 via t2", Reason.ALLOW_RULE)
        .as("tcp 10.10.2.10:40001 > 10.10.1.10:22");
  }

  @Test
  void p17_aBalancedConnectionDoesNotMeetTheTiersList() {
    start(balanced(Semantics.SHIPPED));
    passes("tcp 198.51.100.50:5000 > 203.0.113.11:80 via public", Reason.BALANCED)
        .leavesBy("t1")
        .as("tcp 10.10.1.1:5000 > 10.10.1.10:80")
        .because(Quirk.BALANCED_PAST_LIST);
    reply("tcp 10.10.1.10:80 > 10.10.1.1:5000 via t1", Packet.SYN | Packet.ACK)
        .as("tcp 203.0.113.11:80 > 198.51.100.50:5000");
  }

  @Test
  void p17_asIntendedTheTiersListHolds() {
    start(balanced(Semantics.INTENDED));
    drops("tcp 198.51.100.50:5000 > 203.0.113.11:80 via public", Reason.DENY_RULE)
        .by("default_deny", 1);
  }

  @Test
  void p18_aNumberedProtocolLosesItsPorts() {
    start(one(Semantics.SHIPPED, allowIn(1, "6 22-22")));
    passes("tcp 198.51.100.50:5000 > 203.0.113.12:80 via public", Reason.ALLOW_RULE)
        .by("l1", 1)
        .because(Quirk.NUMBERED_PROTOCOL);
  }

  @Test
  void p18_asIntendedANumberedProtocolKeepsItsPorts() {
    start(one(Semantics.INTENDED, allowIn(1, "6 22-22")));
    drops("tcp 198.51.100.50:5000 > 203.0.113.12:80 via public", Reason.DENY_DEFAULT).by("l1");
    passes("tcp 198.51.100.50:5001 > 203.0.113.12:22 via public", Reason.ALLOW_RULE).by("l1", 1);
  }

  @Test
  void p19_tcpWithoutPortsMatchesNothingUseful() {
    start(one(Semantics.SHIPPED, allowIn(1, "tcp")));
    drops("tcp 198.51.100.50:5000 > 203.0.113.12:22 via public", Reason.DENY_DEFAULT)
        .by("l1")
        .because(Quirk.ABSENT_PORTS);
    passes("tcp 198.51.100.50:5000 > 203.0.113.12:0 via public", Reason.ALLOW_RULE).by("l1", 1);
  }

  @Test
  void p19_asIntendedTcpWithoutPortsIsAllOfTcp() {
    start(one(Semantics.INTENDED, allowIn(1, "tcp")));
    passes("tcp 198.51.100.50:5000 > 203.0.113.12:22 via public", Reason.ALLOW_RULE).by("l1", 1);
  }

  @Test
  void p20_ofSeveralCidrsOnlyTheLastKeepsItsRank() {
    start(severalCidrs(Semantics.SHIPPED));
    drops("tcp 198.51.100.1:5000 > 203.0.113.12:22 via public", Reason.DENY_RULE)
        .by("l1", 2)
        .because(Quirk.SEVERAL_CIDRS);
    drops("tcp 198.51.100.2:5000 > 203.0.113.12:22 via public", Reason.DENY_RULE)
        .by("l1", 2)
        .because(Quirk.SEVERAL_CIDRS);
    passes("tcp 198.51.100.3:5000 > 203.0.113.12:22 via public", Reason.ALLOW_RULE).by("l1", 1);
  }

  @Test
  void p20_asIntendedAllCidrsHaveTheRankOfTheirRule() {
    start(severalCidrs(Semantics.INTENDED));
    for (int last = 1; last <= 3; last++) {
      passes("tcp 198.51.100." + last + ":5000 > 203.0.113.12:22 via public", Reason.ALLOW_RULE)
          .by("l1", 1);
    }
    drops("tcp 198.51.100.4:5000 > 203.0.113.12:22 via public", Reason.DENY_RULE).by("l1", 2);
  }

  @Test
  void p21_theNumberDecidesNotTheOrderOfCreation() {
    start(one(Semantics.INTENDED, allowIn(20, "all"), denyIn(10, "all")));
    drops("tcp 198.51.100.50:5000 > 203.0.113.12:22 via public", Reason.DENY_RULE).by("l1", 10);
  }

  @Test
  void p22_icmpOfAnyTypeIncludesThePing() {
    start(one(Semantics.INTENDED, allowIn(1, "icmp"), denyIn(2, "icmp 8 0")));
    passes("icmp 198.51.100.50 > 203.0.113.12 echo-request id 9 via public", Reason.ALLOW_RULE)
        .by("l1", 1)
        .as("icmp 198.51.100.50 > 10.10.1.10 echo-request id 9");
  }

  @Test
  void p23_publicAddressesAnswerPingWhateverTheLists() {
    start(
        bare()
            .attach("t1", "default_deny")
            .attach("t2", "default_deny")
            .forward("203.0.113.11", Protocol.TCP, "8080", "one", 80));
    local("icmp 198.51.100.50 > 203.0.113.10 echo-request id 9 via public", Reason.LOCAL_ECHO);
    local("icmp 198.51.100.50 > 203.0.113.11 echo-request id 9 via public", Reason.LOCAL_ECHO);
  }

  @Test
  void p24_aGatewayWithDefaultDenyIsClosedBothWays() {
    for (Semantics semantics : Semantics.values()) {
      start(gateway(semantics));
      drops("tcp 192.0.2.50:5000 > 10.10.1.10:80 via dc", Reason.DENY_RULE).by("default_deny", 2);
      drops("tcp 10.10.1.10:40000 > 192.0.2.50:80 via t1", Reason.DENY_RULE).by("default_deny", 1);
      router.close();
    }
  }

  @Test
  void p25_aForeignSourceByTheGatewayIsNotFiltered() {
    start(gateway(Semantics.SHIPPED));
    passes("tcp 172.31.0.50:5000 > 10.10.1.10:80 via dc", Reason.ALLOW_RULE)
        .by("default_allow", 1)
        .leavesBy("t1")
        .because(Quirk.GATEWAY_FOREIGN_SOURCE);
  }

  @Test
  void p25_asIntendedTheGatewaysListSeesEverySource() {
    start(gateway(Semantics.INTENDED));
    drops("tcp 172.31.0.50:5000 > 10.10.1.10:80 via dc", Reason.DENY_RULE).by("default_deny", 2);
  }

  private static Vpcs throughPublic(AclRule egress) {
    return bare()
        .list("l1", egress)
        .attach("t1", "l1")
        .list("l2", allowIn(1, "tcp 80"))
        .attach("t2", "l2")
        .forward("203.0.113.11", Protocol.TCP, "8080", "two", 80);
  }

  private static Vpcs balanced(Semantics semantics) {
    return bare()
        .semantics(semantics)
        .attach("t1", "default_deny")
        .balancer("shop", "203.0.113.11", 80, "one");
  }

  private static Vpcs hairpin() {
    return bare()
        .list("l1", allowIn(1, "tcp 80"))
        .attach("t1", "l1")
        .forward("203.0.113.11", Protocol.TCP, "8080", "one", 80);
  }

  /** The list of t1, whose host .10 is reached by static NAT. */
  private static Vpcs one(Semantics semantics, AclRule... rules) {
    return bare()
        .semantics(semantics)
        .list("l1", rules)
        .attach("t1", "l1")
        .staticNat("203.0.113.12", "one");
  }

  private static Vpcs severalCidrs(Semantics semantics) {
    return one(
        semantics,
        allowIn(1, "tcp 22", "198.51.100.1/32", "198.51.100.2/32", "198.51.100.3/32"),
        denyIn(2, "all"));
  }

  private static Vpcs gateway(Semantics semantics) {
    return bare()
        .semantics(semantics)
        .attach("t1", "default_allow")
        .privateGateway(
            "dc", new Encapsulation.Vlan(300), "192.0.2.2/24", "192.0.2.1", "default_deny", false);
  }
}
