package io.vpcrig.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.header.Checksum;
import io.vpcrig.header.Ipv4;
import io.vpcrig.header.Tcp;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.nat.RewriteStage;
import io.vpcrig.stage.StageContext;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.telemetry.TraceRing;
import io.vpcrig.testing.FrameBuilder;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * ICMP errors about sessions: what leaves must be, byte for byte, the error that the receiver would
 * have got had there been no translation.
 */
class RelatedIcmpTest {
  private static final long NOW = 1_700_000_000_000_000_000L;
  private static final int NONE = FrameBatch.NONE;
  private static final String CLIENT = "10.10.1.5";
  private static final String SERVER = "198.51.100.7";
  private static final String PUBLIC = "203.0.113.10";
  private static final String HOST = "10.10.2.9";
  private static final String ROUTER = "192.0.2.99";
  private static final int[] TYPES = {3, 4, 11, 12};

  private final SessionTable table = new SessionTable(1000, SessionListener.NONE);
  private final ConnectionTracker tracker = new ConnectionTracker(table, Timeouts.LINUX);
  private final SessionStage stage = new SessionStage(tracker);
  private final FrameBatch batch = new FrameBatch(4);
  private final StageContext context = new StageContext(new TraceRing(1));

  @AfterEach
  void close() {
    table.close();
    batch.close();
  }

  @Test
  void aRoutersErrorReachesTheClientBehindSourceNatAboutItsOwnPacket() {
    begin(Ipv4.UDP, CLIENT, 5000, SERVER, 53, SERVER, 53, PUBLIC, 1024);
    FrameBuilder sent = FrameBuilder.udp(PUBLIC, 1024, SERVER, 53).payload(30);
    FrameBuilder known = FrameBuilder.udp(CLIENT, 5000, SERVER, 53).payload(30);
    int i = run(error(ROUTER, PUBLIC, 11, 0, sent, 28));
    assertEquals(Reason.RELATED.number(), batch.reason[i]);
    assertEquals(1, batch.direction[i]);
    assertLeaves(i, error(ROUTER, CLIENT, 11, 0, known, 28));
  }

  @Test
  void theSourceIsHiddenWhereTheSessionTranslatesIt() {
    begin(Ipv4.TCP, SERVER, 3333, PUBLIC, 8080, HOST, 80, SERVER, 3333);
    FrameBuilder sent = FrameBuilder.tcp(SERVER, 3333, HOST, 80).flags(Tcp.SYN).payload(4);
    FrameBuilder known = FrameBuilder.tcp(SERVER, 3333, PUBLIC, 8080).flags(Tcp.SYN).payload(4);
    int i = run(error(HOST, SERVER, 3, 13, sent, 44));
    assertEquals(1, batch.direction[i]);
    assertLeaves(i, error(PUBLIC, SERVER, 3, 13, known, 44));
    int fromMiddle = run(error("10.10.2.77", SERVER, 3, 13, sent, 28));
    assertLeaves(fromMiddle, error(PUBLIC, SERVER, 3, 13, known, 28));
  }

  @Test
  void withoutTranslationOnlyTheTimeToLiveChanges() {
    begin(Ipv4.TCP, CLIENT, 5000, HOST, 80, HOST, 80, CLIENT, 5000);
    FrameBuilder sent = FrameBuilder.tcp(CLIENT, 5000, HOST, 80).flags(Tcp.SYN);
    int i = run(error(HOST, CLIENT, 3, 3, sent, 28));
    assertLeaves(i, error(HOST, CLIENT, 3, 3, sent, 28));
  }

  @Test
  void anErrorAboutAReplyTravelsInTheOriginalDirection() {
    begin(Ipv4.UDP, CLIENT, 5000, SERVER, 53, SERVER, 53, PUBLIC, 1024);
    FrameBuilder answered = FrameBuilder.udp(SERVER, 53, CLIENT, 5000).payload(9);
    FrameBuilder known = FrameBuilder.udp(SERVER, 53, PUBLIC, 1024).payload(9);
    int i = run(error(CLIENT, SERVER, 3, 3, answered, 100));
    assertEquals(0, batch.direction[i]);
    assertLeaves(i, error(PUBLIC, SERVER, 3, 3, known, 100));
  }

  @Test
  void countsTheErrorButLeavesStateAndTimeout() {
    int number = begin(Ipv4.UDP, CLIENT, 5000, SERVER, 53, SERVER, 53, PUBLIC, 1024);
    long expires = table.expiresNs(number);
    FrameBuilder sent = FrameBuilder.udp(PUBLIC, 1024, SERVER, 53);
    run(error(ROUTER, PUBLIC, 3, 1, sent, 28), NOW + 5);
    assertEquals(expires, table.expiresNs(number));
    assertEquals(SessionState.UNREPLIED, table.state(number));
    assertEquals(1, table.packets(number, 1));
    assertEquals(56, table.bytes(number, 1));
  }

  @Test
  void isNotRelatedToNoSession() {
    assertMisses(error(ROUTER, PUBLIC, 11, 0, FrameBuilder.udp(PUBLIC, 1024, SERVER, 53), 28));
  }

  @Test
  void isNotRelatedIfItGoesToAnotherHostThanTheQuotedPacketCameFrom() {
    begin(Ipv4.UDP, CLIENT, 5000, SERVER, 53, SERVER, 53, PUBLIC, 1024);
    assertMisses(
        error(ROUTER, "203.0.113.11", 11, 0, FrameBuilder.udp(PUBLIC, 1024, SERVER, 53), 28));
  }

  @Test
  void aRedirectIsRelatedOnlyWhereNothingIsTranslated() {
    begin(Ipv4.UDP, CLIENT, 5000, SERVER, 53, SERVER, 53, PUBLIC, 1024);
    run(error(ROUTER, PUBLIC, 5, 1, FrameBuilder.udp(PUBLIC, 1024, SERVER, 53), 28));
    assertEquals(0, batch.liveCount);
    assertEquals(Reason.ICMP_UNRELATED.number(), batch.reason[0]);
    begin(Ipv4.UDP, CLIENT, 5000, HOST, 53, HOST, 53, CLIENT, 5000);
    int i = run(error(HOST, CLIENT, 5, 1, FrameBuilder.udp(CLIENT, 5000, HOST, 53), 28));
    assertEquals(Reason.RELATED.number(), batch.reason[i]);
  }

  @Test
  void anErrorWithTimeToLiveOneIsRelatedButDoesNotLeave() {
    int number = begin(Ipv4.UDP, CLIENT, 5000, SERVER, 53, SERVER, 53, PUBLIC, 1024);
    FrameBuilder about = FrameBuilder.udp(PUBLIC, 1024, SERVER, 53);
    byte[] before = error(ROUTER, PUBLIC, 3, 1, about, 28).ttl(1).datagram();
    int i = run(error(ROUTER, PUBLIC, 3, 1, about, 28).ttl(1));
    assertEquals(number, batch.session[i]);
    assertEquals(NONE, batch.outSegment[i]);
    new RelatedStage(table).process(batch, context);
    assertArrayEquals(before, batch.bytes.copy(batch.l3[i], before.length));
  }

  @Test
  void queriesAboutErrorsAndQuotedErrorsAreNotRelated() {
    begin(Ipv4.UDP, CLIENT, 5000, HOST, 53, HOST, 53, CLIENT, 5000);
    FrameBuilder about = FrameBuilder.udp(CLIENT, 5000, HOST, 53);
    assertMisses(error(HOST, CLIENT, 3, 3, error(CLIENT, HOST, 3, 3, about, 28), 60));
    assertMisses(FrameBuilder.icmp(HOST, CLIENT, 9, 0, 0).payload(about.datagram()));
  }

  /** Every cut of a quote, every byte of it replaced: found or not, never a read out of bounds. */
  @Test
  void survivesQuotesThatAreShortOrNonsense() {
    begin(Ipv4.TCP, CLIENT, 5000, SERVER, 53, SERVER, 53, PUBLIC, 1024);
    begin(Ipv4.ICMP, CLIENT, 7, SERVER, 0x0800, SERVER, 9, PUBLIC, 0x0000);
    SplittableRandom random = new SplittableRandom(7);
    for (FrameBuilder about :
        new FrameBuilder[] {
          FrameBuilder.tcp(PUBLIC, 1024, SERVER, 53)
              .ipOptions((byte) 1, (byte) 1, (byte) 1, (byte) 0),
          FrameBuilder.echo(PUBLIC, SERVER, 9, 1),
          FrameBuilder.udp(PUBLIC, 1024, SERVER, 53)
        }) {
      int length = about.datagram().length;
      for (int cut = 0; cut <= length; cut++) {
        leave(run(error(ROUTER, PUBLIC, 3, 1, about, cut)));
      }
      for (int k = 0; k < 5000; k++) {
        byte[] quote = about.datagram();
        quote[random.nextInt(quote.length)] = (byte) random.nextInt();
        quote[random.nextInt(24)] = (byte) random.nextInt();
        int cut = random.nextInt(quote.length + 1);
        leave(run(FrameBuilder.icmp(ROUTER, PUBLIC, 3, 1, 0).payload(Arrays.copyOf(quote, cut))));
      }
    }
  }

  @Test
  void survivesFramesTheCaptureCutInsideTheQuote() {
    begin(Ipv4.TCP, CLIENT, 5000, SERVER, 53, SERVER, 53, PUBLIC, 1024);
    FrameBuilder about = FrameBuilder.tcp(PUBLIC, 1024, SERVER, 53);
    FrameBuilder error = error(ROUTER, PUBLIC, 3, 1, about, 40);
    for (int present = 14 + 28; present < error.build().length; present++) {
      batch.clear();
      int i = Columns.add(batch, error, 1, NOW);
      batch.length[i] = present;
      stage.process(batch, context);
      assertEquals(present < 14 + 28 + 24 ? NONE : 0, batch.session[i]);
      leave(i);
    }
  }

  /** Any protocol, any translation, either direction, quotes of any length. */
  @Test
  void randomErrorsLeaveAsIfNothingHadBeenTranslated() {
    for (int seed = 0; seed < 20_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int protocol = new int[] {Ipv4.TCP, Ipv4.UDP, Ipv4.ICMP, 47}[random.nextInt(4)];
      Side client = new Side(random);
      Side server = new Side(random);
      Side clientSeen = random.nextBoolean() ? client : new Side(random);
      Side serverSeen = random.nextBoolean() ? server : new Side(random);
      // The client calls serverSeen and is seen as clientSeen by the server.
      int direction = random.nextInt(2);
      table.drain();
      int number =
          begin(
              protocol,
              client.address,
              client.port,
              serverSeen.address,
              protocol == Ipv4.ICMP ? 0x0800 : serverSeen.port,
              server.address,
              protocol == Ipv4.ICMP ? clientSeen.port : server.port,
              clientSeen.address,
              protocol == Ipv4.ICMP ? 0 : clientSeen.port);
      assertTrue(number >= 0);
      int payload = random.nextInt(40);
      long shape = random.nextLong();
      FrameBuilder as;
      FrameBuilder known;
      String to;
      String knownTo;
      String translatedSource;
      if (direction == 1) {
        as = packet(protocol, clientSeen, server, clientSeen.port, true, payload, shape);
        known = packet(protocol, client, serverSeen, client.port, true, payload, shape);
        to = clientSeen.address;
        knownTo = client.address;
        translatedSource = server.address.equals(serverSeen.address) ? null : serverSeen.address;
      } else {
        as = packet(protocol, serverSeen, client, client.port, false, payload, shape);
        known = packet(protocol, server, clientSeen, clientSeen.port, false, payload, shape);
        to = serverSeen.address;
        knownTo = server.address;
        translatedSource = client.address.equals(clientSeen.address) ? null : clientSeen.address;
      }
      int type = TYPES[random.nextInt(TYPES.length)];
      int minimum = as.datagram().length - as.transportLength() + (protocol == 47 ? 0 : 8);
      int cut = minimum + random.nextInt(60);
      // Half a TCP checksum can't be brought up to date.
      cut += protocol == Ipv4.TCP && cut == minimum + 9 ? 1 : 0;
      int i = run(error(ROUTER, to, type, 1, as, cut));
      assertEquals(number, batch.session[i], "seed " + seed);
      assertEquals(direction, batch.direction[i], "seed " + seed);
      assertLeaves(
          i,
          error(translatedSource == null ? ROUTER : translatedSource, knownTo, type, 1, known, cut),
          "seed " + seed);
    }
  }

  private static final class Side {
    final String address;
    final int port;

    Side(SplittableRandom random) {
      address = Ipv4Text.format(0x0a00_0000 | random.nextInt(1 << 24));
      port = random.nextInt(0x10000);
    }
  }

  private static FrameBuilder packet(
      int protocol, Side from, Side to, int id, boolean original, int payload, long shape) {
    FrameBuilder packet =
        switch (protocol) {
          case Ipv4.TCP -> FrameBuilder.tcp(from.address, from.port, to.address, to.port);
          case Ipv4.UDP -> FrameBuilder.udp(from.address, from.port, to.address, to.port);
          case Ipv4.ICMP ->
              FrameBuilder.icmp(from.address, to.address, original ? 8 : 0, 0, id << 16 | 3);
          default -> FrameBuilder.ipv4(from.address, to.address, protocol);
        };
    packet.payload(payload).id((int) shape & 0xffff);
    if ((shape & 1 << 16) != 0) {
      packet.ipOptions((byte) 1, (byte) 1, (byte) 1, (byte) 0);
    }
    if (protocol == Ipv4.UDP && (shape & 1 << 17) != 0) {
      packet.noUdpChecksum();
    }
    return packet;
  }

  private int begin(
      int protocol,
      String source,
      int sourcePort,
      String destination,
      int destinationPort,
      String replySource,
      int replySourcePort,
      String replyDestination,
      int replyDestinationPort) {
    boolean ports = protocol != 47;
    int number =
        tracker.begin(
            Ipv4Text.parse(source),
            Ipv4Text.parse(destination),
            ports ? sourcePort << 16 | destinationPort : 0,
            Ipv4Text.parse(replySource),
            Ipv4Text.parse(replyDestination),
            ports ? replySourcePort << 16 | replyDestinationPort : 0,
            protocol,
            Tcp.SYN,
            NOW);
    table.setHop(number, 0, 1, 1, 0);
    table.setHop(number, 1, 2, 2, 0);
    return number;
  }

  private static FrameBuilder error(
      String source, String destination, int type, int code, FrameBuilder about, int cut) {
    byte[] datagram = about.datagram();
    byte[] quote = Arrays.copyOf(datagram, Math.min(datagram.length, cut));
    return FrameBuilder.icmp(source, destination, type, code, 0).payload(quote);
  }

  private int run(FrameBuilder frame) {
    return run(frame, NOW);
  }

  private int run(FrameBuilder frame, long now) {
    batch.clear();
    batch.poison(0x5a5a_5a5a);
    int i = Columns.add(batch, frame, 1, now);
    stage.process(batch, context);
    return i;
  }

  private void assertMisses(FrameBuilder frame) {
    int i = run(frame);
    assertEquals(NONE, batch.session[i]);
    assertEquals(1, batch.liveCount);
    assertEquals(0, batch.reason[i]);
  }

  /** Runs what comes after, if the frame leaves. */
  private void leave(int i) {
    if (batch.session[i] != NONE) {
      new RelatedStage(table).process(batch, context);
      new RewriteStage(false).process(batch, context);
    }
  }

  private void assertLeaves(int i, FrameBuilder expected) {
    assertLeaves(i, expected, "");
  }

  private void assertLeaves(int i, FrameBuilder expected, String about) {
    leave(i);
    byte[] datagram = expected.ttl(63).datagram();
    assertArrayEquals(datagram, batch.bytes.copy(batch.l3[i], datagram.length), about);
    assertTrue(Ipv4.isChecksumRight(batch.bytes, batch.l3[i]));
    assertTrue(Checksum.isTransportRight(batch.bytes, batch.l3[i], batch.l4[i], batch.l3End[i]));
  }
}
