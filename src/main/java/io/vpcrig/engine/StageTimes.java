package io.vpcrig.engine;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.stage.Stage;
import io.vpcrig.stage.StageContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the time of a {@link PacketPath} goes: reads the clock before and after each stage, once
 * per batch. The clock's own time is taken off; what it disturbs in the processor is not, so the
 * sum is more than the time of an unwatched path. Thread: the path's.
 */
public final class StageTimes {
  private static final int CLOCK_ROUNDS = 100_000;

  private final List<Class<? extends Stage>> stages = new ArrayList<>();
  private final long clockNs = clockNs();
  private long[] ns = new long[16];

  /** Nanoseconds by stage, in the order of the way, named as in {@code DecapStage}: decap. */
  public Map<String, Long> nsByStage() {
    Map<String, Long> all = new LinkedHashMap<>();
    for (int k = 0; k < stages.size(); k++) {
      all.put(name(stages.get(k)), Math.max(0, ns[k]));
    }
    return all;
  }

  /** Forgets what was measured, but not the stages. */
  public void reset() {
    ns = new long[ns.length];
  }

  /** Runs stages on a batch. */
  void run(Stage[] phase, FrameBatch batch, StageContext context) {
    for (Stage stage : phase) {
      int at = index(stage.getClass());
      long start = System.nanoTime();
      stage.process(batch, context);
      batch.keepPending();
      ns[at] += System.nanoTime() - start - clockNs;
    }
  }

  private int index(Class<? extends Stage> stage) {
    int at = stages.indexOf(stage);
    if (at < 0) {
      at = stages.size();
      stages.add(stage);
    }
    return at;
  }

  private static String name(Class<? extends Stage> stage) {
    String name = stage.getSimpleName().replace("Stage", "");
    return name.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(java.util.Locale.ROOT);
  }

  /** Between two readings one after the other. */
  private static long clockNs() {
    long start = System.nanoTime();
    long end = start;
    for (int k = 0; k < CLOCK_ROUNDS; k++) {
      end = System.nanoTime();
    }
    return (end - start) / CLOCK_ROUNDS;
  }
}
