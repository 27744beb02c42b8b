package io.vpcrig.bench.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.acl.live.Recompiler;
import io.vpcrig.bench.AnswerException;
import io.vpcrig.bench.LatencyBlock;
import io.vpcrig.bench.Sampler;
import io.vpcrig.bench.Samples;
import io.vpcrig.engine.LiveVpc;
import io.vpcrig.telemetry.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * The whole way while another thread edits its lists, and by turns while it is left alone: the
 * rate, and the time of a batch. Edits add a rule that no frame meets to one of the two lists and
 * remove it again, so every frame's verdict stays what it was, and every edit is a new generation.
 */
public final class EditBench {
  private static final long NAP_NS = 1_000_000;

  private EditBench() {}

  /**
   * Measures a scenario.
   *
   * @param rate edits a second, above 0
   * @return a row: {@code quiet} and {@code busy} with rates, {@code editNs}, and the times of
   *     batches {@code quietBatchNs} and {@code busyBatchNs}
   * @throws AnswerException if a frame was not forwarded
   */
  public static ObjectNode measure(Scenario scenario, double rate, Sampler sampler, long seed) {
    try (ExecutorService compiler =
            Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("compiler").factory());
        PathRun run = new PathRun(scenario, seed, Optional.of(Recompiler.on(compiler)))) {
      LiveVpc vpc = run.live().orElseThrow();
      Histogram editNs = OpenLoop.histogram();
      Histogram quietNs = OpenLoop.histogram();
      Histogram busyNs = OpenLoop.histogram();
      List<Samples.Run> quiet = new ArrayList<>();
      List<Samples.Run> busy = new ArrayList<>();
      new Sampler(1, sampler.secondsPerRun(), sampler.warmUpSeconds()).measure(run::next);
      Sampler once = new Sampler(1, sampler.secondsPerRun(), 0);
      long edits = 0;
      for (int k = 0; k < sampler.runs(); k++) {
        quiet.addAll(once.measure(() -> timed(run, quietNs)).runs());
        try (Editor editor = new Editor(vpc, rate, editNs)) {
          busy.addAll(once.measure(() -> timed(run, busyNs)).runs());
          edits += editor.stop();
        }
      }
      run.requireForwarded();
      ObjectNode row = scenario.toJson().put("updateRate", rate);
      row.put("edits", edits);
      row.set("quiet", new Samples(quiet).toJson("frames"));
      row.set("busy", new Samples(busy).toJson("frames"));
      row.put("kept", new Samples(busy).rate().median() / new Samples(quiet).rate().median());
      row.set("editNs", LatencyBlock.of(editNs));
      row.set("quietBatchNs", LatencyBlock.of(quietNs));
      row.set("busyBatchNs", LatencyBlock.of(busyNs));
      return row;
    }
  }

  private static int timed(PathRun run, Histogram ns) {
    long start = System.nanoTime();
    int frames = run.next();
    ns.recordValue(Math.max(1, System.nanoTime() - start));
    return frames;
  }

  /** A thread that edits, at times that do not depend on how long edits take. */
  private static final class Editor implements AutoCloseable {
    private final LiveVpc vpc;
    private final Histogram editNs;
    private final AtomicReference<RuntimeException> failure = new AtomicReference<>();
    private final Thread thread;
    private volatile boolean stopped;
    private long edits;

    Editor(LiveVpc vpc, double rate, Histogram editNs) {
      this.vpc = vpc;
      this.editNs = editNs;
      long periodNs = (long) (1e9 / rate);
      thread = Thread.ofPlatform().daemon().name("editor").start(() -> run(periodNs));
    }

    private void run(long periodNs) {
      try {
        // An odd number would leave a rule behind.
        for (long due = System.nanoTime(); !stopped || edits % 2 != 0; due += periodNs) {
          for (long left = due - System.nanoTime(); left > 0 && !stopped; ) {
            LockSupport.parkNanos(Math.min(left, NAP_NS));
            left = due - System.nanoTime();
          }
          long start = System.nanoTime();
          if (edits % 2 == 0) {
            vpc.addRule(BenchVpc.EVEN, Services.unmet());
          } else {
            vpc.removeRule(BenchVpc.EVEN, Services.FREE_NUMBER);
          }
          edits++;
          editNs.recordValue(Math.max(1, System.nanoTime() - start));
        }
      } catch (RuntimeException e) {
        failure.set(e);
      }
    }

    /** Answers how many edits were made. */
    long stop() {
      close();
      if (failure.get() != null) {
        throw failure.get();
      }
      return edits;
    }

    @Override
    public void close() {
      stopped = true;
      Threads.join(thread);
    }
  }
}
