package io.vpcrig.engine;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.stage.Stage;
import io.vpcrig.stage.StageContext;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where the time of a {@link PacketPath} goes: reads the clock before and after each stage, once
 * per batch. The clock's own time is taken off; what it disturbs in the processor is not, so the
 * sum is more than the time of an unwatched path. Thread: those of the path's phases, each with its
 * own stages; another one that reads sees what was measured a moment ago.
 */
public final class StageTimes {
  private static final int CLOCK_ROUNDS = 100_000;

  private static final int MOST_STAGES = 16;

  private final Class<?>[] stages = new Class<?>[MOST_STAGES];
  private final long clockNs = clockNs();
  private final long[] ns = new long[MOST_STAGES];
  private final int every;
  private long batches;
  private long frames;

  /** Written after a stage is in {@link #stages}, so that others find it there. */
  private volatile int known;

  /** Measures every batch. */
  public StageTimes() {
    this(1);
  }

  /** Measures one batch of so many, from the first on. */
  public StageTimes(int every) {
    this.every = every;
  }

  /** Nanoseconds by stage, in the order of the way, named as in {@code DecapStage}: decap. */
  public Map<String, Long> nsByStage() {
    Map<String, Long> all = new LinkedHashMap<>();
    for (int k = 0; k < known; k++) {
      all.put(name(k), ns[k]);
    }
    return all;
  }

  /** Stages met so far, numbered in the order of the way. Any thread. */
  public int count() {
    return known;
  }

  /** Name of stage {@code k}. Any thread. */
  public String name(int k) {
    return name(stages[k]);
  }

  /** Nanoseconds in stage {@code k}. Any thread. */
  public long ns(int k) {
    return ns[k];
  }

  /** Frames of the batches measured. Any thread. */
  public long frames() {
    return frames;
  }

  /** Forgets what was measured, but not the stages. */
  public void reset() {
    Arrays.fill(ns, 0);
    frames = 0;
  }

  /** Begins a batch; answers whether it is one to measure. */
  boolean begin(int batchFrames) {
    if (batchFrames == 0 || batches++ % every != 0) {
      return false;
    }
    frames += batchFrames;
    return true;
  }

  /** Runs stages on a batch. */
  void run(Stage[] phase, FrameBatch batch, StageContext context) {
    for (Stage stage : phase) {
      int at = index(stage.getClass());
      long start = System.nanoTime();
      stage.process(batch, context);
      batch.keepPending();
      ns[at] += Math.max(0, System.nanoTime() - start - clockNs); // It never goes back.
    }
  }

  private int index(Class<?> stage) {
    int count = known;
    for (int k = 0; k < count; k++) {
      if (stages[k] == stage) {
        return k;
      }
    }
    return add(stage);
  }

  /** The first batch meets the stages in the order of the way, whichever threads they are in. */
  private synchronized int add(Class<?> stage) {
    int count = known;
    stages[count] = stage;
    known = count + 1;
    return count;
  }

  static String name(Class<?> stage) {
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
