package io.vpcrig.bench.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.acl.live.Recompiler;
import io.vpcrig.engine.LiveVpc;
import io.vpcrig.engine.Snapshot;
import io.vpcrig.engine.SnapshotCell;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.Verdict;
import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Action;
import io.vpcrig.model.Direction;
import io.vpcrig.model.Vpc;
import io.vpcrig.telemetry.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A worker at full speed, and a writer that changes a thousand rules every tenth of a second. No
 * established connection is lost, every frame is decided, each by one policy, and a connection that
 * the old policy and the new one allow is never refused.
 *
 * <p>{@code -Dvpcrig.survive.seconds=60} is the long form.
 */
@Timeout(600)
class ConversationsSurviveTest {
  private static final double SECONDS = Integer.getInteger("vpcrig.survive.seconds", 2);
  private static final long PERIOD_NS = 100_000_000;

  /** In each direction: a list has twice as many, and all but those of the services change. */
  private static final int RULES = 508;

  private static final int CHANGED = 1000;
  private static final Scenario SCENARIO =
      new Scenario(Variant.MIXED, 20_000, FrameSize.parse("110"), 6, RULES, 0.2, 256);

  private final SplittableRandom random = new SplittableRandom(1);

  @Test
  void whileTheWholeVpcIsReloadedWithAThousandOtherRules() throws Exception {
    int banned = Services.port(3);
    try (Worker worker = new Worker(banned)) {
      Vpc vpc = worker.run.snapshot().vpc();
      SnapshotCell cell = new SnapshotCell(worker.run.snapshot());
      int[] generation = {1};
      long reloads =
          worker.beside(
              cell,
              () -> {
                Vpc next = vpc.withList(Services.list(BenchVpc.EVEN, RULES, 1000 + generation[0]));
                // Each second policy lets nobody begin to talk to one of the services.
                boolean bans = ++generation[0] % 2 == 0;
                next = bans ? next.withList(without(next.list(BenchVpc.ODD), banned)) : next;
                cell.publish(Snapshot.compile(next, generation[0], Optional.empty()));
              });
      assertTrue(reloads >= SECONDS, () -> reloads + " reloads");
      assertEquals(0, worker.refusedUnlessBanned, "connections refused that both policies allow");
      assertTrue(worker.refusedByBan > 0, "no connection was refused");
      System.out.printf("%d reloads in %.0f s%n", reloads, SECONDS);
    }
  }

  @Test
  void whileAThousandRulesAreEditedOneByOne() throws Exception {
    ExecutorService background = Executors.newSingleThreadExecutor();
    try (Worker worker = new Worker(-1)) {
      LiveVpc live =
          new LiveVpc(worker.run.snapshot().vpc(), Optional.empty(), Recompiler.on(background));
      long[] edits = {0};
      long bursts =
          worker.beside(
              live.cell(),
              () -> {
                for (int k = 0; k < CHANGED; k++) {
                  edit(live);
                  edits[0]++;
                }
              });
      assertTrue(bursts >= 1 && edits[0] >= CHANGED, () -> edits[0] + " edits");
      assertEquals(0, worker.refusedUnlessBanned, "connections refused that both policies allow");
      System.out.printf("%d edits in %.0f s%n", edits[0], SECONDS);
    } finally {
      background.shutdown();
      assertTrue(background.awaitTermination(60, TimeUnit.SECONDS));
    }
  }

  /** Puts another rule in the place of one that is of no service, or moves one that is. */
  private void edit(LiveVpc live) {
    String name = random.nextBoolean() ? BenchVpc.EVEN : BenchVpc.ODD;
    List<AclRule> rules = live.snapshot().vpc().list(name).rules();
    AclRule rule = rules.get(random.nextInt(rules.size()));
    if (isOfService(rule)) {
      live.moveRule(name, rule.number(), random.nextInt(1, 2 * RULES));
      return;
    }
    List<AclRule> donors = Services.list(name, 64, random.nextLong()).rules(rule.direction());
    AclRule other = donors.stream().filter(donor -> !isOfService(donor)).findFirst().orElseThrow();
    live.replaceRule(name, rule.number(), other.numbered(rule.number()));
  }

  private static boolean isOfService(AclRule rule) {
    return rule.cidrs().getFirst().length() == 0;
  }

  /** The list with ingress to a port denied. */
  private static AclList without(AclList list, int port) {
    List<AclRule> rules = new ArrayList<>();
    for (AclRule rule : list.rules()) {
      boolean bans =
          isOfService(rule)
              && rule.direction() == Direction.INGRESS
              && rule.ports().orElseThrow().contains(port);
      rules.add(
          bans
              ? new AclRule(
                  rule.number(),
                  rule.direction(),
                  Action.DENY,
                  rule.protocol(),
                  rule.protocolByNumber(),
                  rule.ports(),
                  rule.icmpType(),
                  rule.icmpCode(),
                  rule.cidrs(),
                  rule.origin())
              : rule);
    }
    return new AclList(list.name(), rules, list.origin());
  }

  /** Takes frames through the way and looks at each. */
  private static final class Worker implements AutoCloseable {
    private final PathRun run = new PathRun(SCENARIO, 1);
    private final Sundries sundries = new Sundries(SCENARIO, run.snapshot().segments());
    private final FrameBatch batch = new FrameBatch(SCENARIO.batch());
    private final Flow flow = new Flow(SCENARIO);
    private final int banned;
    private long refusedUnlessBanned;
    private long refusedByBan;

    /**
     * @param banned port to which policies of even generation let nobody connect in odd tiers
     */
    Worker(int banned) {
      this.banned = banned;
    }

    /**
     * Runs, while another thread does {@code change} every tenth of a second.
     *
     * @return how often it was done
     */
    long beside(SnapshotCell cell, Runnable change) throws Exception {
      ExecutorService writer = Executors.newSingleThreadExecutor();
      try {
        long end = System.nanoTime() + (long) (SECONDS * 1e9);
        Future<Long> changes = writer.submit(() -> repeat(change, end));
        long created = run.path().sessions().created();
        long opened = 0;
        int generations = 0;
        int last = 0;
        while (!changes.isDone()) {
          Snapshot snapshot = cell.getAcquire();
          generations += snapshot.generation() == last ? 0 : 1;
          last = snapshot.generation();
          opened += next(snapshot);
        }
        assertEquals(opened, run.path().sessions().created() - created, "sessions made for others");
        assertEquals(0, run.path().sessions().droppedEarly());
        int met = generations;
        assertTrue(met > 1, () -> met + " policies met");
        return changes.get();
      } finally {
        writer.shutdownNow();
      }
    }

    private static long repeat(Runnable change, long end) throws InterruptedException {
      long done = 0;
      for (long due = System.nanoTime(); System.nanoTime() < end; due += PERIOD_NS) {
        TimeUnit.NANOSECONDS.sleep(Math.max(0, due - System.nanoTime()));
        change.run();
        done++;
      }
      return done;
    }

    /** Answers how many connections were opened by the next batch. */
    private int next(Snapshot snapshot) {
      batch.clear();
      sundries.addTo(batch, run.traffic().nowNs());
      int first = batch.size;
      run.traffic().read(batch);
      run.path().process(batch, snapshot);
      int opened = 0;
      for (int i = 0; i < batch.size; i++) {
        int verdict = batch.verdict[i];
        assertTrue(verdict != Verdict.PENDING, "a frame without a decision");
        if (i < first) {
          continue;
        }
        if (!run.traffic().opens(batch.number[i])) {
          assertEquals(Verdict.FORWARD, verdict, "an established connection's frame");
          assertEquals(Reason.ESTABLISHED.number(), batch.reason[i], "a connection was lost");
        } else if (verdict == Verdict.FORWARD) {
          opened++;
          assertEquals(snapshot.generation(), batch.generation[i]);
          assertTrue(!isBanned(batch, i, snapshot), "let in to a banned service");
        } else if (isBanned(batch, i, snapshot)) {
          refusedByBan++;
        } else {
          refusedUnlessBanned++;
        }
      }
      return opened + openedByFragments();
    }

    /** A fragment that was held leaves as an extra, and may have opened a connection. */
    private int openedByFragments() {
      int opened = 0;
      for (int i = batch.capacity; i < batch.capacity + batch.extras; i++) {
        opened += batch.reason[i] == Reason.ALLOW_RULE.number() ? 1 : 0;
      }
      return opened;
    }

    private boolean isBanned(FrameBatch frames, int i, Snapshot snapshot) {
      flow.number(run.traffic().flow(frames.number[i]));
      // Segment 0 is the public one; odd tiers have even segments.
      return snapshot.generation() % 2 == 0
          && flow.serverPort == banned
          && flow.serverSegment != 0
          && flow.serverSegment % 2 == 0;
    }

    @Override
    public void close() {
      run.close();
      sundries.close();
      batch.close();
    }
  }
}
