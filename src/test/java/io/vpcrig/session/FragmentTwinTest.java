package io.vpcrig.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.Verdict;
import io.vpcrig.stage.StageContext;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.telemetry.TraceRing;
import io.vpcrig.testing.FrameBuilder;
import io.vpcrig.testing.PlainParser;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Fragments in random order, with losses, repeats, overlaps and pauses, against a slow twin. */
class FragmentTwinTest {
  private static final int BATCH = 32;

  /** A frame on its way in, and what the twin says of it. */
  private record Sent(
      byte[] bytes,
      int segment,
      long timeNs,
      PlainReassembly.Key key,
      PlainReassembly.Piece piece) {}

  @Test
  void agreesWithASlowTwin() {
    long seed = System.nanoTime();
    Map<String, Integer> seen = new TreeMap<>();
    for (int round = 0; round < 600; round++) {
      run(seed + round, seen);
    }
    for (String kind :
        List.of("held", "complete", "FRAGMENT_DUPLICATE", "FRAGMENT_OVERLAP", "FRAGMENT_EMPTY")) {
      assertTrue(seen.getOrDefault(kind, 0) > 10, () -> "too few of " + kind + " in " + seen);
    }
  }

  private static void run(long seed, Map<String, Integer> seen) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Sent> input = input(random);
    PlainReassembly twin = new PlainReassembly();
    Map<Long, byte[]> bytesByNumber = new HashMap<>();
    input.forEach(sent -> bytesByNumber.put(sent.piece.number(), sent.bytes));
    try (FragmentTable table = new FragmentTable();
        FrameBatch batch = new FrameBatch(1024)) {
      FragmentStage stage = new FragmentStage(table);
      StageContext context = new StageContext(new TraceRing(2));
      for (int from = 0; from < input.size(); from += BATCH) {
        List<Sent> part = input.subList(from, Math.min(from + BATCH, input.size()));
        batch.clear();
        batch.poison(random.nextInt());
        part.forEach(sent -> put(batch, sent));
        stage.process(batch, context);
        check(batch, part, twin, bytesByNumber, seed, seen);
      }
    }
  }

  private static void put(FrameBatch batch, Sent sent) {
    int i = FrameBuilder.add(batch, sent.bytes, 1, sent.timeNs);
    PlainParser.parse(batch, i, sent.segment);
    batch.number[i] = sent.piece.number();
  }

  private static void check(
      FrameBatch batch,
      List<Sent> part,
      PlainReassembly twin,
      Map<Long, byte[]> bytesByNumber,
      long seed,
      Map<String, Integer> seen) {
    List<Long> expectedLive = new ArrayList<>();
    for (int i = 0; i < part.size(); i++) {
      Sent sent = part.get(i);
      String expected = twin.offer(sent.key, sent.piece);
      String verdict =
          switch (batch.verdict[i]) {
            case Verdict.PENDING -> "complete";
            case Verdict.HELD -> "held";
            default -> Reason.of(batch.reason[i]).name();
          };
      boolean complete = expected.startsWith("[");
      assertEquals(complete ? "complete" : expected, verdict, () -> "seed " + seed);
      if (complete) {
        for (String number : expected.substring(1, expected.length() - 1).split(", ")) {
          expectedLive.add(Long.parseLong(number));
        }
      }
      seen.merge(verdict, 1, Integer::sum);
    }
    List<Long> live = new ArrayList<>();
    for (int k = 0; k < batch.liveCount; k++) {
      int i = batch.live[k];
      live.add(batch.number[i]);
      byte[] bytes = batch.bytes.copy(batch.start[i], batch.length[i]);
      assertArrayEquals(bytesByNumber.get(batch.number[i]), bytes, () -> "seed " + seed);
      assertEquals(0x1234_0000 | batch.protocol[i], batch.ports[i], () -> "seed " + seed);
    }
    assertEquals(expectedLive, live, () -> "seed " + seed);
  }

  /** Several datagrams cut at random, their pieces shuffled, some lost, repeated or moved. */
  private static List<Sent> input(SplittableRandom random) {
    List<Sent> pieces = new ArrayList<>();
    for (int datagram = random.nextInt(1, 12); datagram > 0; datagram--) {
      cut(random, pieces);
    }
    List<Sent> input = new ArrayList<>();
    long time = 1_000_000_000_000L;
    while (!pieces.isEmpty()) {
      Sent piece = pieces.get(random.nextInt(Math.min(pieces.size(), 8)));
      if (random.nextInt(8) != 0) {
        pieces.remove(piece);
      }
      time += random.nextInt(40) == 0 ? 12_000_000_000L : random.nextInt(1_000_000);
      time -= random.nextInt(50) == 0 ? 5_000_000_000L : 0;
      PlainReassembly.Piece p = piece.piece;
      input.add(
          new Sent(
              piece.bytes,
              piece.segment,
              time,
              piece.key,
              new PlainReassembly.Piece(
                  input.size() + 1, p.headerLength(), p.from(), p.length(), p.more(), time)));
    }
    // Every frame has its own bytes, to tell them apart: the number stands in the MACs.
    input.replaceAll(FragmentTwinTest::numbered);
    return input;
  }

  private static Sent numbered(Sent sent) {
    byte[] bytes = sent.bytes.clone();
    bytes[4] = (byte) (sent.piece.number() >>> 8);
    bytes[5] = (byte) sent.piece.number();
    return new Sent(bytes, sent.segment, sent.timeNs, sent.key, sent.piece);
  }

  private static void cut(SplittableRandom random, List<Sent> pieces) {
    String[] guests = {"10.10.1.10", "10.10.1.11"};
    String source = guests[random.nextInt(2)];
    int protocol = random.nextBoolean() ? 17 : 6;
    int id = random.nextInt(3);
    int segment = 1 + random.nextInt(2);
    FrameBuilder whole =
        protocol == 17
            ? FrameBuilder.udp(source, 0x1234, "198.51.100.50", 17)
            : FrameBuilder.tcp(source, 0x1234, "198.51.100.50", 6);
    whole.payload(random.nextInt(30, 700)).id(id);
    int length = whole.transportLength();
    int from = 0;
    while (from < length) {
      int rest = from == 0 ? length - 1 & ~7 : length - from;
      int size = Math.min(rest, 24 + 8 * random.nextInt(20));
      add(pieces, whole, source, protocol, id, segment, from, size, from + size < length);
      if (random.nextInt(15) == 0 && from > 0) {
        // An overlap, a piece of a piece, or one of odd length with more to follow.
        int shift = from - 8 * random.nextInt(1, 3);
        int other = Math.min(random.nextInt(shift == 0 ? 24 : 6, 60), length - shift);
        boolean more = shift == 0 || random.nextInt(4) != 0;
        add(pieces, whole, source, protocol, id, segment, shift, other, more);
      }
      from += size;
    }
    if (random.nextInt(4) == 0) {
      pieces.remove(random.nextInt(pieces.size()));
    }
  }

  private static void add(
      List<Sent> pieces,
      FrameBuilder whole,
      String source,
      int protocol,
      int id,
      int segment,
      int from,
      int size,
      boolean more) {
    var key =
        new PlainReassembly.Key(io.vpcrig.model.Ipv4Text.parse(source), 0, protocol, id, segment);
    var piece = new PlainReassembly.Piece(0, 20, from, size, more, 0);
    pieces.add(new Sent(whole.fragment(from, size, more).build(), segment, 0, key, piece));
  }
}
