package io.vpcrig.live.tcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.live.host.RecordingNetwork;
import io.vpcrig.live.host.Stream;
import io.vpcrig.model.Encapsulation;
import io.vpcrig.testing.Vpcs;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The router's TCP, segment by segment, with a far end written by hand. */
final class TcpHostTest {
  private static final int NEAR = 0x0a0a_0101;
  private static final int FAR = 0x0a0a_010a;
  private static final int PORT = 80;
  private static final int FAR_PORT = 40_000;
  private static final int FIRST = 0x7fff_fff0; // Wraps into the negative soon.
  private static final long SECOND = 1_000_000_000L;
  private static final byte[] NOTHING = {};

  private final RecordingNetwork network =
      new RecordingNetwork(
          Vpcs.vpc("10.10.0.0/16")
              .tier("t1", new Encapsulation.Vlan(101), "10.10.1.1/24")
              .build()
              .withMtus(Map.of("t1", 1040)));

  private final TcpHost host = new TcpHost(network, new Random(4));
  private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
  private Stream stream;
  private int next = FIRST;
  private int expected;

  @BeforeEach
  void listen() {
    host.listen(
        PORT,
        opened -> {
          stream = opened;
          return heard::writeBytes;
        });
  }

  private List<TcpSegment> bring(int sequence, int acknowledgement, int flags, byte[] payload) {
    return bring(sequence, acknowledgement, flags, 0xffff, payload);
  }

  private List<TcpSegment> bring(
      int sequence, int acknowledgement, int flags, int window, byte[] payload) {
    int mss = (flags & TcpSegment.SYN) != 0 ? 500 : 0;
    TcpSegment in =
        new TcpSegment(FAR_PORT, PORT, sequence, acknowledgement, flags, window, mss, payload);
    host.receive(0, FAR, NEAR, in.bytes());
    return sent();
  }

  private List<TcpSegment> sent() {
    return network.takeSegments().stream().map(TcpSegment::parse).toList();
  }

  private List<TcpSegment> later(long ns) {
    network.pass(ns);
    host.tick();
    return sent();
  }

  private static TcpSegment one(List<TcpSegment> all) {
    assertEquals(1, all.size(), all::toString);
    return all.getFirst();
  }

  private static void assertFlags(int flags, TcpSegment segment) {
    assertEquals(flags, segment.flags(), segment::toString);
  }

  /** Shakes hands. */
  private void open() {
    TcpSegment answer = one(bring(next++, 0, TcpSegment.SYN, NOTHING));
    assertFlags(TcpSegment.SYN | TcpSegment.ACK, answer);
    assertEquals(1000, answer.mss(), "of the tier's MTU");
    assertEquals(next, answer.acknowledgement());
    expected = answer.sequence() + 1;
    assertEquals(List.of(), bring(next, expected, TcpSegment.ACK, NOTHING));
  }

  private List<TcpSegment> say(String text) {
    byte[] payload = text.getBytes(StandardCharsets.US_ASCII);
    List<TcpSegment> answers = bring(next, expected, TcpSegment.ACK | TcpSegment.PSH, payload);
    next += payload.length;
    return answers;
  }

  @Test
  void bytesComeInOrderWhateverTheirSegments() {
    open();
    assertFlags(TcpSegment.ACK, one(say("GET ")));
    // Early, again, overlapping.
    TcpSegment early = one(bring(next + 3, expected, TcpSegment.ACK, new byte[] {'x'}));
    assertEquals(next, early.acknowledgement());
    assertEquals(
        next, one(bring(next - 4, expected, TcpSegment.ACK, new byte[4])).acknowledgement());
    bring(next - 2, expected, TcpSegment.ACK, "T /a".getBytes(StandardCharsets.US_ASCII));
    next += 2;
    say("b");
    assertEquals("GET /ab", heard.toString(StandardCharsets.US_ASCII));
    assertTrue(host.isOpen(FAR, NEAR, FAR_PORT << 16 | PORT));
    assertFalse(host.isOpen(FAR, NEAR, FAR_PORT << 16 | 81));
  }

  @Test
  void anAnswerIsCutByTheFarEndsMssAndBothSidesClose() {
    open();
    say("?");
    byte[] answer = new byte[1200];
    new SplittableRandom(1).nextBytes(answer);
    stream.write(answer);
    stream.finish();
    List<TcpSegment> out = sent();
    assertEquals(4, out.size());
    assertEquals(500, out.get(0).payload().length);
    assertEquals(200, out.get(2).payload().length);
    assertFlags(TcpSegment.FIN | TcpSegment.ACK, out.get(3));
    assertEquals(expected + 1200, out.get(3).sequence());
    expected += 1201;
    assertEquals(List.of(), bring(next, expected, TcpSegment.ACK, NOTHING));
    TcpSegment last = one(bring(next++, expected, TcpSegment.FIN | TcpSegment.ACK, NOTHING));
    assertFlags(TcpSegment.ACK, last);
    assertEquals(next, last.acknowledgement());
    assertTrue(host.isOpen(FAR, NEAR, FAR_PORT << 16 | PORT), "waits, should the FIN come again");
    assertEquals(next, one(bring(next - 1, expected, 0x11, NOTHING)).acknowledgement());
    assertEquals(List.of(), later(TcpConnection.TIME_WAIT_NS + 1));
    assertEquals(0, host.size());
  }

  @Test
  void theFarEndMayCloseFirst() {
    open();
    List<TcpSegment> out = bring(next++, expected, TcpSegment.FIN | TcpSegment.ACK, NOTHING);
    TcpSegment fin = one(out);
    assertFlags(TcpSegment.FIN | TcpSegment.ACK, fin);
    assertEquals(next, fin.acknowledgement());
    assertEquals(List.of(), bring(next, expected + 1, TcpSegment.ACK, NOTHING));
    assertEquals(0, host.size());
  }

  @Test
  void bothMayCloseAtOnce() {
    open();
    stream.finish();
    assertFlags(TcpSegment.FIN | TcpSegment.ACK, one(sent()));
    assertFlags(
        TcpSegment.ACK, one(bring(next++, expected, TcpSegment.FIN | TcpSegment.ACK, NOTHING)));
    bring(next, expected + 1, TcpSegment.ACK, NOTHING);
    later(TcpConnection.TIME_WAIT_NS + 1);
    assertEquals(0, host.size());
  }

  @Test
  void whatIsNotAcknowledgedComesAgainLaterAndLater() {
    open();
    stream.write(new byte[100]);
    assertEquals(1, sent().size());
    for (int k = 0; k < TcpConnection.RETRIES; k++) {
      assertEquals(List.of(), later((SECOND << k) - 1), "try " + k);
      TcpSegment again = one(later(2));
      assertEquals(expected, again.sequence());
      assertEquals(100, again.payload().length);
    }
    assertFlags(TcpSegment.RST | TcpSegment.ACK, one(later((SECOND << TcpConnection.RETRIES) + 1)));
    assertEquals(0, host.size());
  }

  @Test
  void theThirdRepetitionOfAnAcknowledgementBringsTheLostSegment() {
    open();
    stream.write(new byte[2500]);
    assertEquals(5, sent().size());
    assertEquals(List.of(), bring(next, expected, TcpSegment.ACK, NOTHING));
    assertEquals(List.of(), bring(next, expected, TcpSegment.ACK, NOTHING));
    TcpSegment lost = one(bring(next, expected, TcpSegment.ACK, NOTHING));
    assertEquals(expected, lost.sequence());
    assertEquals(500, lost.payload().length);
  }

  @Test
  void theFarEndsWindowIsHeededAndAskedForWhenItIsShut() {
    open();
    bring(next, expected, TcpSegment.ACK, 700, NOTHING);
    stream.write(new byte[2000]);
    assertEquals(500, one(sent()).payload().length, "the rest would be a silly window");
    TcpSegment more = one(bring(next, expected + 500, TcpSegment.ACK, 500, NOTHING));
    assertEquals(500, more.payload().length);
    assertEquals(List.of(), bring(next, expected + 1000, TcpSegment.ACK, 0, NOTHING));
    TcpSegment probe = one(later(SECOND + 1));
    assertEquals(1, probe.payload().length);
    assertEquals(expected + 1000, probe.sequence());
    List<TcpSegment> rest = bring(next, expected + 1000, TcpSegment.ACK, 0xffff, NOTHING);
    int end = rest.getLast().sequence() + rest.getLast().payload().length;
    assertEquals(expected + 2000, end);
  }

  @Test
  void onlyAResetThatFitsExactlyIsBelieved() {
    open();
    assertFlags(TcpSegment.ACK, one(bring(next + 9, 0, TcpSegment.RST, NOTHING)));
    assertEquals(List.of(), bring(next + TcpConnection.WINDOW, 0, TcpSegment.RST, NOTHING));
    assertEquals(1, host.size());
    assertEquals(List.of(), bring(next, 0, TcpSegment.RST, NOTHING));
    assertEquals(0, host.size());
  }

  @Test
  void aSynInTheMiddleIsAnsweredByWhatIsKnown() {
    open();
    TcpSegment answer = one(bring(next + 5, 0, TcpSegment.SYN, NOTHING));
    assertFlags(TcpSegment.ACK, answer);
    assertEquals(next, answer.acknowledgement());
    assertEquals(1, host.size());
  }

  @Test
  void aSynThatComesAgainIsAnsweredAgain() {
    TcpSegment first = one(bring(next, 0, TcpSegment.SYN, NOTHING));
    TcpSegment second = one(bring(next, 0, TcpSegment.SYN, NOTHING));
    assertEquals(first.sequence(), second.sequence());
    assertFlags(TcpSegment.SYN | TcpSegment.ACK, second);
    assertFlags(TcpSegment.SYN | TcpSegment.ACK, one(later(SECOND + 1)));
    TcpSegment reset = one(bring(next + 1, first.sequence() + 7, TcpSegment.ACK, NOTHING));
    assertFlags(TcpSegment.RST, reset);
    assertEquals(first.sequence() + 7, reset.sequence());
  }

  @Test
  void strayersAndPortsWithoutAProgramAreReset() {
    TcpSegment stray = one(bring(5, 77, TcpSegment.ACK, NOTHING));
    assertFlags(TcpSegment.RST, stray);
    assertEquals(77, stray.sequence());
    assertEquals(List.of(), bring(5, 77, TcpSegment.RST, NOTHING));
    TcpSegment syn = new TcpSegment(9, 443, 5, 0, TcpSegment.SYN, 1, 0, NOTHING);
    host.receive(0, FAR, NEAR, syn.bytes());
    TcpSegment refused = one(sent());
    assertFlags(TcpSegment.RST | TcpSegment.ACK, refused);
    assertEquals(6, refused.acknowledgement());
    assertEquals(0, host.size());
  }

  @Test
  void aClosedConnectionsPortsMayBeUsedAnewAtOnce() {
    open();
    stream.finish();
    sent();
    bring(next++, expected + 1, TcpSegment.FIN | TcpSegment.ACK, NOTHING);
    next += 100_000;
    open();
    assertEquals(1, host.size());
  }

  @Test
  void connectionsAreBoundedAndSilentOnesEnd() {
    TcpSegment last = null;
    for (int k = 0; k < TcpHost.MOST + 10; k++) {
      last = new TcpSegment(1000 + k, PORT, 5, 0, TcpSegment.SYN, 1, 0, NOTHING);
      host.receive(0, FAR, NEAR, last.bytes());
    }
    assertEquals(TcpHost.MOST, host.size());
    network.takeSegments();
    later(TcpConnection.IDLE_NS + 1);
    assertEquals(0, host.size());
    host.receive(0, FAR, NEAR, last.bytes());
    assertEquals(1, host.size());
  }

  @Test
  void whatIsForgottenIsNotSpokenOf() {
    open();
    stream.write(new byte[10]);
    sent();
    host.forget();
    assertEquals(List.of(), later(TcpConnection.IDLE_NS + 1));
    assertFlags(TcpSegment.RST, one(bring(next, expected, TcpSegment.ACK, NOTHING)));
  }

  @Test
  void noSegmentBringsItDown() {
    SplittableRandom random = new SplittableRandom(8);
    for (int run = 0; run < 300; run++) {
      next = random.nextInt();
      open();
      heard.reset();
      for (int k = 0; k < 100; k++) {
        byte[] payload = new byte[random.nextInt(4) == 0 ? random.nextInt(2000) : 0];
        byte[] in =
            new TcpSegment(
                    FAR_PORT,
                    PORT,
                    next + random.nextInt(-20, 20) * random.nextInt(2),
                    expected + random.nextInt(-20, 20) * random.nextInt(2),
                    random.nextInt(64),
                    random.nextInt(1 << random.nextInt(1, 16)),
                    random.nextInt(2) * random.nextInt(65_536),
                    payload)
                .bytes();
        if (random.nextInt(10) == 0) {
          in = Arrays.copyOf(in, Math.max(20, in.length - random.nextInt(8)));
          in[12] = (byte) (random.nextInt(5, 1 + in.length / 4) << 4);
        }
        host.receive(0, FAR, NEAR, in);
        if (random.nextInt(5) == 0) {
          stream.write(new byte[random.nextInt(3000)]);
        }
        if (random.nextInt(40) == 0) {
          stream.finish();
        }
        if (random.nextInt(5) == 0) {
          later(random.nextLong(3 * SECOND));
        }
        sent();
      }
      later(10 * TcpConnection.IDLE_NS);
      later(10 * TcpConnection.IDLE_NS);
      assertEquals(0, host.size(), "run " + run);
    }
  }

  @Test
  void aSegmentIsWhatItWasWrittenAs() {
    TcpSegment whole = new TcpSegment(1, 2, -3, 4, 0x18, 6, 1460, new byte[] {7, 8});
    TcpSegment read = TcpSegment.parse(whole.bytes());
    assertEquals(whole.sequence(), read.sequence());
    assertEquals(1460, read.mss());
    assertArrayEquals(whole.payload(), read.payload());
  }
}
