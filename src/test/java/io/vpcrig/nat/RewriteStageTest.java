package io.vpcrig.nat;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.header.PlainChecksum;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.stage.StageContext;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.telemetry.TraceRing;
import io.vpcrig.telemetry.TraceStep;
import io.vpcrig.testing.Allocation;
import io.vpcrig.testing.FrameBuilder;
import io.vpcrig.testing.PlainParser;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RewriteStageTest {
  private static final int ROUTER = Ipv4Text.parse("203.0.113.10");
  private static final int SERVER = Ipv4Text.parse("198.51.100.50");
  private static final String GUEST = "10.10.1.10";

  private final FrameBatch batch = new FrameBatch(64);
  private final TraceRing trace = new TraceRing(64);
  private final StageContext context = new StageContext(trace);

  @AfterEach
  void free() {
    batch.close();
  }

  @Test
  void writesAddressesPortsAndTtl() {
    int i = add(FrameBuilder.tcp(GUEST, 40_000, "198.51.100.50", 443).payload(7).ttl(9));
    leaveAs(i, ROUTER, SERVER, 1024 << 16 | 8443);
    rewrite(false);
    byte[] sent = PlainParser.datagram(batch, i);
    assertEquals("", PlainParser.wrong(sent));
    assertEquals(ROUTER, PlainParser.i32(sent, 12));
    assertEquals(SERVER, PlainParser.i32(sent, 16));
    assertEquals(1024 << 16 | 8443, PlainParser.i32(sent, 20));
    assertEquals(8, sent[8]);
  }

  @Test
  void changesOnlyWhatWasTranslated() {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    for (int k = 0; k < 20_000; k++) {
      batch.clear();
      batch.poison(random.nextInt());
      int i = add(randomDatagram(random));
      byte[] before = PlainParser.datagram(batch, i);
      leaveAs(i, randomAddress(random), randomAddress(random), randomPorts(random, i));
      rewrite(false);
      byte[] after = PlainParser.datagram(batch, i);
      assertEquals("", PlainParser.wrong(after), () -> "seed " + seed);
      assertArrayEquals(translated(before, i), withoutChecksums(after), () -> "seed " + seed);
    }
  }

  @Test
  void leavesAMissingUdpChecksumMissing() {
    int i = add(FrameBuilder.udp(GUEST, 5000, "198.51.100.50", 53).noUdpChecksum().payload(3));
    leaveAs(i, ROUTER, SERVER, 6000 << 16 | 53);
    rewrite(false);
    byte[] sent = PlainParser.datagram(batch, i);
    assertEquals(0, PlainParser.u16(sent, 26));
    assertEquals(6000, PlainParser.u16(sent, 20));
    assertEquals("", PlainParser.wrong(sent));
  }

  @Test
  void neverMakesAUdpChecksumDisappear() {
    boolean seen = false;
    for (int port = 0; port < 65_536; port++) {
      batch.clear();
      int i = add(FrameBuilder.udp(GUEST, 5000, "198.51.100.50", 53).payload(3));
      leaveAs(i, ROUTER, SERVER, port << 16 | 53);
      rewrite(false);
      int checksum = PlainParser.u16(PlainParser.datagram(batch, i), 26);
      assertNotEquals(0, checksum);
      seen |= checksum == 0xffff;
    }
    assertEquals(true, seen, "some port makes the checksum come out as 0");
  }

  @Test
  void keepsTheChecksumOfAFragmentedDatagramRight() {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    for (int k = 0; k < 2_000; k++) {
      batch.clear();
      FrameBuilder whole = randomDatagram(random).ipOptions();
      int length = whole.transportLength();
      int cut = Math.min(length, 24) & ~7;
      if (cut == length) {
        continue;
      }
      int first = add(whole.fragment(0, cut, true));
      int second = add(whole.fragment(cut, length - cut, false));
      if (batch.l4[first] == FrameBatch.NONE) {
        continue;
      }
      batch.ports[second] = batch.ports[first];
      int ports = randomPorts(random, first);
      for (int i : new int[] {first, second}) {
        leaveAs(i, ROUTER, SERVER, ports);
      }
      rewrite(random.nextBoolean());
      assertEquals("", PlainParser.wrong(joined(first, second)), () -> "seed " + seed);
    }
  }

  @Test
  void translatesTheIdentifierOfAnEchoWithoutTouchingItsSequence() {
    int i = add(FrameBuilder.echo(GUEST, "198.51.100.50", 7, 99).payload(5));
    leaveAs(i, ROUTER, SERVER, 777 << 16 | 8 << 8);
    rewrite(false);
    byte[] sent = PlainParser.datagram(batch, i);
    assertEquals("", PlainParser.wrong(sent));
    assertEquals(777, PlainParser.u16(sent, 24));
    assertEquals(99, PlainParser.u16(sent, 26));
  }

  @Test
  void keepsThePseudoHeaderOfUdpLiteAndDccpRight() {
    for (int protocol : new int[] {136, 33}) {
      batch.clear();
      byte[] body = {1, 2, 3, 4, 0, 0, 0, 0, 9, 8, 7, 6, 5};
      int source = Ipv4Text.parse(GUEST);
      int sum = PlainChecksum.pseudoHeader(source, SERVER, protocol, body.length);
      sum = PlainChecksum.finish(PlainChecksum.add(sum, PlainChecksum.sum(body, 0, body.length)));
      body[6] = (byte) (sum >>> 8);
      body[7] = (byte) sum;
      int whole = add(FrameBuilder.ipv4(GUEST, "198.51.100.50", protocol).payload(body));
      int cut = add(FrameBuilder.ipv4(GUEST, "198.51.100.50", protocol).payload(new byte[7]));
      byte[] before = PlainParser.datagram(batch, cut);
      leaveAs(whole, ROUTER, SERVER, 0);
      leaveAs(cut, ROUTER, SERVER, 0);
      rewrite(false);
      assertEquals("", PlainParser.wrong(PlainParser.datagram(batch, whole)));
      byte[] after = PlainParser.datagram(batch, cut);
      assertArrayEquals(Arrays.copyOfRange(before, 20, 27), Arrays.copyOfRange(after, 20, 27));
    }
  }

  @Test
  void leavesTheInsideOfIcmpErrorsToOthers() {
    FrameBuilder about = FrameBuilder.udp("198.51.100.50", 53, GUEST, 5000);
    int i = add(FrameBuilder.icmpError(GUEST, "198.51.100.50", 3, 3, about));
    batch.reason[i] = Reason.RELATED.number();
    byte[] before = PlainParser.datagram(batch, i);
    leaveAs(i, ROUTER, SERVER, batch.ports[i]);
    rewrite(true);
    byte[] after = PlainParser.datagram(batch, i);
    assertEquals("", PlainParser.wrong(after));
    assertEquals(ROUTER, PlainParser.i32(after, 12));
    assertEquals(63, after[8]);
    assertArrayEquals(
        Arrays.copyOfRange(before, 20, before.length), Arrays.copyOfRange(after, 20, after.length));
  }

  @Test
  void leavesAnswersOfTheRouterAndArpAlone() {
    int arp = add(FrameBuilder.arp(1, GUEST, "10.10.1.1"));
    int echo = add(FrameBuilder.echo("10.10.1.1", GUEST, 1, 1));
    batch.reason[echo] = Reason.ORIGINATED.number();
    byte[] before = batch.bytes.copy(batch.start[arp], 200);
    leaveAs(arp, ROUTER, SERVER, 1);
    leaveAs(echo, ROUTER, SERVER, 1);
    rewrite(true);
    assertArrayEquals(before, batch.bytes.copy(batch.start[arp], 200));
  }

  @Test
  void leavesFramesThatAreNotLiveAlone() {
    int i = add(FrameBuilder.tcp(GUEST, 1, "198.51.100.50", 2));
    byte[] before = PlainParser.datagram(batch, i);
    leaveAs(i, ROUTER, SERVER, 1);
    batch.liveCount = 0;
    rewrite(false);
    assertArrayEquals(before, PlainParser.datagram(batch, i));
  }

  @Test
  void aWrongChecksumStaysWrongUnlessItIsRepaired() {
    int wrong = add(FrameBuilder.tcp(GUEST, 1, "198.51.100.50", 2).damageTransportChecksum(0x1234));
    leaveAs(wrong, ROUTER, SERVER, 3);
    rewrite(false);
    assertEquals("transport checksum", PlainParser.wrong(PlainParser.datagram(batch, wrong)));
    batch.clear();
    int right = add(FrameBuilder.tcp(GUEST, 1, "198.51.100.50", 2).damageTransportChecksum(0x1234));
    leaveAs(right, ROUTER, SERVER, 3);
    rewrite(true);
    assertEquals("", PlainParser.wrong(PlainParser.datagram(batch, right)));
  }

  @Test
  void doesNotRepairWhatTheCaptureCutOff() {
    int i = add(FrameBuilder.tcp(GUEST, 1, "198.51.100.50", 2).payload(100));
    batch.length[i] -= 50;
    batch.missing[i] = 50;
    leaveAs(i, ROUTER, SERVER, 3);
    rewrite(true);
    // The bytes behind the cut are still there: incrementally, the checksum covers them.
    assertEquals("", PlainParser.wrong(PlainParser.datagram(batch, i)));
  }

  @Test
  void tracesTheFlowAsSent() {
    int i = add(FrameBuilder.udp(GUEST, 5000, "198.51.100.50", 53));
    batch.trace[i] = 4;
    leaveAs(i, ROUTER, SERVER, 6000 << 16 | 53);
    rewrite(false);
    List<String> records = new ArrayList<>();
    trace.read(4, (step, a, b, c, d) -> records.add(step + " " + a + " " + b + " " + c + " " + d));
    assertEquals(
        List.of(TraceStep.REWRITE + " " + ROUTER + " " + SERVER + " " + (6000 << 16 | 53) + " 17"),
        records);
  }

  @Test
  void rewritesWithoutAllocating() {
    SplittableRandom random = new SplittableRandom(3);
    for (int k = 0; k < 64; k++) {
      int i = add(randomDatagram(random).ttl(255));
      leaveAs(i, ROUTER, SERVER, randomPorts(random, i));
    }
    RewriteStage plain = new RewriteStage(false);
    RewriteStage repairing = new RewriteStage(true);
    Allocation.assertNone(
        2_000,
        () -> {
          plain.process(batch, context);
          repairing.process(batch, context);
        });
  }

  private int add(FrameBuilder frame) {
    int i = frame.addTo(batch, 0);
    PlainParser.parse(batch, i, 1);
    return i;
  }

  private void leaveAs(int i, int source, int destination, int ports) {
    batch.newSource[i] = source;
    batch.newDestination[i] = destination;
    batch.newPorts[i] = ports;
  }

  private void rewrite(boolean repair) {
    new RewriteStage(repair).process(batch, context);
  }

  /** What the datagram must be after the rewrite, with its checksums 0. */
  private byte[] translated(byte[] before, int i) {
    byte[] expected = withoutChecksums(before);
    expected[8]--;
    put32(expected, 12, batch.newSource[i]);
    put32(expected, 16, batch.newDestination[i]);
    int l4 = (before[0] & 15) * 4;
    if (before[9] == 6 || before[9] == 17) {
      put32(expected, l4, batch.newPorts[i]);
    } else if (before[9] == 1 && before[l4] == 8) {
      expected[l4 + 4] = (byte) (batch.newPorts[i] >>> 24);
      expected[l4 + 5] = (byte) (batch.newPorts[i] >>> 16);
    }
    return expected;
  }

  private static byte[] withoutChecksums(byte[] datagram) {
    byte[] bytes = datagram.clone();
    int l4 = (bytes[0] & 15) * 4;
    bytes[10] = 0;
    bytes[11] = 0;
    int at =
        switch (bytes[9] & 0xff) {
          case 1 -> l4 + 2;
          case 6 -> l4 + 16;
          case 17, 33, 136 -> l4 + 6;
          default -> 10;
        };
    if (at + 1 < bytes.length) {
      bytes[at] = 0;
      bytes[at + 1] = 0;
    }
    return bytes;
  }

  private byte[] joined(int first, int second) {
    byte[] head = PlainParser.datagram(batch, first);
    byte[] tail = PlainParser.datagram(batch, second);
    byte[] whole = Arrays.copyOf(head, head.length + tail.length - 20);
    System.arraycopy(tail, 20, whole, head.length, tail.length - 20);
    // As reassembly does: one header, whole length, no fragment, its checksum anew.
    whole[2] = (byte) (whole.length >>> 8);
    whole[3] = (byte) whole.length;
    whole[6] = 0;
    whole[7] = 0;
    whole[10] = 0;
    whole[11] = 0;
    int sum = PlainChecksum.finish(PlainChecksum.sum(whole, 0, 20));
    whole[10] = (byte) (sum >>> 8);
    whole[11] = (byte) sum;
    return whole;
  }

  private static FrameBuilder randomDatagram(SplittableRandom random) {
    int port = random.nextInt(65536);
    FrameBuilder frame =
        switch (random.nextInt(6)) {
          case 0, 1 -> FrameBuilder.tcp(GUEST, port, "198.51.100.50", 80);
          case 2 -> FrameBuilder.udp(GUEST, port, "198.51.100.50", 53);
          case 3 -> FrameBuilder.echo(GUEST, "198.51.100.50", port, random.nextInt(65536));
          case 4 -> FrameBuilder.icmp(GUEST, "198.51.100.50", 9, 0, random.nextInt());
          default -> FrameBuilder.ipv4(GUEST, "198.51.100.50", 47);
        };
    byte[] payload = new byte[random.nextInt(60)];
    random.nextBytes(payload);
    if (random.nextInt(4) == 0) {
      Arrays.fill(payload, (byte) (random.nextBoolean() ? 0 : 255));
    }
    frame.payload(payload).ttl(2 + random.nextInt(254)).tos(random.nextInt(256));
    return random.nextInt(4) == 0 ? frame.ipOptions((byte) 1, (byte) 1, (byte) 1, (byte) 0) : frame;
  }

  private static int randomAddress(SplittableRandom random) {
    return random.nextInt(8) == 0 ? Ipv4Text.parse(GUEST) : random.nextInt();
  }

  /** What the batch's column may hold for the frame: type and code never change. */
  private int randomPorts(SplittableRandom random, int i) {
    int ports = random.nextInt(4) == 0 ? batch.ports[i] : random.nextInt();
    return switch (batch.protocol[i]) {
      case 6, 17 -> ports;
      case 1 -> {
        boolean query = (batch.ports[i] >>> 8 & 0xff) == 8;
        yield (query ? ports & 0xffff_0000 : 0) | batch.ports[i] & 0xffff;
      }
      default -> 0;
    };
  }

  private static void put32(byte[] bytes, int at, int value) {
    for (int k = 0; k < 4; k++) {
      bytes[at + k] = (byte) (value >>> 24 - 8 * k);
    }
  }
}
