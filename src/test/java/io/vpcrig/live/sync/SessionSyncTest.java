package io.vpcrig.live.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.Verdict;
import io.vpcrig.header.Ipv4;
import io.vpcrig.session.SessionState;
import io.vpcrig.session.SessionTable;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two routers' tables over a wire that loses, doubles and swaps datagrams; virtual time. */
final class SessionSyncTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long STEP = 1_000_000L;
  private static final int SERVER = 0xcb00_7101;

  private final List<Side> sides = new ArrayList<>();
  private long now = 1_000 * SECOND;
  private SplittableRandom random = new SplittableRandom(1);
  private int losing;

  /** One router's table and its half of the wire. */
  private final class Side implements Datagrams {
    private final SessionTable table;
    private final FrameBatch batch = new FrameBatch(64);
    private final ArrayDeque<byte[]> coming = new ArrayDeque<>();
    private final SessionSync sync;
    private Side other;

    Side(int capacity, long id) {
      table = new SessionTable(capacity, (t, number) -> ended(number));
      sync = new SessionSync(table, this, id);
    }

    private void ended(int number) {
      sync.ended(number);
    }

    @Override
    public void send(byte[] from, int offset, int length) {
      int chance = random.nextInt(100);
      if (chance < losing) {
        return;
      }
      byte[] datagram = java.util.Arrays.copyOfRange(from, offset, offset + length);
      if (chance < 2 * losing && !other.coming.isEmpty()) {
        byte[] before = other.coming.removeLast();
        other.coming.add(datagram);
        other.coming.add(before);
        other.coming.add(datagram);
      } else {
        other.coming.add(datagram);
      }
    }

    @Override
    public int receive(byte[] to) {
      byte[] datagram = coming.poll();
      if (datagram == null) {
        return -1;
      }
      System.arraycopy(datagram, 0, to, 0, datagram.length);
      return datagram.length;
    }

    int begin(int client, long timeoutNs) {
      int number =
          table.create(
              client,
              SERVER,
              40_000 << 16 | 443,
              SERVER,
              0xcb00_710a,
              443 << 16 | client & 0xffff,
              Ipv4.TCP,
              now,
              now + timeoutNs);
      if (number >= 0) {
        table.setState(number, SessionState.SYN_SENT);
      }
      return number;
    }

    /** A batch with a frame of each of these sessions. */
    void forward(int... numbers) {
      batch.clear();
      batch.size = numbers.length;
      for (int i = 0; i < numbers.length; i++) {
        batch.plain[i] = 0;
        batch.verdict[i] = Verdict.FORWARD;
        batch.session[i] = numbers[i];
      }
      sync.look(batch, now);
    }

    Map<Integer, String> content() {
      return content(0);
    }

    /** Sessions that live longer than that, by client. */
    Map<Integer, String> content(long leftNs) {
      Map<Integer, String> content = new TreeMap<>();
      table.forEach(
          number -> {
            if (table.expiresNs(number) > now + leftNs) {
              content.put(
                  table.source(number, 0),
                  table.state(number)
                      + " "
                      + table.hasSeenReply(number)
                      + " "
                      + table.isAssured(number)
                      + " "
                      + table.ports(number, 1));
            }
          });
      return content;
    }
  }

  private Side side(int capacity, long id) {
    Side side = new Side(capacity, id);
    sides.add(side);
    return side;
  }

  @AfterEach
  void close() {
    for (Side side : sides) {
      side.table.close();
      side.batch.close();
    }
  }

  private void wire(Side a, Side b) {
    a.other = b;
    b.other = a;
  }

  private void run(Side a, Side b, long ns) throws IOException {
    for (long end = now + ns; now < end; now += STEP) {
      a.sync.poll(now);
      b.sync.poll(now);
    }
  }

  private Side[] pair(int capacity) throws IOException {
    Side worker = side(capacity, 11);
    Side standby = side(capacity, 22);
    wire(worker, standby);
    worker.sync.takeOver(now);
    run(worker, standby, SECOND / 2);
    assertFalse(standby.sync.isBehind());
    return new Side[] {worker, standby};
  }

  @Test
  void whatIsBegunChangedAndEndedIsKnownThereWithinAMillisecond() throws IOException {
    Side[] pair = pair(100);
    int number = pair[0].begin(1, 100 * SECOND);
    pair[0].forward(number);
    run(pair[0], pair[1], 2 * STEP);
    assertEquals(pair[0].content(), pair[1].content());
    pair[0].table.setState(number, SessionState.ESTABLISHED);
    pair[0].table.setSeenReply(number);
    pair[0].table.setAssured(number);
    pair[0].forward(number);
    run(pair[0], pair[1], 2 * STEP);
    assertEquals(Map.of(1, "3 true true 29032449"), pair[1].content());
    pair[0].table.end(number);
    run(pair[0], pair[1], 2 * STEP);
    assertEquals(Map.of(), pair[1].content());
  }

  @Test
  void aSessionThatLivesOnIsToldOfOnceAQuarterOfItsTimeOut() throws IOException {
    Side[] pair = pair(100);
    int number = pair[0].begin(1, 120 * SECOND);
    pair[0].forward(number);
    long told = pair[0].sync.told();
    for (int second = 0; second < 600; second++) {
      now += SECOND / 2;
      pair[0].table.setExpiresNs(number, now + 120 * SECOND);
      pair[0].forward(number);
      run(pair[0], pair[1], 2 * STEP);
      long left = pair[1].table.expiresNs(0) - now;
      assertTrue(left >= 89 * SECOND, "second " + second + ": " + left + " ns left there");
    }
    assertTrue(pair[0].sync.told() - told <= 10, "told " + (pair[0].sync.told() - told));
  }

  @Test
  void whoStartsLaterGetsEverything() throws IOException {
    Side worker = side(40_000, 11);
    worker.sync.takeOver(now);
    for (int client = 1; client <= 30_000; client++) {
      worker.begin(client, 1_000 * SECOND);
    }
    Side standby = side(40_000, 22);
    wire(worker, standby);
    standby.sync.poll(now);
    run(worker, standby, SECOND);
    assertEquals(30_000, standby.table.size());
    assertFalse(standby.sync.isBehind());
    assertEquals(List.of(), differences(worker, standby));
  }

  @Test
  void aStartedAnewRouterIsBehindUntilItHasEverything() throws IOException {
    Side[] pair = pair(10_000);
    for (int client = 1; client <= 9_000; client++) {
      pair[0].begin(client, 1_000 * SECOND);
    }
    Side again = side(10_000, 33);
    wire(pair[0], again);
    again.sync.poll(now);
    pair[0].sync.poll(now);
    again.sync.poll(now);
    assertTrue(again.sync.isBehind());
    run(pair[0], again, SECOND);
    assertFalse(again.sync.isBehind());
    assertEquals(List.of(), differences(pair[0], again));
  }

  @Test
  void afterASilenceEverythingIsToldAndWhatEndedMeanwhileIsGone() throws IOException {
    Side[] pair = pair(1_000);
    int[] numbers = new int[50];
    for (int k = 0; k < 50; k++) {
      numbers[k] = pair[0].begin(k + 1, 1_000 * SECOND);
    }
    pair[0].forward(numbers);
    run(pair[0], pair[1], 10 * STEP);
    losing = 100;
    for (int k = 0; k < 25; k++) {
      pair[0].table.end(numbers[k]);
    }
    run(pair[0], pair[1], 3 * SECOND);
    pair[0].forward(pair[0].begin(777, 1_000 * SECOND));
    assertEquals(50, pair[1].content().size());
    losing = 0;
    run(pair[0], pair[1], SECOND);
    assertEquals(26, pair[1].content().size());
    assertEquals(pair[0].content(), pair[1].content());
  }

  @Test
  void moreLostThanIsKeptIsToldAnew() throws IOException {
    Side[] pair = pair(100_000);
    losing = 100;
    for (int client = 1; client <= 60_000; client += 20) {
      int[] numbers = new int[20];
      for (int k = 0; k < 20; k++) {
        numbers[k] = pair[0].begin(client + k, 1_000 * SECOND);
      }
      pair[0].forward(numbers);
    }
    assertTrue(pair[0].sync.stream().sent() > SyncStream.KEPT + 100);
    losing = 0;
    run(pair[0], pair[1], 2 * SECOND);
    assertEquals(1, pair[1].sync.stream().gaps());
    assertEquals(List.of(), differences(pair[0], pair[1]));
  }

  @Test
  void ofTwoMastersBothKeepTheirsAndTheLoserOffersItsOwn() throws IOException {
    Side[] pair = pair(1_000);
    losing = 100;
    run(pair[0], pair[1], 2 * SECOND);
    pair[1].sync.takeOver(now);
    pair[0].begin(1, 1_000 * SECOND);
    pair[1].begin(2, 1_000 * SECOND);
    int both = pair[0].begin(3, 1_000 * SECOND);
    pair[0].table.setState(both, SessionState.ESTABLISHED);
    pair[1].begin(3, 1_000 * SECOND);
    losing = 0;
    run(pair[0], pair[1], STEP);
    pair[1].sync.giveWay(now);
    run(pair[0], pair[1], SECOND);
    assertEquals(List.of(1, 2, 3), List.copyOf(pair[0].content().keySet()));
    assertTrue(pair[0].content().get(3).startsWith("3 "), "the master's own stays");
    assertEquals(pair[0].content(), pair[1].content());
  }

  /** Random work, losses, deaths and takeovers: whenever it is quiet, both know the same. */
  @Test
  void tablesAgreeWheneverTheWireIsWholeForASecond() throws IOException {
    for (long seed = 0; seed < 60; seed++) {
      random = new SplittableRandom(seed);
      Side[] pair = pair(3_000);
      int working = 0;
      for (int part = 0; part < 6; part++) {
        losing = random.nextInt(4) == 0 ? 100 : random.nextInt(30);
        for (int step = random.nextInt(2_500); step > 0; step--) {
          work(pair[working]);
          run(pair[0], pair[1], STEP);
        }
        losing = 0;
        run(pair[0], pair[1], SECOND);
        assertEquals(
            List.of(),
            differences(pair[working], pair[1 - working]),
            "seed " + seed + ", part " + part);
        if (random.nextBoolean()) {
          pair[working].sync.giveWay(now);
          working = 1 - working;
          pair[working].sync.takeOver(now);
          run(pair[0], pair[1], SECOND);
        }
      }
    }
  }

  /** But for sessions that end soon: the other table may be a quarter of their time-out apart. */
  private List<String> differences(Side worker, Side standby) {
    List<String> found = new ArrayList<>();
    Map<Integer, String> all = worker.content(0);
    Map<Integer, String> others = standby.content(0);
    worker
        .content(26 * SECOND)
        .forEach(
            (client, what) -> {
              if (!what.equals(others.get(client))) {
                found.add(client + ": " + what + ", there " + others.get(client));
              }
            });
    for (int client : standby.content(26 * SECOND).keySet()) {
      if (!all.containsKey(client)) {
        found.add(client + ": only there");
      }
    }
    return found.subList(0, Math.min(found.size(), 10));
  }

  private void work(Side side) {
    int[] numbers = new int[random.nextInt(30)];
    int count = 0;
    for (int k = 0; k < numbers.length; k++) {
      int client = random.nextInt(1, 2_500);
      int entry = side.table.find(client, SERVER, 40_000 << 16 | 443, Ipv4.TCP, now);
      int number =
          entry == SessionTable.NONE
              ? side.begin(client, (1 + random.nextInt(100)) * SECOND)
              : entry >>> 1;
      if (number < 0) {
        continue;
      }
      switch (random.nextInt(4)) {
        case 0 -> side.table.setState(number, random.nextInt(1, 10));
        case 1 -> side.table.setSeenReply(number);
        case 2 -> side.table.setExpiresNs(number, now + random.nextLong(100 * SECOND));
        default -> {
          if (random.nextInt(3) == 0) {
            side.table.end(number);
            continue;
          }
        }
      }
      numbers[count++] = number;
    }
    side.forward(java.util.Arrays.copyOf(numbers, count));
  }

  @Test
  void noDatagramUpsetsIt() throws IOException {
    Side[] pair = pair(1_000);
    for (int k = 1; k <= 500; k++) {
      pair[0].forward(pair[0].begin(k, 1_000 * SECOND));
    }
    List<byte[]> caught = new ArrayList<>(pair[1].coming);
    assertTrue(caught.size() >= 100);
    for (int round = 0; round < 100_000; round++) {
      byte[] datagram = caught.get(random.nextInt(caught.size())).clone();
      for (int k = random.nextInt(5); k > 0; k--) {
        datagram[random.nextInt(datagram.length)] = (byte) random.nextInt(256);
      }
      if (random.nextInt(5) == 0) {
        datagram = java.util.Arrays.copyOf(datagram, random.nextInt(Datagrams.LONGEST));
      }
      pair[1].coming.add(datagram);
      pair[1].sync.poll(now);
      assertTrue(pair[1].table.size() <= 1_000);
    }
  }

  @Test
  void lookingAndTellingAllocateNothing() throws IOException {
    Side[] pair = pair(1_000);
    int[] numbers = new int[60];
    for (int k = 0; k < 60; k++) {
      numbers[k] = pair[0].begin(k + 1, 1_000 * SECOND);
    }
    losing = 100;
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 50; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int k = 0; k < 200; k++) {
        pair[0].table.setState(numbers[k % 60], 1 + k % 9);
        pair[0].forward(numbers);
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertEquals(0, least);
  }
}
