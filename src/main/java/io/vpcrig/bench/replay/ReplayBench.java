package io.vpcrig.bench.replay;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import io.vpcrig.bench.AnswerException;
import io.vpcrig.bench.Sampler;
import io.vpcrig.bench.Samples;
import io.vpcrig.engine.PacketPath;
import io.vpcrig.engine.PathOptions;
import io.vpcrig.engine.Pipeline;
import io.vpcrig.engine.PipelineMode;
import io.vpcrig.engine.PipelineOptions;
import io.vpcrig.engine.Snapshot;
import io.vpcrig.engine.SnapshotCell;
import io.vpcrig.frame.DamagedInputException;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameSink;
import io.vpcrig.frame.Verdict;
import io.vpcrig.io.Captures;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Rates of a whole pipeline: reading, the way, and a sink that looks at each verdict. Each run has
 * new sessions and starts the threads anew, which is in its time: a millisecond. CPU time is that
 * of the whole process, so a share may be above 1.
 */
public final class ReplayBench {
  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private final Snapshot snapshot;
  private final PathOptions options;
  private final Sampler sampler;
  private final int frames;
  private long[] expected;
  private String expectedOf;

  /**
   * @param frames of the capture
   * @param sampler a run takes as many whole rounds of the capture as its time asks for
   */
  public ReplayBench(Snapshot snapshot, PathOptions options, int frames, Sampler sampler) {
    this.snapshot = snapshot;
    this.options = options;
    this.frames = frames;
    this.sampler = sampler;
  }

  /**
   * Measures frames from memory.
   *
   * @throws AnswerException if frames had another verdict than with other workers or source
   */
  public ObjectNode fromMemory(HeldCapture capture, int workers) throws IOException {
    return measure("memory", capture::reader, workers);
  }

  /**
   * Measures frames from a file that is opened for each round.
   *
   * @throws AnswerException if frames had another verdict than with other workers or source
   */
  public ObjectNode fromFile(String file, int workers) throws IOException {
    return measure("file", () -> Captures.open(file), workers);
  }

  private ObjectNode measure(String source, LoopedSource.Opener opener, int workers)
      throws IOException {
    String what = source + ", " + workers + " workers";
    run(opener, workers, sampler.warmUpSeconds(), what);
    List<Samples.Run> runs = new ArrayList<>();
    for (int k = 0; k < sampler.runs(); k++) {
      runs.add(run(opener, workers, sampler.secondsPerRun(), what));
    }
    ObjectNode row = JsonNodeFactory.instance.objectNode();
    row.put("source", source).put("workers", workers);
    return row.setAll(new Samples(runs).toJson("frames"));
  }

  private Samples.Run run(LoopedSource.Opener opener, int workers, double seconds, String what)
      throws IOException {
    PacketPath[] paths = new PacketPath[workers];
    Verdicts verdicts = new Verdicts();
    try {
      Arrays.setAll(paths, w -> new PacketPath(options));
      var pipeline = PipelineOptions.of(PipelineMode.RTC, workers, options);
      long cpuStart = PROCESS.getProcessCpuTime();
      long start = System.nanoTime();
      try (var source = new LoopedSource(opener, start + (long) (seconds * 1e9))) {
        Optional<DamagedInputException> damage =
            new Pipeline(pipeline, new SnapshotCell(snapshot), paths).run(source, verdicts);
        long wallNs = System.nanoTime() - start;
        long cpuNs = PROCESS.getProcessCpuTime() - cpuStart;
        if (damage.isPresent()) {
          throw damage.get();
        }
        require(verdicts, what);
        return new Samples.Run(source.frames(), wallNs, cpuStart < 0 ? -1 : cpuNs);
      }
    } finally {
      for (PacketPath path : paths) {
        if (path != null) {
          path.close();
        }
      }
    }
  }

  /** Of the first round; later ones find sessions that it left. */
  private void require(Verdicts verdicts, String what) {
    if (expected == null) {
      expected = verdicts.ofFirstRound();
      expectedOf = what;
    } else if (!Arrays.equals(expected, verdicts.ofFirstRound())) {
      throw new AnswerException(
          "verdicts of %s: %s, but of %s: %s"
              .formatted(
                  what,
                  Arrays.toString(verdicts.ofFirstRound()),
                  expectedOf,
                  Arrays.toString(expected)));
    }
  }

  /** Counts frames by verdict: those of the first round, and all, so that none is spared. */
  private final class Verdicts implements FrameSink {
    private final long[] first = new long[Verdict.COUNT];
    private final long[] all = new long[Verdict.COUNT];

    @Override
    public void write(FrameBatch batch, int i) {
      all[batch.verdict[i]]++;
      if (batch.number[i] <= frames) {
        first[batch.verdict[i]]++;
      }
    }

    long[] ofFirstRound() {
      return first;
    }

    @Override
    public void close() {}
  }
}
