package io.vpcrig.cli;

import io.vpcrig.bench.pipeline.PathRun;
import io.vpcrig.engine.Accounting;
import io.vpcrig.engine.DropExamples;
import io.vpcrig.engine.PacketPath;
import io.vpcrig.engine.Pipeline;
import io.vpcrig.engine.Snapshot;
import io.vpcrig.engine.StageTimes;
import io.vpcrig.frame.Verdict;
import io.vpcrig.live.LiveRouter;
import io.vpcrig.model.Segment;
import io.vpcrig.query.FrameText;
import io.vpcrig.telemetry.CounterFile;
import io.vpcrig.telemetry.CounterFiles;
import io.vpcrig.telemetry.CounterPublisher;
import io.vpcrig.telemetry.CounterReader;
import io.vpcrig.telemetry.CounterType;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.telemetry.Run;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/**
 * The counters of one run for whoever looks: a {@link CounterFile}, and, if asked for, Prometheus'
 * forms of it. What paths, accounting and pipeline count anyway is read from a thread of its own;
 * they are only asked now and then to let open sessions tell what they counted, to measure one
 * batch in {@value #BATCHES_PER_MEASURE}, and to keep a dropped frame as an example.
 *
 * <p>Threads: made, begun and closed by one; in between the publisher's own.
 */
final class RunCounters implements Closeable {
  /** Measured in every batch, stages take 2 % longer: one in 32 costs nothing that shows. */
  private static final int BATCHES_PER_MEASURE = 32;

  /** Stages and steps, which show up later. */
  private static final int SPARE = 64;

  /** Ports, and segments and rules that reloads bring: a page of the file, where they come. */
  private static final int SPARE_LIVE = 4_096;

  private static final String LIVE_VERB = "forward";

  private static final byte[] VERDICTS = {
    Verdict.FORWARD, Verdict.DROP, Verdict.SWITCH, Verdict.LOCAL, Verdict.ORIGINATED
  };

  private final Snapshot snapshot;
  private final FrameText text;
  private final CounterSources sources = new CounterSources();
  private final List<PacketPath> paths = new ArrayList<>();
  private final List<StageTimes> times = new ArrayList<>();
  private final List<DropExamples> examples = new ArrayList<>();
  private final CounterOptions options;
  private final CounterFile file;
  private Pipeline pipeline;
  private LiveSources live;
  private int stages;
  private int steps;
  private CounterPublisher publisher;
  private Metrics metrics;
  private boolean closed;

  /**
   * Makes the file. Without {@code --counters} a place that can't be written is none at all.
   *
   * @throws IOException if a file or port that was asked for is not to be had
   */
  RunCounters(CounterOptions options, String verb, Snapshot snapshot) throws IOException {
    this.options = options;
    this.snapshot = snapshot;
    this.text = new FrameText(snapshot);
    file = options.isOff() ? null : file(options, Run.here(verb, snapshot.vpc().name()));
    if (file != null && (options.prometheus != null || options.metricsPort != null)) {
      metrics = new Metrics(new CounterReader(file.path()), options);
    }
  }

  private CounterFile file(CounterOptions options, Run run) throws IOException {
    int capacity =
        Reason.LIMIT
            + 3 * snapshot.segments().size()
            + 2 * Math.min(CounterSources.MOST_RULES, snapshot.acls().rules().ruleCount())
            + (run.verb().equals(LIVE_VERB) ? SPARE_LIVE : SPARE);
    if (options.kept() != null) {
      return new CounterFile(Path.of(options.kept()), run, capacity);
    }
    try {
      CounterFile temporary = new CounterFile(CounterFiles.here().of(run.pid()), run, capacity);
      temporary.path().toFile().deleteOnExit(); // Also where the process is interrupted.
      return temporary;
    } catch (IOException e) {
      if (options.prometheus != null || options.metricsPort != null) {
        throw e;
      }
      return null; // Nobody asked for it.
    }
  }

  /**
   * Counters of a replay. Before its first frame.
   *
   * @param accountings of different frames, each with a thread of its own
   */
  void begin(PacketPath[] ofWorkers, Pipeline ofPaths, Accounting... accountings) {
    if (file == null) {
      return;
    }
    pipeline = ofPaths;
    for (PacketPath path : ofWorkers) {
      paths.add(path);
      measure(path);
    }
    outcomes(accountings);
    sources.add(CounterType.RING_SIZE, ofPaths::rounds);
    begin();
  }

  /** Counters of a benchmark, which measures its stages itself. Before its first frame. */
  void begin(PathRun run) {
    if (file != null) {
      paths.add(run.path());
      sources.add(CounterType.FRAMES, run::frames);
      sources.add(CounterType.VERDICTS, run::forwarded, Verdict.name(Verdict.FORWARD));
      begin();
    }
  }

  /** Counters of a soak. Before its first frame. */
  void begin(PathRun run, Accounting accounting) {
    if (file != null) {
      paths.add(run.path());
      outcomes(accounting);
      begin();
    }
  }

  /**
   * Counters of a live router; examples of drops come by {@link #example}. Before its first frame.
   */
  void begin(LiveRouter router, List<String> ports) {
    if (file != null) {
      paths.add(router.path());
      measure(router.path());
      live = new LiveSources(router, ports, sources);
      outcomes(live::counts);
      live.begin();
      start(live::generation);
    }
  }

  private void measure(PacketPath path) {
    StageTimes ofPath = new StageTimes(BATCHES_PER_MEASURE);
    path.time(ofPath);
    times.add(ofPath);
  }

  private void outcomes(Accounting... all) {
    for (Accounting accounting : all) {
      DropExamples ofOne = new DropExamples();
      accounting.keepExamples(ofOne);
      examples.add(ofOne);
    }
    outcomes(value -> CounterSources.sum(all, value));
    List<Segment> segments = snapshot.vpc().segments();
    for (int s = 0; s < segments.size(); s++) {
      int segment = s;
      String name = segments.get(s).name();
      sources.add(CounterType.SEGMENT_IN, sum(all, one -> one.passedFrom(segment)), name);
      sources.add(CounterType.SEGMENT_OUT, sum(all, one -> one.passedTo(segment)), name);
      sources.add(CounterType.SEGMENT_DROPS, sum(all, one -> one.dropped(segment)), name);
    }
  }

  private static LongSupplier sum(Accounting[] all, ToLongFunction<Accounting> value) {
    return () -> CounterSources.sum(all, value);
  }

  /** What an accounting counts of all segments together. */
  private void outcomes(ToLongFunction<ToLongFunction<Accounting>> counts) {
    outcome(counts, CounterType.FRAMES, Accounting::packets);
    for (byte verdict : VERDICTS) {
      outcome(counts, CounterType.VERDICTS, one -> one.verdict(verdict), Verdict.name(verdict));
    }
    outcome(counts, CounterType.HELD, one -> one.verdict(Verdict.HELD));
    for (Reason reason : Reason.drops()) {
      outcome(counts, CounterType.DROPS, one -> one.reason(reason), reason.dottedName());
    }
  }

  private void outcome(
      ToLongFunction<ToLongFunction<Accounting>> counts,
      CounterType type,
      ToLongFunction<Accounting> value,
      String... labels) {
    sources.add(type, () -> counts.applyAsLong(value), labels);
  }

  private void begin() {
    sources.addRules(paths, snapshot.acls().rules(), 0);
    start(snapshot::generation);
  }

  private void start(LongSupplier generation) {
    sources.add(CounterType.GENERATION, generation);
    sources.addPaths(paths);
    publisher = new CounterPublisher(file, this::look);
  }

  /** Keeps a dropped frame, in words, as the last one for its reason. Any thread. */
  synchronized void example(Reason reason, String words) {
    if (file != null && !closed) {
      file.example(reason, words, System.currentTimeMillis());
    }
  }

  /** The publisher, before each time it publishes. */
  private void look() {
    addStages();
    addSteps();
    if (live != null) {
      live.follow();
    }
    sources.addTo(file);
    for (PacketPath path : paths) {
      path.wantCounts();
    }
    for (DropExamples ofOne : examples) {
      ofOne.take((reason, drop) -> example(reason, text.example(reason, drop)));
    }
    if (metrics != null) {
      metrics.writeIfDue();
    }
  }

  /** All paths meet the same stages in the same order. */
  private void addStages() {
    if (times.isEmpty()) {
      return;
    }
    int known = times.stream().mapToInt(StageTimes::count).min().orElse(0);
    if (stages == 0 && known > 0) {
      sources.add(
          CounterType.STAGE_FRAMES, () -> times.stream().mapToLong(StageTimes::frames).sum());
    }
    for (; stages < known; stages++) {
      int k = stages;
      sources.add(
          CounterType.STAGE_NS,
          () -> times.stream().mapToLong(ofPath -> ofPath.ns(k)).sum(),
          times.getFirst().name(k));
    }
  }

  private void addSteps() {
    if (pipeline != null) {
      List<Pipeline.Waiting> waiting = pipeline.waiting();
      for (; steps < waiting.size(); steps++) {
        sources.add(
            CounterType.RING_WAITING, waiting.get(steps).rounds(), waiting.get(steps).step());
      }
    }
  }

  /** Publishes the last counts; what is not to be kept goes. */
  @Override
  public void close() throws IOException {
    if (file == null || closed) {
      return;
    }
    if (publisher != null) {
      publisher.close();
      publisher = null;
    }
    try {
      if (metrics != null) {
        metrics.close();
      }
    } finally {
      unmap();
      if (options.kept() == null) {
        Files.deleteIfExists(file.path());
      }
    }
  }

  private synchronized void unmap() {
    closed = true;
    file.close();
  }
}
