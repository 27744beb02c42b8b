package io.vpcrig.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/**
 * One writer, several readers. Each /24 has next hops of its own, so an answer from another one's
 * block, or from no moment at all, is told apart from a right one.
 */
class PrefixTableConcurrencyTest {
  private static final int READERS = 3;
  private static final long MILLISECONDS = 700;
  private static final int BATCH = 64;

  @Test
  void readersNeverGetAnAnswerOfABlocksEarlierOrLaterLoan() throws Exception {
    // One block, which the /24s take from one another all the time.
    PrefixTable table = new PrefixTable(100, 1);
    int sites = 4;
    for (int site = 0; site < sites; site++) {
      table.add(site << 8, 24, shortHop(site));
    }
    long changes =
        stress(
            table,
            round -> {
              int site = round % sites;
              table.add(site << 8 | 0x80, 25, longHop(site));
              table.withdraw(site << 8 | 0x80, 25);
            },
            address -> {
              int site = address >>> 8;
              return (address & 0x80) == 0
                  ? List.of(shortHop(site))
                  : List.of(shortHop(site), longHop(site));
            },
            sites << 8);
    assertTrue(changes > 100, () -> "the writer made but " + changes + " rounds");
  }

  @Test
  void readersGetTheOldOrTheNewRouteWhileWideRoutesComeAndGo() throws Exception {
    PrefixTable table = new PrefixTable(100, 4);
    table.add(0, 8, 1);
    table.add(0x0000_0200, 25, 2);
    table.add(0x0000_0300, 32, 3);
    stress(
        table,
        round -> {
          table.add(0, 16, 10 + (round & 1));
          if ((round & 2) != 0) {
            table.withdraw(0, 16);
          }
        },
        address ->
            address >>> 7 == 0x0000_0200 >>> 7
                ? List.of(2)
                : address == 0x0000_0300 ? List.of(3) : List.of(1, 10, 11),
        4 << 8);
  }

  private interface Change {
    void make(int round);
  }

  private interface Legal {
    List<Integer> nextHops(int address);
  }

  /**
   * Runs the writer and the readers for a while, over addresses 0 to {@code end}; rounds written.
   */
  private static long stress(PrefixTable table, Change change, Legal legal, int end)
      throws InterruptedException, ExecutionException {
    AtomicBoolean stop = new AtomicBoolean();
    long rounds = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(READERS)) {
      List<Future<String>> readers = new ArrayList<>();
      for (int reader = 0; reader < READERS; reader++) {
        int form = reader;
        readers.add(threads.submit(() -> read(table, legal, end, form, stop)));
      }
      long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(MILLISECONDS);
      while (System.nanoTime() < until) {
        change.make((int) rounds++);
      }
      stop.set(true);
      for (Future<String> reader : readers) {
        assertEquals("", reader.get());
      }
    }
    return rounds;
  }

  /**
   * Looks up one by one, in scalar batches or by gathers, as {@code form} says; the first error.
   */
  private static String read(
      PrefixTable table, Legal legal, int end, int form, AtomicBoolean stop) {
    int[] addresses = new int[BATCH];
    int[] nextHops = new int[BATCH];
    boolean[][] isLegal = new boolean[end][];
    for (int address = 0; address < end; address++) {
      isLegal[address] = new boolean[PrefixTable.MAX_NEXT_HOP + 1];
      for (int nextHop : legal.nextHops(address)) {
        isLegal[address][nextHop] = true;
      }
    }
    for (int next = 0; !stop.get(); ) {
      for (int i = 0; i < BATCH; i++) {
        addresses[i] = next;
        next = (next + 129) % end;
      }
      if (form == 0) {
        for (int i = 0; i < BATCH; i++) {
          nextHops[i] = table.find(addresses[i]);
        }
      } else {
        table.find(addresses, 0, BATCH, nextHops, form == 1 ? LookupForm.LOOP : LookupForm.GATHER);
      }
      for (int i = 0; i < BATCH; i++) {
        if (nextHops[i] < 0 || !isLegal[addresses[i]][nextHops[i]]) {
          return "address " + addresses[i] + " got next hop " + nextHops[i];
        }
      }
    }
    return "";
  }

  private static int shortHop(int site) {
    return 1 + site;
  }

  private static int longHop(int site) {
    return 101 + site;
  }
}
