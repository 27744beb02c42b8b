package io.vpcrig.cli;

import io.vpcrig.acl.RuleTable;
import io.vpcrig.bench.pipeline.PathRun;
import io.vpcrig.engine.Accounting;
import io.vpcrig.engine.DropExamples;
import io.vpcrig.engine.PacketPath;
import io.vpcrig.engine.Pipeline;
import io.vpcrig.engine.Snapshot;
import io.vpcrig.engine.StageTimes;
import io.vpcrig.frame.Verdict;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Segment;
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
import java.util.Locale;
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

  /** Rules that get counters, the first of the table: 1,280 bytes of the file each. */
  private static final int MOST_RULES = 16_384;

  /** Stages and steps, which show up later. */
  private static final int SPARE = 64;

  private static final byte[] VERDICTS = {
    Verdict.FORWARD, Verdict.DROP, Verdict.SWITCH, Verdict.LOCAL, Verdict.ORIGINATED
  };

  private final Snapshot snapshot;
  private final FrameText text;
  private final List<Source> sources = new ArrayList<>();
  private final List<PacketPath> paths = new ArrayList<>();
  private final List<StageTimes> times = new ArrayList<>();
  private final List<DropExamples> examples = new ArrayList<>();
  private final CounterOptions options;
  private final CounterFile file;
  private Pipeline pipeline;
  private int added;
  private int stages;
  private int steps;
  private long leftOut;
  private CounterPublisher publisher;
  private Metrics metrics;

  private record Source(CounterType type, List<String> labels, LongSupplier value) {}

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
            + 2 * Math.min(MOST_RULES, snapshot.acls().rules().ruleCount())
            + SPARE;
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
      StageTimes ofPath = new StageTimes(BATCHES_PER_MEASURE);
      path.time(ofPath);
      times.add(ofPath);
    }
    outcomes(accountings);
    source(CounterType.RING_SIZE, ofPaths::rounds);
    begin();
  }

  /** Counters of a benchmark, which measures its stages itself. Before its first frame. */
  void begin(PathRun run) {
    if (file != null) {
      paths.add(run.path());
      source(CounterType.FRAMES, run::frames);
      source(CounterType.VERDICTS, run::forwarded, Verdict.name(Verdict.FORWARD));
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

  private void outcomes(Accounting... all) {
    for (Accounting accounting : all) {
      DropExamples ofOne = new DropExamples();
      accounting.keepExamples(ofOne);
      examples.add(ofOne);
    }
    source(CounterType.FRAMES, () -> sum(all, Accounting::packets));
    for (byte verdict : VERDICTS) {
      source(
          CounterType.VERDICTS, () -> sum(all, one -> one.verdict(verdict)), Verdict.name(verdict));
    }
    source(CounterType.HELD, () -> sum(all, one -> one.verdict(Verdict.HELD)));
    for (Reason reason : Reason.drops()) {
      source(CounterType.DROPS, () -> sum(all, one -> one.reason(reason)), reason.dottedName());
    }
    List<Segment> segments = snapshot.vpc().segments();
    for (int s = 0; s < segments.size(); s++) {
      int segment = s;
      String name = segments.get(s).name();
      source(CounterType.SEGMENT_IN, () -> sum(all, one -> one.passedFrom(segment)), name);
      source(CounterType.SEGMENT_OUT, () -> sum(all, one -> one.passedTo(segment)), name);
      source(CounterType.SEGMENT_DROPS, () -> sum(all, one -> one.dropped(segment)), name);
    }
  }

  private void begin() {
    source(CounterType.GENERATION, snapshot::generation);
    sum(CounterType.BYTES, PacketPath::bytes);
    sum(CounterType.SESSIONS, path -> path.sessions().size());
    sum(CounterType.SESSIONS_CREATED, path -> path.sessions().created());
    sum(
        CounterType.SESSIONS_ENDED,
        path -> Math.max(0, path.sessions().created() - path.sessions().size()));
    sum(CounterType.SESSIONS_EARLY, path -> path.sessions().droppedEarly());
    sum(CounterType.SESSIONS_REFUSED, path -> path.tracker().invalid(), "invalid");
    sum(CounterType.SESSIONS_REFUSED, path -> path.tracker().insertFailed(), "insert_failed");
    sum(CounterType.SESSIONS_REFUSED, path -> path.tracker().full(), "drop");
    RuleTable rules = snapshot.acls().rules();
    for (int r = 0; r < Math.min(MOST_RULES, rules.ruleCount()); r++) {
      int rule = r;
      AclRule named = rules.rule(r);
      String[] labels = {
        rules.list(rules.listOf(r)).name(),
        Integer.toString(named.number()),
        named.direction().name().toLowerCase(Locale.ROOT),
        named.action().name().toLowerCase(Locale.ROOT)
      };
      sum(CounterType.RULE_PACKETS, path -> path.hits().packets(rule), labels);
      sum(CounterType.RULE_BYTES, path -> path.hits().bytes(rule), labels);
    }
    leftOut = 2L * Math.max(0, rules.ruleCount() - MOST_RULES);
    source(CounterType.LEFT_OUT, () -> leftOut);
    publisher = new CounterPublisher(file, this::look);
  }

  private void source(CounterType type, LongSupplier value, String... labels) {
    sources.add(new Source(type, List.of(labels), value));
  }

  private void sum(CounterType type, ToLongFunction<PacketPath> value, String... labels) {
    PacketPath[] all = paths.toArray(PacketPath[]::new);
    source(type, () -> sum(all, value), labels);
  }

  private static <T> long sum(T[] all, ToLongFunction<T> value) {
    long sum = 0;
    for (T one : all) {
      sum += value.applyAsLong(one);
    }
    return sum;
  }

  /** The publisher, before each time it publishes. */
  private void look() {
    addStages();
    addSteps();
    for (; added < sources.size(); added++) {
      Source source = sources.get(added);
      if (!file.add(source.type, source.labels, source.value)) {
        leftOut++;
      }
    }
    for (PacketPath path : paths) {
      path.wantCounts();
    }
    for (DropExamples ofOne : examples) {
      ofOne.take(
          (reason, drop) ->
              file.example(reason, text.example(reason, drop), System.currentTimeMillis()));
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
      source(CounterType.STAGE_FRAMES, () -> times.stream().mapToLong(StageTimes::frames).sum());
    }
    for (; stages < known; stages++) {
      int k = stages;
      source(
          CounterType.STAGE_NS,
          () -> times.stream().mapToLong(ofPath -> ofPath.ns(k)).sum(),
          times.getFirst().name(k));
    }
  }

  private void addSteps() {
    if (pipeline != null) {
      List<Pipeline.Waiting> waiting = pipeline.waiting();
      for (; steps < waiting.size(); steps++) {
        source(CounterType.RING_WAITING, waiting.get(steps).rounds(), waiting.get(steps).step());
      }
    }
  }

  /** Publishes the last counts; what is not to be kept goes. */
  @Override
  public void close() throws IOException {
    if (file == null) {
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
      file.close();
      if (options.kept() == null) {
        Files.deleteIfExists(file.path());
      }
    }
  }
}
