package io.vpcrig.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.config.VpcFile;
import io.vpcrig.engine.Accounting;
import io.vpcrig.engine.DropExamples;
import io.vpcrig.engine.PacketPath;
import io.vpcrig.engine.PathOptions;
import io.vpcrig.engine.RuleCounters;
import io.vpcrig.engine.Snapshot;
import io.vpcrig.engine.StageTimes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.OutputOrder;
import io.vpcrig.frame.Verdict;
import io.vpcrig.io.MemorySource;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.testing.Allocation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A path that is watched does what it always does, counts the same, and allocates nothing. */
class WatchedPathTest {
  private static final long STEP_NS = 100_000_000L;

  private final OutputOrder order = new OutputOrder();
  private final FrameBatch batch = new FrameBatch(256);
  private final DropExamples examples = new DropExamples();
  private Snapshot snapshot;
  private Accounting accounting;

  @BeforeEach
  void compile() throws Exception {
    snapshot = Snapshot.compile(VpcFile.read(Path.of(ShippedCases.VPC)), 1, Optional.empty());
    accounting = new Accounting(snapshot.segments().size());
    accounting.keepExamples(examples);
  }

  @AfterEach
  void close() {
    batch.close();
  }

  private static MemorySource source(long count) throws Exception {
    return new MemorySource(WholePathAllocationTest.frames(), count, 1_000_000_000L, STEP_NS);
  }

  private static PacketPath path() {
    return new PacketPath(new PathOptions(1 << 12, false, Optional.empty()));
  }

  private boolean process(PacketPath path, MemorySource source) {
    batch.clear();
    if (source.read(batch) == 0) {
      return false;
    }
    path.process(batch, snapshot);
    order.over(batch);
    while (order.nextFrame()) {
      for (int i = order.next(); i != FrameBatch.NONE; i = order.next()) {
        accounting.write(batch, i);
      }
    }
    return true;
  }

  @Test
  void hitsAreTheSameHoweverOftenCountsAreTakenMeanwhile() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int rules = snapshot.acls().rules().ruleCount();
    try (PacketPath plain = path();
        PacketPath watched = path();
        MemorySource plainSource = source(20_000);
        MemorySource watchedSource = source(20_000)) {
      long early = 0;
      while (process(plain, plainSource)) {
        if (random.nextInt(3) == 0) {
          watched.wantCounts();
        }
        assertTrue(process(watched, watchedSource));
        early = Math.max(early, sum(watched.hits(), rules) - sum(plain.hits(), rules));
      }
      assertTrue(early > 0, "no open session's count was ever told");
      plain.drain();
      watched.drain();
      for (int rule = 0; rule < rules; rule++) {
        assertEquals(plain.hits().packets(rule), watched.hits().packets(rule), "seed " + seed);
        assertEquals(plain.hits().bytes(rule), watched.hits().bytes(rule), "seed " + seed);
      }
    }
  }

  private static long sum(RuleCounters hits, int rules) {
    long sum = 0;
    for (int rule = 0; rule < rules; rule++) {
      sum += hits.packets(rule);
    }
    return sum;
  }

  @Test
  void beingWatchedAllocatesNothing() throws Exception {
    try (PacketPath path = path();
        MemorySource source = source(Long.MAX_VALUE)) {
      StageTimes times = new StageTimes(4);
      path.time(times);
      Allocation.assertNone(
          200,
          () -> {
            path.wantCounts();
            process(path, source);
            examples.take((reason, drop) -> {});
          });
      assertTrue(times.count() >= 8, () -> times.count() + " stages");
      // One batch of four is measured.
      double share = (double) times.frames() / accounting.packets();
      assertTrue(share > 0.24 && share < 0.26, () -> share + " of the frames");
      long sum = 0;
      for (int k = 0; k < times.count(); k++) {
        int stage = k;
        assertTrue(times.ns(k) >= 0, () -> times.name(stage));
        sum += times.ns(k);
      }
      assertTrue(sum > times.frames(), "less than a nanosecond a frame");
    }
  }

  @Test
  void eachReasonHasAFrameThatWasDroppedForIt() throws Exception {
    Map<Reason, Long> taken = new EnumMap<>(Reason.class);
    List<String> flows = new ArrayList<>();
    try (PacketPath path = path();
        MemorySource source = source(2_000)) {
      while (process(path, source)) {
        examples.take(
            (reason, drop) -> {
              taken.merge(reason, 1L, Long::sum);
              assertTrue(drop.number() > 0 && drop.length() > 0);
              if (reason == Reason.DENY_RULE) {
                assertEquals(4, drop.family());
                assertTrue(drop.rule() >= 0 && drop.list() >= 0);
                flows.add(drop.source() + " " + drop.destination());
              }
            });
      }
    }
    for (Reason reason : Reason.drops()) {
      assertEquals(accounting.reason(reason) > 0, taken.containsKey(reason), reason.dottedName());
    }
    assertTrue(flows.stream().distinct().count() > 1, () -> flows.toString());
    assertTrue(accounting.verdict(Verdict.DROP) > 100);
  }
}
