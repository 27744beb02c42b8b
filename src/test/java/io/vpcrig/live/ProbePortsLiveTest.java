package io.vpcrig.live;

import static io.vpcrig.live.ProbeLab.NOTHING;
import static io.vpcrig.live.ProbeLab.isPingAnswered;
import static io.vpcrig.live.ProbeLab.isTaken;
import static io.vpcrig.live.ProbeLab.namespace;
import static io.vpcrig.live.ProbeLab.seen;
import static io.vpcrig.testing.Vpcs.allowIn;
import static io.vpcrig.testing.Vpcs.allowOut;
import static io.vpcrig.testing.Vpcs.denyIn;
import static io.vpcrig.testing.Vpcs.denyOut;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpcrig.model.AclRule;
import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Semantics;
import io.vpcrig.testing.Netns;
import io.vpcrig.testing.Vpcs;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * What was observed on a real virtual router (cloudstack.md 2.5), P1 to P25, on the live router
 * with real sockets at both ends; {@code testing.ProbeSuite} has the same as packets.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ProbePortsLiveTest {
  private static final String T1 = "10.10.1.0/24";

  private static ProbeLab lab;

  @BeforeAll
  static void start() throws IOException {
    Optional<String> missing = Netns.missing("ping");
    assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    lab = new ProbeLab(bare().build());
  }

  @AfterAll
  static void stop() throws IOException {
    if (lab != null) {
      lab.close();
    }
  }

  private static Vpcs bare() {
    return Vpcs.vpc("10.10.0.0/16")
        .publicNetwork("public", new Encapsulation.Vlan(100), "203.0.113.10/24", "203.0.113.1")
        .tier("t1", new Encapsulation.Vxlan(5001), "10.10.1.1/24")
        .tier("t2", new Encapsulation.Vlan(102), "10.10.2.1/24")
        .host("one", "t1", "10.10.1.10")
        .host("eleven", "t1", "10.10.1.11")
        .host("two", "t2", "10.10.2.10")
        .privateGateway(
            "dc", new Encapsulation.Vlan(300), "192.0.2.2/24", "192.0.2.1", "default_deny", false);
  }

  private static void use(Vpcs vpc) throws Exception {
    lab.apply(vpc.build());
  }

  @Test
  void p01_aTierWithoutListReachesTheInternetFromTheSourceNatAddress() throws Exception {
    use(bare());
    assertEquals("203.0.113.10", seen("one", "out:443", "198.51.100.50:443"));
  }

  @Test
  void p02_aTierWithoutListIsNotReachedFromAnother() throws Exception {
    use(bare());
    assertEquals(NOTHING, seen("one", "two:80", "10.10.2.10:80"));
  }

  @Test
  void p03_onePortAllowedFromOneTierIsJustThat() throws Exception {
    use(bare().list("l2", allowIn(1, "tcp 22", T1)).attach("t2", "l2"));
    assertEquals("10.10.1.10", seen("one", "two:22", "10.10.2.10:22"));
    assertEquals(NOTHING, seen("one", "two:23", "10.10.2.10:23"));
  }

  @Test
  void p04_unmatchedEgressPasses() throws Exception {
    use(bare().list("l1", allowOut(1, "tcp 22")).attach("t1", "l1"));
    assertEquals("203.0.113.10", seen("one", "out:80", "198.51.100.50:80"));
  }

  @Test
  void p05_defaultDenyCutsBothWays() throws Exception {
    use(
        bare()
            .attach("t1", "default_deny")
            .forward("203.0.113.11", Protocol.TCP, "8080", "one", 80));
    assertEquals(NOTHING, seen("one", "out:80", "198.51.100.50:80"));
    assertEquals(NOTHING, seen("out/198.51.100.50", "one:80", "203.0.113.11:8080"));
  }

  @Test
  void p06_theOwnGatewayAnswersWhateverTheList() throws Exception {
    use(bare().attach("t1", "default_deny"));
    assertEquals("10.10.2.10", resolve("one", "10.10.1.1", "two."));
    assertTrue(isTaken("one", "10.10.1.1:80"));
    assertTrue(isPingAnswered("one", "10.10.1.1"));
  }

  private static String resolve(String host, String server, String name) throws IOException {
    return Netns.inside(
        namespace(host),
        () -> {
          try (DatagramSocket socket = new DatagramSocket()) {
            byte[] question =
                Message.newQuery(Record.newRecord(Name.fromConstantString(name), Type.A, DClass.IN))
                    .toWire();
            socket.setSoTimeout(2_000);
            socket.send(
                new DatagramPacket(question, question.length, new InetSocketAddress(server, 53)));
            DatagramPacket answer = new DatagramPacket(new byte[512], 512);
            socket.receive(answer);
            return new Message(answer.getData())
                .getSection(Section.ANSWER)
                .getFirst()
                .rdataToString();
          }
        });
  }

  @Test
  void p07_otherAddressesOfTheRouterAreSubjectToEgress() throws Exception {
    use(bare().attach("t1", "default_deny"));
    assertFalse(isTaken("one", "10.10.2.1:80"));
    assertFalse(isTaken("one", "203.0.113.10:80"));
  }

  @Test
  void p08_inputHasNoDestinationTest() throws Exception {
    use(bare().attach("t1", "default_allow"));
    assertTrue(isTaken("one", "10.10.2.1:80"));
    assertTrue(isTaken("one", "203.0.113.10:80"));
    assertEquals("10.10.2.10", resolve("one", "203.0.113.10", "two."));
  }

  @Test
  void p09_openFlowsSurviveDefaultDeny() throws Exception {
    use(bare().attach("t2", "default_allow"));
    try (ProbeLab.Open open = ProbeLab.open("one", "two:80", "10.10.2.10:80").orElseThrow()) {
      assertTrue(open.works());
      use(bare().attach("t2", "default_deny"));
      assertTrue(open.works());
      assertEquals(NOTHING, seen("one", "two:81", "10.10.2.10:81"));
      assertTrue(open.works());
    }
  }

  @Test
  void p10_denyingTheOtherTierDoesNotDenyItsPublicAddress() throws Exception {
    use(throughPublic(denyOut(1, "all", "10.10.2.0/24")));
    assertEquals("10.10.1.10", seen("one", "two:80", "203.0.113.11:8080"));
  }

  @Test
  void p11_egressSeesTheAddressThatWasDialled() throws Exception {
    use(throughPublic(denyOut(1, "all", "203.0.113.11/32")));
    assertEquals(NOTHING, seen("one", "two:80", "203.0.113.11:8080"));
  }

  @Test
  void p12_ingressSeesThePrivatePort() throws Exception {
    Vpcs vpc =
        bare()
            .forward("203.0.113.11", Protocol.TCP, "2812", "one", 3389)
            .list("l1", allowIn(1, "tcp 2812"))
            .attach("t1", "l1");
    use(vpc);
    assertEquals(NOTHING, seen("out/198.51.100.50", "one:3389", "203.0.113.11:2812"));
    use(vpc.list("l1", allowIn(1, "tcp 2812"), allowIn(2, "tcp 3389")));
    assertEquals("198.51.100.50", seen("out/198.51.100.50", "one:3389", "203.0.113.11:2812"));
  }

  @Test
  void p13_hairpinInOneTierComesFromTheGateway() throws Exception {
    use(hairpin());
    assertEquals("10.10.1.1", seen("eleven", "one:80", "203.0.113.11:8080"));
  }

  @Test
  void p14_hairpinFromAnotherTierKeepsItsSourceAndMeetsBothLists() throws Exception {
    use(hairpin());
    assertEquals("10.10.2.10", seen("two", "one:80", "203.0.113.11:8080"));
    use(hairpin().list("l2", denyOut(1, "tcp 8080", "203.0.113.11")).attach("t2", "l2"));
    assertEquals(NOTHING, seen("two", "one:80", "203.0.113.11:8080"));
    use(hairpin().list("l1", denyIn(1, "all", "10.10.2.0/24")));
    assertEquals(NOTHING, seen("two", "one:80", "203.0.113.11:8080"));
  }

  @Test
  void p15_aHostReachesItselfByItsPublicAddress() throws Exception {
    use(hairpin());
    assertEquals("10.10.1.1", seen("one", "one:80", "203.0.113.11:8080"));
  }

  @Test
  void p16_staticNatBothWaysAndByHairpin() throws Exception {
    use(bare().attach("t1", "default_allow").staticNat("203.0.113.12", "one"));
    assertEquals("203.0.113.12", seen("one", "out:80", "198.51.100.50:80"));
    assertEquals("203.0.113.10", seen("eleven", "out:80", "198.51.100.50:80"));
    assertEquals("198.51.100.50", seen("out/198.51.100.50", "one:22", "203.0.113.12:22"));
    assertEquals("10.10.1.1", seen("eleven", "one:22", "203.0.113.12:22"));
    assertEquals("10.10.2.10", seen("two", "one:22", "203.0.113.12:22"));
  }

  @Test
  void p17_aBalancedConnectionDoesNotMeetTheTiersList() throws Exception {
    use(balanced(Semantics.SHIPPED));
    assertEquals("10.10.1.1", seen("out/198.51.100.50", "one:80", "203.0.113.11:80"));
    use(balanced(Semantics.INTENDED));
    assertEquals(NOTHING, seen("out/198.51.100.50", "one:80", "203.0.113.11:80"));
  }

  @Test
  void p18_aNumberedProtocolLosesItsPorts() throws Exception {
    use(one(Semantics.SHIPPED, allowIn(1, "6 22-22")));
    assertEquals("198.51.100.50", seen("out/198.51.100.50", "one:80", "203.0.113.12:80"));
    use(one(Semantics.INTENDED, allowIn(1, "6 22-22")));
    assertEquals(NOTHING, seen("out/198.51.100.50", "one:80", "203.0.113.12:80"));
    assertEquals("198.51.100.50", seen("out/198.51.100.50", "one:22", "203.0.113.12:22"));
  }

  @Test
  void p19_tcpWithoutPortsMatchesNothingUseful() throws Exception {
    use(one(Semantics.SHIPPED, allowIn(1, "tcp")));
    assertEquals(NOTHING, seen("out/198.51.100.50", "one:22", "203.0.113.12:22"));
    use(one(Semantics.INTENDED, allowIn(1, "tcp")));
    assertEquals("198.51.100.50", seen("out/198.51.100.50", "one:22", "203.0.113.12:22"));
  }

  @Test
  void p20_ofSeveralCidrsOnlyTheLastKeepsItsRank() throws Exception {
    use(severalCidrs(Semantics.SHIPPED));
    assertEquals(NOTHING, seen("out/198.51.100.1", "one:22", "203.0.113.12:22"));
    assertEquals(NOTHING, seen("out/198.51.100.2", "one:22", "203.0.113.12:22"));
    assertEquals("198.51.100.3", seen("out/198.51.100.3", "one:22", "203.0.113.12:22"));
    use(severalCidrs(Semantics.INTENDED));
    assertEquals("198.51.100.1", seen("out/198.51.100.1", "one:22", "203.0.113.12:22"));
    assertEquals(NOTHING, seen("out/198.51.100.4", "one:22", "203.0.113.12:22"));
  }

  @Test
  void p21_theNumberDecidesNotTheOrderOfCreation() throws Exception {
    use(one(Semantics.INTENDED, allowIn(20, "all"), denyIn(10, "all")));
    assertEquals(NOTHING, seen("out/198.51.100.50", "one:22", "203.0.113.12:22"));
  }

  @Test
  void p22_icmpOfAnyTypeIncludesThePing() throws Exception {
    use(one(Semantics.INTENDED, allowIn(1, "icmp"), denyIn(2, "icmp 8 0")));
    assertTrue(isPingAnswered("out", "203.0.113.12"));
    use(one(Semantics.INTENDED, denyIn(1, "icmp 8 0"), allowIn(2, "icmp")));
    assertFalse(isPingAnswered("out", "203.0.113.12"));
  }

  @Test
  void p23_publicAddressesAnswerPingWhateverTheLists() throws Exception {
    use(
        bare()
            .attach("t1", "default_deny")
            .attach("t2", "default_deny")
            .forward("203.0.113.11", Protocol.TCP, "8080", "one", 80));
    assertTrue(isPingAnswered("out", "203.0.113.10"));
    assertTrue(isPingAnswered("out", "203.0.113.11"));
  }

  @Test
  void p24_aGatewayWithDefaultDenyIsClosedBothWays() throws Exception {
    for (Semantics semantics : Semantics.values()) {
      use(bare().semantics(semantics).attach("t1", "default_allow"));
      assertEquals(NOTHING, seen("dc/192.0.2.50", "one:80", "10.10.1.10:80"));
      assertEquals(NOTHING, seen("one", "dc:80", "192.0.2.50:80"));
    }
  }

  @Test
  void p25_aForeignSourceByTheGatewayIsNotFiltered() throws Exception {
    use(bare().semantics(Semantics.SHIPPED).attach("t1", "default_allow"));
    assertEquals("172.31.0.50", heard("dc", "172.31.0.50", "one", "10.10.1.10", 5300));
    use(bare().semantics(Semantics.INTENDED).attach("t1", "default_allow"));
    assertEquals(NOTHING, heard("dc", "172.31.0.50", "one", "10.10.1.10", 5301));
  }

  /** As P9, where the router itself is the server: egress lists see only what begins. */
  @Test
  void whatIsOpenToTheRouterSurvivesDefaultDenyToo() throws Exception {
    use(bare().attach("t1", "default_allow"));
    try (Socket socket = ProbeLab.dial("one", "10.10.2.1:80").orElseThrow()) {
      use(bare().attach("t1", "default_deny"));
      assertFalse(isTaken("one", "10.10.2.1:80"));
      socket.setSoTimeout(2_000);
      socket
          .getOutputStream()
          .write("GET /latest/meta-data/local-hostname HTTP/1.0\r\n\r\n".getBytes(US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), US_ASCII);
      assertTrue(answer.startsWith("HTTP/1.1 200 OK") && answer.endsWith("\r\n\r\none"), answer);
    }
  }

  /** A private gateway lets by what both lists allow, and translates if it is told to. */
  @Test
  void aPrivateGatewaysOwnNetworkIsReachedBothWays() throws Exception {
    use(gateway(false));
    assertEquals("10.10.1.10", seen("one", "dc:8000", "192.0.2.50:8000"));
    assertEquals("192.0.2.50", seen("dc/192.0.2.50", "one:8000", "10.10.1.10:8000"));
    use(gateway(true));
    assertEquals("192.0.2.2", seen("one", "dc:8001", "192.0.2.50:8001"));
  }

  private static Vpcs gateway(boolean translates) {
    return Vpcs.vpc("10.10.0.0/16")
        .publicNetwork("public", new Encapsulation.Vlan(100), "203.0.113.10/24", "203.0.113.1")
        .tier("t1", new Encapsulation.Vxlan(5001), "10.10.1.1/24", "default_allow")
        .tier("t2", new Encapsulation.Vlan(102), "10.10.2.1/24")
        .privateGateway(
            "dc",
            new Encapsulation.Vlan(300),
            "192.0.2.2/24",
            "192.0.2.1",
            "default_allow",
            translates);
  }

  /** Whom a datagram comes from, where no answer finds its way back. */
  private static String heard(
      String client, String source, String server, String destination, int port)
      throws IOException {
    try (DatagramSocket listener =
        Netns.inside(namespace(server), () -> new DatagramSocket(port))) {
      Netns.inside(
          namespace(client),
          () -> {
            try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName(source))) {
              socket.send(
                  new DatagramPacket(new byte[1], 1, new InetSocketAddress(destination, port)));
            }
            return null;
          });
      listener.setSoTimeout(600);
      DatagramPacket packet = new DatagramPacket(new byte[9], 9);
      listener.receive(packet);
      return packet.getAddress().getHostAddress();
    } catch (SocketTimeoutException e) {
      return NOTHING;
    }
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
}
