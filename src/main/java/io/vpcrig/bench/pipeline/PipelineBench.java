package io.vpcrig.bench.pipeline;

import com.sun.management.ThreadMXBean;
import io.vpcrig.bench.AnswerException;
import io.vpcrig.bench.Sampler;
import io.vpcrig.bench.Samples;
import io.vpcrig.engine.StageTimes;
import java.io.Closeable;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The whole way of frames, one worker, in memory: frames are copied into a batch, taken through all
 * stages, and what became of them is counted.
 */
public final class PipelineBench {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Frames whose bytes are checked, at least. */
  private static final int CHECKED = 8192;

  /**
   * Timed runs' lengths that the stages are watched for, and that the copy alone is measured for.
   */
  private static final int WATCHED_RUNS = 2;

  private PipelineBench() {}

  /** Somebody who looks at a run. */
  @FunctionalInterface
  public interface Watch {
    /** Begins, before the frames that are measured; what it answers is closed after the last. */
    Closeable begin(PathRun run) throws IOException;
  }

  /**
   * Measures a scenario.
   *
   * @param seed of the rules and of the order of frames
   * @param watcher looks at it meanwhile
   * @throws AnswerException if a frame was not forwarded as it had to be
   */
  public static PipelineResult measure(Scenario scenario, Sampler sampler, long seed, Watch watcher)
      throws IOException {
    try (PathRun run = new PathRun(scenario, seed);
        Closeable _ = watcher.begin(run)) {
      long[] before = new long[1];
      Samples frames =
          sampler.measure(run::next, () -> before[0] = THREADS.getCurrentThreadAllocatedBytes());
      long allocated = THREADS.getCurrentThreadAllocatedBytes() - before[0];
      run.requireForwarded();
      Sampler watch =
          new Sampler(1, sampler.secondsPerRun() * WATCHED_RUNS, sampler.secondsPerRun());
      Map<String, Double> stages = stages(run, watch);
      FrameCheck check = new FrameCheck(scenario, run.traffic(), run.snapshot().segments());
      for (int checked = 0; checked < CHECKED; checked += run.batch().size) {
        run.next();
        check.check(run.batch());
      }
      run.requireForwarded();
      return new PipelineResult(
          scenario,
          frames,
          stages,
          run.path().sessions().size(),
          run.path().sessions().memoryBytes(),
          allocated);
    }
  }

  /** Nanoseconds a frame by stage: the copy first, then those of the way. */
  private static Map<String, Double> stages(PathRun run, Sampler sampler) {
    Map<String, Double> perFrame = new LinkedHashMap<>();
    StageTimes times = new StageTimes();
    run.path().time(times);
    long[] frames = new long[1];
    Samples watched =
        sampler.measure(
            () -> {
              int taken = run.next();
              frames[0] += taken;
              return taken;
            },
            () -> {
              times.reset();
              frames[0] = 0;
            });
    run.path().time(null);
    perFrame.put("copy", 1e9 / sampler.measure(run::copy).rate().median());
    times.nsByStage().forEach((name, ns) -> perFrame.put(name, (double) ns / frames[0]));
    perFrame.put("all, watched", 1e9 / watched.rate().median());
    return perFrame;
  }
}
