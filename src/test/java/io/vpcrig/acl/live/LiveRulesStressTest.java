package io.vpcrig.acl.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.acl.Classifiers;
import io.vpcrig.acl.MatchRule;
import io.vpcrig.acl.RuleSet;
import io.vpcrig.acl.live.LiveSamples.Header;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Readers ask whole batches while a writer edits and a background thread compiles. Every batch must
 * be answered as the plain list after exactly one edit says, and that edit must not lie before the
 * batch began nor behind its end.
 */
@Timeout(120)
class LiveRulesStressTest {
  private static final long SEED = Long.getLong("vpcrig.seed", 20_261_127);
  private static final int EDITS = 4_000;
  private static final int READERS = 3;
  private static final int BATCH = 64;

  private final ConcurrentHashMap<Integer, List<MatchRule>> twins = new ConcurrentHashMap<>();
  private final AtomicLong recompiled = new AtomicLong();

  /** The edit that is being made, and the last that is done. */
  private volatile int begun;

  private volatile int done;

  private record Batch(int from, int to, List<Header> headers, List<Integer> answers) {}

  @Test
  void everyBatchSeesTheListAfterExactlyOneEdit() throws Exception {
    var random = new SplittableRandom(SEED);
    List<MatchRule> twin = new ArrayList<>(LiveSamples.rules(150, random));
    LiveRules live =
        new LiveRules(RuleSet.of(twin), rules -> Classifiers.choose(rules).classifier());
    twins.put(0, List.copyOf(twin));
    try (ExecutorService threads = Executors.newCachedThreadPool();
        ExecutorService background = Executors.newSingleThreadExecutor()) {
      List<Future<List<Batch>>> readers = new ArrayList<>();
      for (int r = 0; r < READERS; r++) {
        SplittableRandom own = random.split();
        readers.add(threads.submit(() -> read(live, own)));
      }
      write(live, twin, background, random);
      for (Future<List<Batch>> reader : readers) {
        List<Batch> batches = reader.get();
        assertTrue(batches.size() > 10, "only " + batches.size() + " batches");
        for (Batch batch : batches) {
          assertTrue(isOfOneVersion(batch), () -> "mixed: seed " + SEED + " " + batch);
        }
      }
    }
    assertTrue(recompiled.get() > 0, "never compiled anew");
    assertEquals(twin, live.current().rules().rules());
  }

  private void write(
      LiveRules live, List<MatchRule> twin, ExecutorService background, SplittableRandom random)
      throws InterruptedException {
    var lock = new ReentrantLock();
    var recompiler = new Recompiler(Recompiler.on(background), lock, recompiled::incrementAndGet);
    for (int edit = 1; edit <= EDITS; edit++) {
      lock.lock();
      try {
        int at = random.nextInt(twin.size());
        int to = random.nextInt(twin.size());
        boolean replaces = random.nextBoolean();
        MatchRule rule = LiveSamples.rule(1_000 + edit, random);
        if (replaces) {
          twin.set(at, rule);
        } else {
          twin.add(to, twin.remove(at));
        }
        twins.put(edit, List.copyOf(twin));
        begun = edit;
        if (replaces) {
          live.replace(at, rule);
        } else {
          live.move(at, to);
        }
        done = edit;
        recompiler.edited(live);
      } finally {
        lock.unlock();
      }
      if (edit % 16 == 0) {
        Thread.sleep(1);
      }
    }
  }

  private List<Batch> read(LiveRules live, SplittableRandom random) {
    List<Batch> batches = new ArrayList<>();
    while (done < EDITS) {
      List<Header> headers = new ArrayList<>();
      int[][] columns = new int[4][BATCH];
      int[] all = new int[BATCH];
      for (int i = 0; i < BATCH; i++) {
        Header header = Header.random(random);
        headers.add(header);
        columns[0][i] = header.source();
        columns[1][i] = header.destination();
        columns[2][i] = header.ports();
        columns[3][i] = header.protocol();
        all[i] = i;
      }
      int[] result = new int[BATCH];
      int from = done;
      OverlayClassifier version = live.current();
      int to = begun;
      version.classify(columns[0], columns[1], columns[2], columns[3], all, BATCH, result);
      List<Integer> answers = new ArrayList<>();
      for (int slot : result) {
        answers.add(LiveSamples.id(version, slot));
      }
      batches.add(new Batch(from, to, headers, answers));
    }
    // Enough to be judged one by one, spread over the whole run.
    int step = Math.max(1, batches.size() / 300);
    List<Batch> kept = new ArrayList<>();
    for (int b = 0; b < batches.size(); b += step) {
      kept.add(batches.get(b));
    }
    return kept;
  }

  private boolean isOfOneVersion(Batch batch) {
    for (int edit = batch.from; edit <= batch.to; edit++) {
      List<MatchRule> twin = twins.get(edit);
      boolean same = true;
      for (int i = 0; i < BATCH && same; i++) {
        same = LiveSamples.define(twin, batch.headers.get(i)) == batch.answers.get(i);
      }
      if (same) {
        return true;
      }
    }
    return false;
  }
}
