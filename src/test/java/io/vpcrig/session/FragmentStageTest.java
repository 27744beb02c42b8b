package io.vpcrig.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vpcrig.frame.BytesLedger;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.LinkType;
import io.vpcrig.frame.Verdict;
import io.vpcrig.stage.StageContext;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.telemetry.TraceRing;
import io.vpcrig.testing.Allocation;
import io.vpcrig.testing.FrameBuilder;
import io.vpcrig.testing.PlainParser;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FragmentStageTest {
  private static final long SECOND = 1_000_000_000L;
  private static final String GUEST = "10.10.1.10";
  private static final String SERVER = "198.51.100.50";
  private static final int PORTS = 5000 << 16 | 53;

  private final FrameBatch batch = new FrameBatch(64);
  private final StageContext context = new StageContext(new TraceRing(64));
  private FragmentTable table = new FragmentTable();
  private FragmentStage stage = new FragmentStage(table);
  private final FrameBuilder whole = FrameBuilder.udp(GUEST, 5000, SERVER, 53).payload(1_000).id(7);
  private long nextNumber = 1;

  @AfterEach
  void free() {
    batch.close();
    table.close();
  }

  @Test
  void letsWholeFramesPass() {
    int i = add(FrameBuilder.udp(GUEST, 1, SERVER, 2).dontFragment(), 0);
    int arp = add(FrameBuilder.arp(1, GUEST, "10.10.1.1"), 0);
    batch.fragment[arp] = 0x2000;
    stage.process(batch, context);
    assertLive(i, arp);
    assertEquals(0, table.datagrams());
  }

  @Test
  void holdsFragmentsUntilTheLastOneCame() {
    int first = add(whole.fragment(0, 504, true), 0);
    int second = add(whole.fragment(504, 504, false), 5 * SECOND);
    stage.process(batch, context);
    assertDecided(first, Verdict.HELD, Reason.HELD);
    int extra = batch.capacity;
    assertLive(extra, second);
    assertEquals(second, batch.parent[extra]);
    assertEquals(1, batch.number[extra]);
    assertEquals(0, batch.timestampNs[extra]);
    assertEquals(Verdict.PENDING, batch.verdict[extra]);
    assertEquals(PORTS, batch.ports[extra]);
    assertEquals(PORTS, batch.ports[second]);
    assertEquals(batch.l3[extra] + 20, batch.l4[extra]);
    assertEquals(FrameBatch.NONE, batch.l4[second]);
    assertEquals(504 / 8, batch.fragment[second]);
    assertArrayEquals(
        batch.bytes.copy(batch.start[first], batch.length[first]),
        batch.bytes.copy(batch.start[extra], batch.length[extra]));
    assertEquals(0, table.datagrams());
    assertEquals(FragmentTable.DEFAULT_MEMORY, table.freeBytes());
  }

  @Test
  void remembersColumnsAcrossBatches() {
    int held = add(whole.fragment(504, 504, false), 0);
    batch.remoteEndpoint[held] = 77;
    batch.link[held] = LinkType.RAW;
    batch.inputInterface[held] = 3;
    batch.missing[held] = 9;
    batch.trace[held] = 12;
    long mac = batch.sourceMac[held];
    byte[] bytes = batch.bytes.copy(batch.start[held], batch.length[held]);
    stage.process(batch, context);
    assertEquals(0, batch.liveCount);

    batch.clear();
    batch.poison(-7);
    add(FrameBuilder.udp(GUEST, 1, SERVER, 2).payload(333), 0);
    int first = add(whole.fragment(0, 504, true), SECOND);
    batch.generation[first] = 2;
    stage.process(batch, context);
    int extra = batch.capacity;
    assertLive(0, first, extra);
    assertEquals(2, batch.generation[extra]);
    assertArrayEquals(bytes, batch.bytes.copy(batch.start[extra], batch.length[extra]));
    assertEquals(1, batch.number[extra]);
    assertEquals(77, batch.remoteEndpoint[extra]);
    assertEquals(LinkType.RAW, batch.link[extra]);
    assertEquals(3, batch.inputInterface[extra]);
    assertEquals(9, batch.missing[extra]);
    assertEquals(12, batch.trace[extra]);
    assertEquals(mac, batch.sourceMac[extra]);
    assertEquals(1, batch.segment[extra]);
    assertEquals(17, batch.protocol[extra]);
    assertEquals(4, batch.family[extra]);
    assertEquals(batch.start[extra], batch.l2[extra]);
    assertEquals(batch.start[extra] + 14, batch.l3[extra]);
    assertEquals(FrameBatch.NONE, batch.l4[extra]);
    assertEquals(batch.start[extra] + 14 + 524, batch.l3End[extra]);
    assertEquals(batch.sourceAddress[first], batch.sourceAddress[extra]);
    assertEquals(batch.destinationAddress[first], batch.destinationAddress[extra]);
    assertEquals(PORTS, batch.ports[extra]);
  }

  @Test
  void putsTheFirstFragmentInFrontAndTheOthersByArrival() {
    int third = add(whole.fragment(504, 248, true), 0);
    int before = add(FrameBuilder.udp(GUEST, 1, SERVER, 2), 0);
    int first = add(whole.fragment(0, 256, true), 0);
    int last = add(whole.fragment(752, 256, false), 0);
    int second = add(whole.fragment(256, 248, true), 0);
    int after = add(FrameBuilder.udp(GUEST, 1, SERVER, 2), 0);
    stage.process(batch, context);
    int c = batch.capacity;
    assertLive(before, c + 1, c, c + 2, second, after);
    long[] numbers = new long[batch.liveCount];
    Arrays.setAll(numbers, k -> batch.number[batch.live[k]]);
    assertArrayEquals(new long[] {2, 3, 1, 4, 5, 6}, numbers);
    for (int held : new int[] {third, first, last}) {
      assertDecided(held, Verdict.HELD, Reason.HELD);
    }
  }

  @Test
  void givesAllFragmentsTheTcpFlagsOfTheFirst() {
    FrameBuilder syn = FrameBuilder.tcp(GUEST, 5, SERVER, 6).flags(2).payload(100);
    int later = add(syn.fragment(64, 56, false), 0);
    batch.tcpFlags[later] = 0x55;
    int first = add(syn.fragment(0, 64, true), 0);
    stage.process(batch, context);
    assertLive(first, batch.capacity);
    assertEquals(2, batch.tcpFlags[batch.capacity]);
    assertEquals(2, batch.tcpFlags[first]);
  }

  @Test
  void keepsDatagramsApartBySourceIdProtocolAndSegment() {
    add(whole.fragment(0, 504, true), 0);
    add(
        FrameBuilder.udp(GUEST, 5000, SERVER, 53).payload(1_000).id(8).fragment(504, 504, false),
        0);
    add(
        FrameBuilder.udp("10.10.1.11", 1, SERVER, 2).payload(1_000).id(7).fragment(504, 504, false),
        0);
    add(FrameBuilder.tcp(GUEST, 1, SERVER, 2).payload(988).id(7).fragment(504, 504, false), 0);
    int other = add(whole.fragment(504, 504, false), 0);
    batch.segment[other] = 2;
    stage.process(batch, context);
    assertEquals(0, batch.liveCount);
    assertEquals(5, table.datagrams());
  }

  @Test
  void ignoresRepeatsAndStillCompletes() {
    add(whole.fragment(0, 504, true), 0);
    int repeat = add(whole.fragment(0, 504, true), 0);
    int part = add(whole.fragment(64, 80, true), 0);
    int last = add(whole.fragment(504, 504, false), 0);
    stage.process(batch, context);
    assertDecided(repeat, Verdict.DROP, Reason.FRAGMENT_DUPLICATE);
    assertDecided(part, Verdict.DROP, Reason.FRAGMENT_DUPLICATE);
    assertLive(batch.capacity, last);
  }

  @Test
  void anOverlapEndsTheDatagram() {
    int first = add(whole.fragment(0, 504, true), 0);
    int overlap = add(whole.fragment(496, 400, true), 0);
    int rest = add(whole.fragment(504, 504, false), 0);
    stage.process(batch, context);
    assertDecided(first, Verdict.HELD, Reason.HELD);
    assertDecided(overlap, Verdict.DROP, Reason.FRAGMENT_OVERLAP);
    assertDecided(rest, Verdict.HELD, Reason.HELD);
    assertEquals(0, batch.liveCount);
    assertEquals(1, table.datagrams());
  }

  @Test
  void twoEndsContradictEachOther() {
    add(whole.fragment(504, 504, false), 0);
    int longer = add(whole.fragment(504, 496, false), 0);
    add(whole.fragment(504, 504, false), 0);
    int beyond =
        add(
            FrameBuilder.udp(GUEST, 5000, SERVER, 53)
                .payload(1_100)
                .id(7)
                .fragment(1_008, 80, true),
            0);
    stage.process(batch, context);
    assertDecided(longer, Verdict.DROP, Reason.FRAGMENT_OVERLAP);
    assertDecided(beyond, Verdict.DROP, Reason.FRAGMENT_OVERLAP);
    assertEquals(0, table.datagrams());
  }

  @Test
  void refusesTheDatagramThatWouldBeTooLong() {
    int i = add(whole.fragment(0, 504, true), 0);
    int end = add(whole.fragment(504, 504, false), 0);
    // The ping of death: an offset of 65528 and more than seven bytes.
    batch.fragment[end] = 0x1fff;
    stage.process(batch, context);
    assertDecided(i, Verdict.HELD, Reason.HELD);
    assertDecided(end, Verdict.DROP, Reason.FRAGMENT_OVERLAP);
    assertEquals(0, table.datagrams());
  }

  @Test
  void refusesAFragmentThatCarriesNothing() {
    int nothing = add(whole.fragment(504, 0, true), 0);
    int seven = add(whole.fragment(504, 7, true), 0);
    stage.process(batch, context);
    assertDecided(nothing, Verdict.DROP, Reason.FRAGMENT_EMPTY);
    assertDecided(seven, Verdict.DROP, Reason.FRAGMENT_EMPTY);
    assertEquals(0, table.datagrams());
  }

  @Test
  void refusesAFirstFragmentThatCutsItsTransportHeader() {
    FrameBuilder tcp = FrameBuilder.tcp(GUEST, 5, SERVER, 6).payload(100);
    int held = add(tcp.fragment(16, 104, false), 0);
    int tiny = add(tcp.fragment(0, 16, true), 0);
    stage.process(batch, context);
    assertDecided(held, Verdict.HELD, Reason.HELD);
    assertDecided(tiny, Verdict.DROP, Reason.L4_SHORT);
    assertEquals(0, table.datagrams());
  }

  @Test
  void forgetsADatagramAfterThirtySecondsOfItsOwnTime() {
    add(whole.fragment(0, 504, true), 0);
    int justInTime = add(whole.fragment(504, 504, false), 30 * SECOND - 1);
    stage.process(batch, context);
    assertLive(batch.capacity, justInTime);

    batch.clear();
    add(whole.fragment(0, 504, true), 0);
    int late = add(whole.fragment(504, 504, false), 30 * SECOND);
    stage.process(batch, context);
    assertDecided(late, Verdict.HELD, Reason.HELD);
    assertEquals(1, table.datagrams());
  }

  @Test
  void refusesWhenMemoryIsUsedUpAndRecoversWhenDatagramsExpire() {
    use(new FragmentTable(1 << 16));
    int held = 0;
    for (int id = 0; id < 60; id++) {
      FrameBuilder big = FrameBuilder.udp(GUEST, 1, SERVER, 2).payload(1_500).id(id);
      int i = add(big.fragment(0, 1_480, true), 0);
      batch.liveCount = 0;
      batch.addLive(i);
      stage.process(batch, context);
      held += batch.verdict[i] == Verdict.HELD ? 1 : 0;
      if (batch.verdict[i] == Verdict.DROP) {
        assertDecided(i, Verdict.DROP, Reason.FRAGMENT_LIMIT);
      }
    }
    // 1514 bytes take three blocks of 512; there are 128.
    assertEquals(42, held);
    assertEquals(42, table.datagrams());
    batch.clear();
    int later =
        add(
            FrameBuilder.udp(GUEST, 1, SERVER, 2).payload(1_500).fragment(0, 1_480, true),
            40 * SECOND);
    stage.process(batch, context);
    assertDecided(later, Verdict.HELD, Reason.HELD);
    assertEquals(42, table.datagrams());
  }

  @Test
  void refusesADatagramInTooManyPieces() {
    FrameBuilder big = FrameBuilder.udp(GUEST, 1, SERVER, 2).payload(4_000);
    int pieces = 0;
    byte verdict = Verdict.HELD;
    for (int from = 0; verdict == Verdict.HELD; from += 8) {
      batch.clear();
      int i = add(big.fragment(from, 8, true), 0);
      stage.process(batch, context);
      verdict = batch.verdict[i];
      pieces++;
    }
    assertEquals(FragmentTable.MAX_FRAGMENTS, pieces);
    assertEquals(0, table.datagrams());
    assertEquals(FragmentTable.DEFAULT_MEMORY, table.freeBytes());
  }

  @Test
  void dropsTheDatagramTheBatchHasNoRoomFor() {
    int other = add(FrameBuilder.udp(GUEST, 1, SERVER, 2), 0);
    add(whole.fragment(0, 256, true), 0);
    add(whole.fragment(256, 256, true), 0);
    int last = add(whole.fragment(512, 496, false), 0);
    while (batch.extras < 2 * batch.capacity - 1) {
      batch.addExtra(0, 10);
    }
    int only = batch.capacity + batch.extras;
    stage.process(batch, context);
    assertLive(other);
    assertDecided(last, Verdict.DROP, Reason.NO_ROOM);
    assertDecided(only, Verdict.DROP, Reason.NO_ROOM);
    assertEquals(2, batch.number[only]);
    assertEquals(0, table.datagrams());
  }

  @Test
  void freesItsMemory() {
    long before = BytesLedger.heldBytes();
    try (FragmentTable own = new FragmentTable(1 << 20)) {
      assertEquals(before + (1 << 20), BytesLedger.heldBytes());
      assertEquals(1 << 20, own.freeBytes());
    }
    assertEquals(before, BytesLedger.heldBytes());
    assertThrows(IllegalArgumentException.class, () -> new FragmentTable(1 << 15));
  }

  @Test
  void holdsAndReleasesWithoutAllocating() {
    FrameBuilder other = FrameBuilder.udp(GUEST, 1, SERVER, 2).payload(100).id(8);
    byte[][] frames = {
      whole.fragment(504, 248, true).build(),
      whole.fragment(752, 256, false).build(),
      whole.fragment(752, 256, false).build(),
      other.fragment(0, 40, true).build(),
      other.fragment(32, 40, true).build(),
      whole.fragment(0, 504, true).build()
    };
    for (byte[] frame : frames) {
      PlainParser.parse(batch, FrameBuilder.add(batch, frame, 1, 0), 1);
    }
    Allocation.assertNone(
        3_000,
        () -> {
          batch.clear();
          for (byte[] frame : frames) {
            FrameBuilder.add(batch, frame, 1, 0);
          }
          stage.process(batch, context);
          if (batch.liveCount != 3 || table.datagrams() != 0) {
            throw new AssertionError("live " + batch.liveCount);
          }
        });
  }

  private void use(FragmentTable other) {
    table.close();
    table = other;
    stage = new FragmentStage(table);
  }

  private int add(FrameBuilder frame, long timestampNs) {
    int i = frame.addTo(batch, timestampNs);
    PlainParser.parse(batch, i, 1);
    batch.number[i] = nextNumber++;
    return i;
  }

  private void assertLive(int... indices) {
    assertArrayEquals(indices, Arrays.copyOf(batch.live, batch.liveCount));
  }

  private void assertDecided(int i, byte verdict, Reason reason) {
    assertEquals(verdict, batch.verdict[i]);
    assertEquals(reason, batch.reason[i] == 0 ? null : Reason.of(batch.reason[i]));
  }
}
