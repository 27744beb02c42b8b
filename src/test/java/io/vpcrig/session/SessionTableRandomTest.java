package io.vpcrig.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.header.Ipv4;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The table against a map that holds each session twice, on random operations at random times.
 * Early drops are the table's choice: the map follows, and checks that the choice was lawful.
 */
class SessionTableRandomTest {
  private static final int[] PROTOCOLS = {Ipv4.ICMP, Ipv4.TCP, Ipv4.UDP, 47};
  private static final long SECOND = 1_000_000_000L;

  private record Tuple(int source, int destination, int ports, int protocol) {}

  private static final class Twin {
    final int number;
    final Tuple original;
    final Tuple reply;
    long expiresNs;
    boolean assured;

    Twin(int number, Tuple original, Tuple reply, long expiresNs) {
      this.number = number;
      this.original = original;
      this.reply = reply;
      this.expiresNs = expiresNs;
    }

    boolean isOver(long nowNs) {
      return nowNs >= expiresNs;
    }
  }

  private final Map<Tuple, Twin> byTuple = new HashMap<>();
  private final Map<Integer, Twin> byNumber = new HashMap<>();
  private SplittableRandom random;
  private long now;
  private boolean full;
  private int drops;
  private int hits;

  @ParameterizedTest
  @CsvSource({
    "1, 1, 8, 60000",
    "2, 30, 40, 300000",
    "3, 500, 400, 600000",
    "4, 5000, 4000, 800000",
    "5, 60000, 30000, 1000000",
    "6, 2000, 100000, 500000"
  })
  void agreesWithAMap(long seed, int capacity, int tuples, int operations) {
    random = new SplittableRandom(seed);
    now = seed * SECOND * 1_000_000;
    try (SessionTable table = new SessionTable(capacity, this::closed)) {
      for (int k = 0; k < operations; k++) {
        try {
          step(table, tuples);
        } catch (AssertionError | RuntimeException e) {
          throw new AssertionError("seed " + seed + ", operation " + k + ": " + e.getMessage(), e);
        }
      }
      assertTrue(hits > operations / 200, "only " + hits + " hits");
      assertEquals(drops, table.droppedEarly());
      table.drain();
      assertEquals(0, table.size());
      assertTrue(byNumber.isEmpty());
      assertEquals(0, table.index().size());
    }
  }

  private void step(SessionTable table, int tuples) {
    int what = random.nextInt(100);
    if (what < 55) {
      find(table, tuple(tuples));
    } else if (what < 75) {
      create(table, tuple(tuples), tuple(tuples));
    } else if (what < 85) {
      change(table, tuple(tuples));
    } else if (what < 90) {
      Twin twin = live(tuple(tuples));
      if (twin != null) {
        table.end(twin.number);
      }
    } else if (what < 99) {
      now += random.nextLong(200 * SECOND / tuples);
    } else if (random.nextInt(20 + tuples / 5) > 0) {
      table.expire(now, random.nextInt(20));
    } else {
      now += random.nextLong(random.nextBoolean() ? 100 * SECOND : 3_000 * SECOND);
      table.expire(now, Integer.MAX_VALUE);
      byNumber.values().forEach(twin -> assertTrue(!isLongOver(twin), "not swept"));
    }
    assertEquals(byNumber.size(), table.size());
  }

  private void find(SessionTable table, Tuple tuple) {
    Twin twin = live(tuple);
    int expected =
        twin == null ? SessionTable.NONE : twin.number << 1 | (twin.original.equals(tuple) ? 0 : 1);
    assertEquals(
        expected,
        table.find(tuple.source, tuple.destination, tuple.ports, tuple.protocol, now),
        tuple.toString());
    hits += twin == null ? 0 : 1;
  }

  private void create(SessionTable table, Tuple original, Tuple wanted) {
    Tuple reply =
        random.nextInt(4) > 0
            ? inverse(original)
            : new Tuple(wanted.source, wanted.destination, wanted.ports, original.protocol);
    boolean taken = live(original) != null || live(reply) != null;
    full = byNumber.size() == table.capacity();
    long expires = now + 1 + random.nextLong(random.nextBoolean() ? 5 * SECOND : 2_000 * SECOND);
    int number =
        table.create(
            original.source,
            original.destination,
            original.ports,
            reply.source,
            reply.destination,
            reply.ports,
            original.protocol,
            now,
            expires);
    full = false;
    if (taken) {
      assertEquals(SessionTable.TAKEN, number);
      return;
    }
    if (number == SessionTable.FULL) {
      assertEquals(table.capacity(), byNumber.size());
      assertTrue(byNumber.values().stream().noneMatch(this::isLongOver), "full of dead sessions");
      return;
    }
    Twin twin = new Twin(number, original, reply, expires);
    assertEquals(null, byNumber.put(number, twin), "number in use");
    byTuple.put(original, twin);
    byTuple.put(reply, twin);
  }

  private void change(SessionTable table, Tuple tuple) {
    Twin twin = live(tuple);
    if (twin == null) {
      return;
    }
    if (random.nextInt(3) == 0) {
      twin.assured = true;
      table.setAssured(twin.number);
    } else {
      twin.expiresNs = now + random.nextLong(1_500 * SECOND);
      table.setExpiresNs(twin.number, twin.expiresNs);
    }
  }

  private void closed(SessionTable table, int number) {
    Twin twin = byNumber.remove(number);
    assertNotNull(twin, "ended twice");
    if (full && !twin.isOver(now)) {
      assertTrue(!twin.assured, "dropped an assured session");
      drops++;
    }
    byTuple.remove(twin.original);
    byTuple.remove(twin.reply);
    assertEquals(twin.original.source, table.source(number, 0));
    assertEquals(twin.reply.ports, table.ports(number, 1));
    assertEquals(twin.expiresNs, table.expiresNs(number));
  }

  /** The session of a tuple if it is not over; the map forgets over ones when the table tells. */
  private Twin live(Tuple tuple) {
    Twin twin = byTuple.get(tuple);
    return twin == null || twin.isOver(now) ? null : twin;
  }

  /** Over for so long that the wheel must have taken it. */
  private boolean isLongOver(Twin twin) {
    return now - twin.expiresNs > 3 * SECOND + SECOND / 4;
  }

  private Tuple tuple(int tuples) {
    int k = random.nextInt(tuples);
    int protocol = PROTOCOLS[k & 3];
    int ports =
        switch (protocol) {
          case Ipv4.ICMP -> k << 16 | 8 << 8;
          case 47 -> 0;
          default -> (1024 + k) << 16 | 80 + (k & 1);
        };
    Tuple tuple = new Tuple(0x0a000000 | k >> 2, 0x0a800000 | k & 7, ports, protocol);
    return random.nextBoolean() ? tuple : inverse(tuple);
  }

  private static Tuple inverse(Tuple t) {
    return new Tuple(t.destination, t.source, Tuples.invertPorts(t.ports, t.protocol), t.protocol);
  }
}
