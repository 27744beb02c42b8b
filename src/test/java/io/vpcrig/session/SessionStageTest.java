package io.vpcrig.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.Verdict;
import io.vpcrig.header.Ipv4;
import io.vpcrig.header.Tcp;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.stage.StageContext;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.telemetry.TraceRing;
import io.vpcrig.telemetry.TraceStep;
import io.vpcrig.testing.FrameBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SessionStageTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long NOW = 1_700_000_000L * SECOND;
  private static final int NONE = FrameBatch.NONE;
  private static final String CLIENT = "10.10.1.5";
  private static final String SERVER = "198.51.100.7";
  private static final String PUBLIC = "203.0.113.10";
  private static final int TIER = 3;
  private static final int OUTSIDE = 1;

  private final SessionTable table = new SessionTable(1000, SessionListener.NONE);
  private final ConnectionTracker tracker = new ConnectionTracker(table, Timeouts.LINUX);
  private final SessionStage stage = new SessionStage(tracker);
  private final FrameBatch batch = new FrameBatch(64);
  private final TraceRing trace = new TraceRing(64);
  private final StageContext context = new StageContext(trace);

  @BeforeEach
  void poison() {
    batch.poison(0x5a5a_5a5a);
  }

  @AfterEach
  void close() {
    table.close();
    batch.close();
  }

  @Test
  void aFrameOfNoSessionIsAMissAndStaysLive() {
    int i = add(tcp(Tcp.SYN), TIER);
    run();
    assertEquals(NONE, batch.session[i]);
    assertEquals(0, batch.direction[i]);
    assertEquals(NONE, batch.outSegment[i]);
    assertEquals(0, batch.reason[i]);
    assertEquals(1, batch.liveCount);
  }

  @Test
  void aHitGetsEverythingTheFirstPacketDecided() {
    int number = sourceNat(Tcp.SYN);
    int i = add(tcp(Tcp.SYN), TIER);
    int back = add(FrameBuilder.tcp(SERVER, 443, PUBLIC, 1024).flags(Tcp.SYN | Tcp.ACK), OUTSIDE);
    run();

    assertEquals(number, batch.session[i]);
    assertEquals(0, batch.direction[i]);
    assertEquals(OUTSIDE, batch.outSegment[i]);
    assertEquals(0x0200_0000_00aaL, batch.nextHopMac[i]);
    assertEquals(0, batch.nextHopEndpoint[i]);
    assertEquals(address(PUBLIC), batch.newSource[i]);
    assertEquals(address(SERVER), batch.newDestination[i]);
    assertEquals(1024 << 16 | 443, batch.newPorts[i]);
    assertEquals(7, batch.list[i]);
    assertEquals(8, batch.rule[i]);
    assertEquals(5, batch.generation[i]);
    assertEquals(Reason.ESTABLISHED.number(), batch.reason[i]);
    assertEquals(Verdict.PENDING, batch.verdict[i]);

    assertEquals(number, batch.session[back]);
    assertEquals(1, batch.direction[back]);
    assertEquals(TIER, batch.outSegment[back]);
    assertEquals(address(SERVER), batch.newSource[back]);
    assertEquals(address(CLIENT), batch.newDestination[back]);
    assertEquals(443 << 16 | 40_000, batch.newPorts[back]);
    assertEquals(2, batch.liveCount);
    assertEquals(SessionState.SYN_RECV, table.state(number));
  }

  @Test
  void countsDatagramsByTheirTotalLength() {
    int number = sourceNat(Tcp.SYN);
    add(tcp(Tcp.SYN).padding(20), TIER);
    add(FrameBuilder.tcp(SERVER, 443, PUBLIC, 1024).flags(Tcp.SYN | Tcp.ACK), OUTSIDE);
    add(tcp(Tcp.ACK).payload(100), TIER);
    run();
    assertEquals(List.of(2L, 1L), List.of(table.packets(number, 0), table.packets(number, 1)));
    assertEquals(List.of(180L, 40L), List.of(table.bytes(number, 0), table.bytes(number, 1)));
  }

  @Test
  void learnsTheWayBackFromFramesThatComeByTheSegmentRepliesLeaveBy() {
    int number = sourceNat(Tcp.SYN);
    int i = add(tcp(Tcp.SYN).macs(0x0200_0000_0001L, 1), TIER);
    batch.remoteEndpoint[i] = 0xc000_0202;
    run();
    assertEquals(0x0200_0000_0001L, table.nextHopMac(number, 1));
    assertEquals(0xc000_0202, table.nextHopEndpoint(number, 1));
    assertEquals(0x0200_0000_00aaL, table.nextHopMac(number, 0));

    batch.clear();
    add(tcp(Tcp.SYN).macs(0x0200_0000_0002L, 1), OUTSIDE);
    int raw = add(tcp(Tcp.SYN).macs(0x0200_0000_0003L, 1), TIER);
    batch.sourceMac[raw] = 0;
    run();
    assertEquals(0x0200_0000_0001L, table.nextHopMac(number, 1));
    assertEquals(TIER, table.outSegment(number, 1));
  }

  @Test
  void aFrameWhoseTimeToLiveEndsHereKeepsItsSessionButDoesNotLeave() {
    int number = sourceNat(Tcp.SYN);
    int one = add(tcp(Tcp.SYN).ttl(1), TIER);
    int zero = add(tcp(Tcp.SYN).ttl(0), TIER);
    int two = add(tcp(Tcp.SYN).ttl(2), TIER);
    run();
    for (int i : new int[] {one, zero}) {
      assertEquals(number, batch.session[i]);
      assertEquals(NONE, batch.outSegment[i]);
      assertEquals(0, batch.reason[i]);
    }
    assertEquals(OUTSIDE, batch.outSegment[two]);
    assertEquals(1, table.packets(number, 0));
    assertEquals(3, batch.liveCount);
  }

  @Test
  void aSegmentThatFitsNoTransitionIsAMissAndLeavesTheSessionAsItWas() {
    int number = sourceNat(Tcp.SYN);
    int bad = add(tcp(Tcp.FIN | Tcp.ACK), TIER);
    run();
    assertEquals(NONE, batch.session[bad]);
    tracker.clearMisfit();
    assertFalse(stage.retry(batch, bad, context));
    assertTrue(tracker.isMisfit());
    assertTrue(table.isInUse(number));
    assertEquals(Verdict.PENDING, batch.verdict[bad]);
  }

  @Test
  void aSynAfterTheEndMakesTheRestOfTheBatchMiss() {
    int number = sourceNat(Tcp.SYN);
    add(FrameBuilder.tcp(SERVER, 443, PUBLIC, 1024).flags(Tcp.SYN | Tcp.ACK), OUTSIDE);
    add(tcp(Tcp.RST), TIER);
    int again = add(tcp(Tcp.SYN), TIER);
    int after = add(tcp(Tcp.ACK), TIER);
    run();
    assertEquals(NONE, batch.session[again]);
    assertEquals(NONE, batch.session[after]);
    assertEquals(4, batch.liveCount);
    assertFalse(stage.retry(batch, again, context));
    assertFalse(table.isInUse(number));
  }

  @Test
  void looksOnceMoreForAFrameWhoseSessionWasMadeMeanwhile() {
    int first = add(tcp(Tcp.SYN), TIER);
    int second = add(tcp(Tcp.SYN), TIER);
    run();
    assertEquals(NONE, batch.session[second]);
    assertFalse(stage.retry(batch, first, context));
    int number = sourceNat(Tcp.SYN);
    assertTrue(stage.retry(batch, second, context));
    assertEquals(number, batch.session[second]);
    assertEquals(OUTSIDE, batch.outSegment[second]);
  }

  @Test
  void laterFragmentsCountButAreNoSegments() {
    int number = sourceNat(Tcp.SYN);
    add(FrameBuilder.tcp(SERVER, 443, PUBLIC, 1024).flags(Tcp.SYN | Tcp.ACK), OUTSIDE);
    FrameBuilder whole = tcp(Tcp.ACK).payload(100);
    add(whole.fragment(0, 64, true), TIER);
    int later = add(whole.fragment(64, 56, false), TIER);
    batch.ports[later] = 40_000 << 16 | 443;
    batch.tcpFlags[later] = Tcp.ACK;
    run();
    assertEquals(number, batch.session[later]);
    assertEquals(OUTSIDE, batch.outSegment[later]);
    assertEquals(SessionState.ESTABLISHED, table.state(number));
    assertEquals(2, table.packets(number, 0));
  }

  @Test
  void laterFragmentsOfWhatDoesNotFitDoNotFitEither() {
    int number = sourceNat(Tcp.SYN);
    FrameBuilder whole = tcp(Tcp.ACK | Tcp.PSH).payload(100);
    int first = add(whole.fragment(0, 64, true), TIER);
    int later = add(whole.fragment(64, 56, false), TIER);
    batch.ports[later] = 40_000 << 16 | 443;
    batch.tcpFlags[later] = Tcp.ACK | Tcp.PSH;
    run();
    for (int i : new int[] {first, later}) {
      tracker.clearMisfit();
      assertFalse(stage.retry(batch, i, context));
      assertTrue(tracker.isMisfit());
    }
    assertEquals(SessionState.SYN_SENT, table.state(number));
    assertEquals(0, table.packets(number, 0));
  }

  @Test
  void whatIsNotIpv4IsAMiss() {
    sourceNat(Tcp.SYN);
    int i = add(tcp(Tcp.SYN), TIER);
    batch.family[i] = 0;
    run();
    assertEquals(NONE, batch.session[i]);
  }

  @Test
  void aSessionThatIsOverIsAMissAndEndsInItsTurn() {
    sourceNat(Tcp.SYN);
    int i = Columns.add(batch, tcp(Tcp.SYN), TIER, NOW + 120 * SECOND);
    run();
    assertEquals(NONE, batch.session[i]);
    assertEquals(1, table.size(), "a frame before it may still find its tuple in use");
    assertFalse(stage.retry(batch, i, context));
    assertEquals(0, table.size());
  }

  @Test
  void tracesHitsAndMisses() {
    int number = sourceNat(Tcp.SYN);
    int hit = add(tcp(Tcp.SYN), TIER);
    int miss = add(FrameBuilder.udp(CLIENT, 1, SERVER, 2), TIER);
    batch.trace[hit] = 1;
    batch.trace[miss] = 2;
    run();
    assertFalse(stage.retry(batch, miss, context));
    List<String> steps = new ArrayList<>();
    trace.read(1, (step, a, b, c, d) -> steps.add(step + " " + a + " " + b + " " + c));
    trace.read(2, (step, a, b, c, d) -> steps.add(step.toString()));
    assertEquals(
        List.of(
            TraceStep.SESSION_HIT + " " + number + " 0 " + SessionState.SYN_SENT,
            TraceStep.SESSION_MISS.toString()),
        steps);
  }

  /** Batched hints against one lookup per frame, with full lines, misses and ends in between. */
  @Test
  void findsTheSameInBatchesAsOneByOne() {
    SplittableRandom random = new SplittableRandom(42);
    try (SessionTable big = new SessionTable(3000, SessionListener.NONE)) {
      SessionStage batched = new SessionStage(new ConnectionTracker(big, Timeouts.LINUX));
      long now = NOW;
      for (int round = 0; round < 400; round++) {
        for (int k = 0; k < 40; k++) {
          int client = random.nextInt(5000);
          int number =
              big.create(
                  client,
                  9,
                  5 << 16 | 53,
                  9,
                  client,
                  53 << 16 | 5,
                  Ipv4.UDP,
                  now,
                  now + random.nextLong(300 * SECOND));
          if (number >= 0) {
            big.setHop(number, 0, client & 7, 0, 0);
          }
        }
        now += random.nextLong(10 * SECOND);
        batch.clear();
        for (int k = 0; k < 64; k++) {
          int client = random.nextInt(5000);
          int i =
              Columns.add(
                  batch, FrameBuilder.udp(Ipv4Text.format(client), 5, "0.0.0.9", 53), TIER, now);
          int entry = big.find(client, 9, 5 << 16 | 53, Ipv4.UDP, now);
          batch.number[i] = entry;
        }
        batched.process(batch, context);
        for (int i = 0; i < 64; i++) {
          if (batch.session[i] == NONE) {
            batched.retry(batch, i, context);
          }
          int expected = (int) batch.number[i];
          assertEquals(expected < 0 ? NONE : expected >>> 1, batch.session[i], "round " + round);
        }
      }
    }
  }

  private int sourceNat(int flags) {
    int number =
        tracker.begin(
            address(CLIENT),
            address(SERVER),
            40_000 << 16 | 443,
            address(SERVER),
            address(PUBLIC),
            443 << 16 | 1024,
            Ipv4.TCP,
            flags,
            NOW);
    table.setHop(number, 0, OUTSIDE, 0x0200_0000_00aaL, 0);
    table.setHop(number, 1, TIER, 0x0200_0000_00bbL, 0);
    table.setDecision(number, 5, 7, 8, NONE, NONE, NONE, NONE);
    return number;
  }

  private static FrameBuilder tcp(int flags) {
    return FrameBuilder.tcp(CLIENT, 40_000, SERVER, 443).flags(flags);
  }

  private int add(FrameBuilder frame, int segment) {
    return Columns.add(batch, frame, segment, NOW);
  }

  private void run() {
    stage.process(batch, context);
  }

  private static int address(String text) {
    return Ipv4Text.parse(text);
  }
}
