package io.vpcrig.engine;

import static io.vpcrig.testing.Vpcs.allowIn;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.Verdict;
import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Segment;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.testing.FrameBuilder;
import io.vpcrig.testing.PlainParser;
import io.vpcrig.testing.Vpcs;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of connections when the VPC is loaded anew. */
class ReloadTest {
  private static final long ROUTER = 0x0200_0000_00ffL;
  private static final long CARD = 0x0e00_0000_0001L;
  private static final long OTHER_CARD = 0x0e00_0000_0002L;
  private static final String WEB = "10.10.1.10";
  private static final String APP = "10.10.2.10";
  private static final String DATA_CENTRE = "172.20.0.5";
  private static final String CLIENT = "198.51.100.7";

  private final PacketPath path = new PacketPath(new PathOptions(1000, false, Optional.empty()));
  private final FrameBatch batch = new FrameBatch(8);
  private Snapshot snapshot;
  private long nowNs = 1_700_000_000_000_000_000L;

  @AfterEach
  void free() {
    batch.close();
    path.close();
  }

  // --- which segment ---

  @Test
  void aConnectionGoesOnWhenItsTiersChangePlacesAndTags() {
    load(
        vpc()
            .tier("web", vlan(101), "10.10.1.1/24")
            .tier("app", vlan(102), "10.10.2.1/24", "open"));
    send(request().vlan(101));
    assertLeaves(Reason.ALLOW_RULE, 102);
    load(
        vpc()
            .tier("new", vlan(102), "10.10.3.1/24")
            .tier("app", vlan(202), "10.10.2.1/24", "open")
            .tier("web", vlan(201), "10.10.1.1/24"));
    send(answer().vlan(202));
    assertLeaves(Reason.ESTABLISHED, 201);
    send(request().vlan(201));
    assertLeaves(Reason.ESTABLISHED, 202);
  }

  @Test
  void aConnectionFollowsItsStaticRouteToAnotherGateway() {
    load(withGateways().route("172.20.0.0/16", "dc1"));
    send(toDataCentre().vlan(101));
    assertLeaves(Reason.ALLOW_RULE, 301);
    load(withGateways().route("172.20.0.0/16", "dc2"));
    send(toDataCentre().vlan(101));
    assertLeaves(Reason.ESTABLISHED, 302);
    assertEquals(derived("192.168.2.1"), nextHop());
  }

  @Test
  void aConnectionWithoutARouteIsDroppedUntilThereIsOneAgain() {
    load(withGateways().route("172.20.0.0/16", "dc1"));
    send(toDataCentre().vlan(101));
    load(withGateways());
    send(toDataCentre().vlan(101));
    assertDropped(Reason.ROUTE_NONE);
    send(fromDataCentre().vlan(301));
    assertLeaves(Reason.ESTABLISHED, 101);
    load(withGateways().route("172.20.0.0/16", "dc2"));
    send(toDataCentre().vlan(101));
    assertLeaves(Reason.ESTABLISHED, 302);
  }

  @Test
  void aTierThatIsGoneTakesItsConnectionsNowhereElse() {
    load(
        vpc()
            .tier("web", vlan(101), "10.10.1.1/24")
            .tier("app", vlan(102), "10.10.2.1/24", "open"));
    send(request().vlan(101));
    load(vpc().tier("web", vlan(101), "10.10.1.1/24").tier("new", vlan(102), "10.10.3.1/24"));
    send(request().vlan(101));
    assertDropped(Reason.ROUTE_NONE);
    assertEquals(1, path.sessions().size());
  }

  @Test
  void answersLeaveByThePublicNetworkThatTheClientCameByAsLongAsItIsThere() {
    load(twoPublics().publicNetwork("second", vlan(200), "198.18.0.10/24", "198.18.0.1"));
    send(FrameBuilder.tcp(CLIENT, 5000, "203.0.113.11", 8080).vlan(200));
    assertLeaves(Reason.ALLOW_RULE, 101);
    load(
        vpc()
            .publicNetwork("second", vlan(222), "198.18.0.10/24", "198.18.0.2")
            .publicNetwork("first", vlan(100), "203.0.113.10/24", "203.0.113.1")
            .tier("web", vlan(101), "10.10.1.1/24", "open"));
    send(fromServer().vlan(101));
    assertLeaves(Reason.ESTABLISHED, 222);
    assertEquals(derived("198.18.0.2"), nextHop());
    load(twoPublics().publicNetwork("second", vlan(222), "198.18.0.10/24", "198.18.0.2"));
    send(fromServer().vlan(101));
    assertLeaves(Reason.ESTABLISHED, 222);
    load(twoPublics());
    send(fromServer().vlan(101));
    assertLeaves(Reason.ESTABLISHED, 100);
    assertEquals(derived("203.0.113.1"), nextHop());
  }

  // --- translation ---

  @Test
  void aConnectionKeepsTheTranslationOfAPortForwardThatIsGone() {
    load(twoPublics());
    send(FrameBuilder.tcp(CLIENT, 5000, "203.0.113.11", 8080).vlan(100));
    assertLeaves(Reason.ALLOW_RULE, 101);
    load(
        vpc()
            .publicNetwork("first", vlan(100), "203.0.113.10/24", "203.0.113.1")
            .tier("web", vlan(101), "10.10.1.1/24", "open")
            .sourceNat("203.0.113.99"));
    send(fromServer().vlan(101));
    assertLeaves(Reason.ESTABLISHED, 100);
    byte[] datagram = PlainParser.datagram(batch, 0);
    assertEquals(Ipv4Text.parse("203.0.113.11"), PlainParser.i32(datagram, 12));
    assertEquals(8080, PlainParser.u16(datagram, 20));
    send(FrameBuilder.tcp(CLIENT, 5000, "203.0.113.11", 8080).flags(16).vlan(100));
    assertLeaves(Reason.ESTABLISHED, 101);
  }

  // --- next hops ---

  @Test
  void whatWasLearnedOfANeighbourStaysWhereNothingChangesForIt() {
    load(
        vpc()
            .tier("web", vlan(101), "10.10.1.1/24")
            .tier("app", vlan(102), "10.10.2.1/24", "open"));
    send(request().macs(CARD, ROUTER).vlan(101));
    load(
        vpc()
            .tier("new", vlan(103), "10.10.3.1/24")
            .tier("app", vlan(102), "10.10.2.1/24", "open")
            .tier("web", vlan(101), "10.10.1.1/24"));
    send(answer().vlan(102));
    assertLeaves(Reason.ESTABLISHED, 101);
    assertEquals(CARD, nextHop());
  }

  @Test
  void anotherMacOfAHostGoesBeforeWhatWasLearned() {
    load(
        vpc()
            .tier("web", vlan(101), "10.10.1.1/24")
            .tier("app", vlan(102), "10.10.2.1/24", "open"));
    send(request().macs(CARD, ROUTER).vlan(101));
    load(
        vpc()
            .tier("web", vlan(101), "10.10.1.1/24")
            .tier("app", vlan(102), "10.10.2.1/24", "open")
            .host("web1", "web", WEB, OTHER_CARD));
    send(answer().vlan(102));
    assertEquals(OTHER_CARD, nextHop());
    send(request().macs(CARD, ROUTER).vlan(101));
    send(answer().vlan(102));
    assertEquals(CARD, nextHop());
  }

  @Test
  void theNextHopOfAGatewayChangesAtOnce() {
    load(withGateways().route("172.20.0.0/16", "dc1"));
    send(toDataCentre().vlan(101));
    send(fromDataCentre().macs(CARD, ROUTER).vlan(301));
    send(toDataCentre().vlan(101));
    assertEquals(CARD, nextHop());
    load(
        vpc()
            .tier("web", vlan(101), "10.10.1.1/24")
            .privateGateway("dc1", vlan(301), "192.168.1.2/24", "192.168.1.9", "open", false)
            .route("172.20.0.0/16", "dc1"));
    send(toDataCentre().vlan(101));
    assertLeaves(Reason.ESTABLISHED, 301);
    assertEquals(derived("192.168.1.9"), nextHop());
  }

  // --- fragments ---

  @Test
  void aDatagramIsWholeThoughItsFragmentsCameBeforeAndAfter() {
    load(
        vpc()
            .tier("web", vlan(101), "10.10.1.1/24")
            .tier("app", vlan(102), "10.10.2.1/24", "open"));
    FrameBuilder whole = FrameBuilder.udp(WEB, 5000, APP, 53).payload(1_000).id(7);
    send(whole.fragment(0, 504, true).vlan(101));
    assertEquals(Reason.HELD, Reason.of(batch.reason[0]));
    load(
        vpc()
            .tier("new", vlan(101), "10.10.3.1/24")
            .tier("app", vlan(102), "10.10.2.1/24", "open")
            .tier("web", vlan(201), "10.10.1.1/24"));
    send(whole.fragment(504, 504, false).vlan(201));
    assertEquals(1, batch.extras);
    assertLeaves(Reason.ESTABLISHED, 102);
    assertEquals(Verdict.FORWARD, batch.verdict[batch.capacity]);
    assertEquals(snapshot.vpc().segmentIndex("web"), batch.segment[batch.capacity]);
  }

  @Test
  void aFragmentOfATierThatIsGoneIsNeverCompletedByAnothers() {
    load(
        vpc()
            .tier("web", vlan(101), "10.10.1.1/24")
            .tier("app", vlan(102), "10.10.2.1/24", "open"));
    FrameBuilder whole = FrameBuilder.udp(WEB, 5000, APP, 53).payload(1_000).id(7);
    send(whole.fragment(0, 504, true).vlan(101));
    load(
        vpc()
            .tier("new", vlan(101), "10.10.3.1/24")
            .tier("app", vlan(102), "10.10.2.1/24", "open"));
    send(whole.fragment(504, 504, false).vlan(101));
    assertEquals(Reason.HELD, Reason.of(batch.reason[0]));
  }

  // --- the VPCs and their frames ---

  private static Vpcs vpc() {
    return Vpcs.vpc("10.10.0.0/16").list("open", allowIn(1, "all"));
  }

  private static Vpcs withGateways() {
    return vpc()
        .tier("web", vlan(101), "10.10.1.1/24")
        .privateGateway("dc1", vlan(301), "192.168.1.2/24", "192.168.1.1", "open", false)
        .privateGateway("dc2", vlan(302), "192.168.2.2/24", "192.168.2.1", "open", false);
  }

  private static Vpcs twoPublics() {
    return vpc()
        .publicNetwork("first", vlan(100), "203.0.113.10/24", "203.0.113.1")
        .tier("web", vlan(101), "10.10.1.1/24", "open")
        .host("web1", "web", WEB)
        .forward("203.0.113.11", 6, "8080", "web1", 80);
  }

  private static Encapsulation vlan(int id) {
    return new Encapsulation.Vlan(id);
  }

  private static FrameBuilder request() {
    return FrameBuilder.udp(WEB, 5000, APP, 53);
  }

  private static FrameBuilder answer() {
    return FrameBuilder.udp(APP, 53, WEB, 5000);
  }

  private static FrameBuilder toDataCentre() {
    return FrameBuilder.udp(WEB, 5000, DATA_CENTRE, 53);
  }

  private static FrameBuilder fromDataCentre() {
    return FrameBuilder.udp(DATA_CENTRE, 53, WEB, 5000);
  }

  private static FrameBuilder fromServer() {
    return FrameBuilder.tcp(WEB, 80, CLIENT, 5000).flags(0x12);
  }

  private void load(Vpcs vpc) {
    snapshot =
        Snapshot.compile(
            vpc.build(), snapshot == null ? 1 : snapshot.generation() + 1, Optional.empty());
  }

  private void send(FrameBuilder frame) {
    batch.clear();
    frame.addTo(batch, nowNs++);
    path.process(batch, snapshot);
  }

  private void assertLeaves(Reason reason, int vlan) {
    assertEquals(reason, Reason.of(batch.reason[0]));
    assertEquals(Verdict.FORWARD, batch.verdict[0]);
    assertEquals(vlan, batch.bytes.u16(batch.start[0] + 14) & 0xfff);
  }

  private void assertDropped(Reason reason) {
    assertEquals(reason, Reason.of(batch.reason[0]));
    assertEquals(Verdict.DROP, batch.verdict[0]);
  }

  private long nextHop() {
    int at = batch.start[0];
    return (long) batch.bytes.u16(at) << 32 | batch.bytes.i32(at + 2) & 0xffff_ffffL;
  }

  private static long derived(String address) {
    return Segment.derivedMac(Ipv4Text.parse(address));
  }
}
