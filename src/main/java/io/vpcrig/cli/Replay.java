package io.vpcrig.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.acl.RuleTable;
import io.vpcrig.bench.Environment;
import io.vpcrig.bench.InputFile;
import io.vpcrig.cli.GlobalOptions.Format;
import io.vpcrig.cli.ReplayResult.RuleHits;
import io.vpcrig.engine.Accounting;
import io.vpcrig.engine.PacketPath;
import io.vpcrig.engine.PathOptions;
import io.vpcrig.engine.Pipeline;
import io.vpcrig.engine.PipelineMode;
import io.vpcrig.engine.PipelineOptions;
import io.vpcrig.engine.RuleCounters;
import io.vpcrig.engine.Snapshot;
import io.vpcrig.engine.SnapshotCell;
import io.vpcrig.frame.FrameSink;
import io.vpcrig.frame.FrameSource;
import io.vpcrig.frame.LinkType;
import io.vpcrig.io.CaptureWriter;
import io.vpcrig.io.DigestSink;
import io.vpcrig.io.LimitedSource;
import io.vpcrig.io.OutputLayout;
import io.vpcrig.io.Pace;
import io.vpcrig.io.PacedSource;
import io.vpcrig.io.PcapWriter;
import io.vpcrig.io.PcapngWriter;
import io.vpcrig.io.SelectionException;
import io.vpcrig.model.AclList;
import io.vpcrig.model.Origin;
import io.vpcrig.model.Segment;
import io.vpcrig.query.FrameText;
import io.vpcrig.report.ReplayPage;
import io.vpcrig.report.SessionSeries;
import io.vpcrig.report.TrafficSink;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One replay: captures in, counts, digest, files and report out. Outputs appear whole or not at
 * all.
 */
final class Replay {
  /** What was asked for. */
  record Request(
      List<String> captures,
      InputOptions input,
      Optional<String> output,
      Optional<String> verdicts,
      Optional<String> report,
      Optional<String> expect,
      boolean onlyDropped,
      PipelineMode mode,
      int workers,
      long limit,
      Pace pace,
      PathOptions path,
      boolean sessionsByVpc,
      CounterOptions counters) {}

  private final Request request;
  private final GlobalOptions global;
  private final Snapshot snapshot;
  private final FrameText text;
  private final Accounting counts;
  private final DigestSink digest;
  private final PathOptions path;
  private final PacketPath[] paths;

  private CaptureWriter writer;
  private WholeFile verdictFile;
  private VerdictSink verdicts;
  private ExpectSink expected;
  private WholeFile page;
  private TrafficSink traffic;
  private SessionSeries sessions;
  private RunCounters live;

  Replay(Request request, GlobalOptions global, Snapshot snapshot) {
    this.request = request;
    this.global = global;
    this.snapshot = snapshot;
    this.text = new FrameText(snapshot);
    this.counts = new Accounting(snapshot.segments().size());
    this.digest = wantsDigest() ? new DigestSink() : null;
    this.path =
        request.sessionsByVpc()
            ? request.path().withSessions(snapshot.vpc().conntrack().max())
            : request.path();
    this.paths = new PacketPath[request.workers()];
  }

  /** Hashing takes a third of the time of the whole way; done where it will be told. */
  private boolean wantsDigest() {
    return global.verbose || global.format == Format.json || request.report().isPresent();
  }

  /** Runs it and prints the report; returns the exit code. */
  int run() throws IOException {
    for (int w = 0; w < paths.length; w++) {
      paths[w] = new PacketPath(path);
    }
    SeveralCaptures captures;
    try {
      captures = new SeveralCaptures(request.captures());
    } catch (IOException e) {
      System.err.println("vpcrig: " + Sentence.of(e));
      return ExitCode.INPUT;
    }
    boolean done = false;
    try (captures) {
      List<FrameSink> sinks;
      try {
        sinks = sinks(captures);
        live = new RunCounters(request.counters(), "replay", snapshot);
      } catch (IOException e) {
        System.err.println("vpcrig: " + Sentence.of(e));
        return ExitCode.USAGE;
      }
      double seconds;
      try {
        seconds = carry(captures, sinks);
      } catch (SelectionException e) {
        System.err.println("vpcrig: " + e.getMessage());
        return ExitCode.USAGE;
      }
      ReplayResult result = result(captures, seconds);
      if (result.packets() == 0 && captures.damage().isEmpty() && !global.allowEmpty) {
        System.err.println(
            "vpcrig: no frames in " + captures.describe() + request.input().closing());
        return ExitCode.NOTHING;
      }
      commit(result);
      done = true;
      print(result);
      return exitCode(captures);
    } finally {
      release(done);
    }
  }

  private List<FrameSink> sinks(SeveralCaptures captures) throws IOException {
    List<FrameSink> sinks = new ArrayList<>();
    if (digest != null) {
      sinks.add(digest);
    }
    if (request.output().isPresent()) {
      writer = writer(request.output().get());
      sinks.add(writer);
    }
    if (request.verdicts().isPresent()) {
      verdictFile = new WholeFile(request.verdicts().get());
      verdicts = new VerdictSink(verdictFile, text, request.onlyDropped());
      sinks.add(verdicts);
    }
    if (request.expect().isPresent()) {
      expected = new ExpectSink(request.expect().get(), text, snapshot.vpc().vxlan().acceptPorts());
      sinks.add(expected);
    }
    if (request.report().isPresent()) {
      page = new WholeFile(request.report().get());
      traffic = new TrafficSink(snapshot);
      sinks.add(traffic);
      sessions = new SessionSeries(paths.length);
      for (int w = 0; w < paths.length; w++) {
        paths[w].watch(sessions.of(w));
      }
    }
    if (Progress.isWanted(global.progress, global.quiet)) {
      sinks.add(new Progress(global.progress, captures::share, System.err));
    }
    return sinks;
  }

  /** A classic pcap where the name asks for one; it has no room for what pcapng tells besides. */
  private CaptureWriter writer(String output) throws IOException {
    if (output.endsWith(".pcap") && !request.onlyDropped()) {
      return new PcapWriter(output, LinkType.ETHERNET);
    }
    List<String> names = snapshot.vpc().segments().stream().map(Segment::name).toList();
    return new PcapngWriter(
        output,
        new OutputLayout(names, LinkType.ETHERNET),
        text::comment,
        request.onlyDropped(),
        true);
  }

  private double carry(SeveralCaptures captures, List<FrameSink> sinks) throws IOException {
    FrameSource source = request.input().over(captures);
    if (request.limit() != Long.MAX_VALUE) {
      source = new LimitedSource(source, request.limit());
    }
    if (!request.pace().isMax()) {
      source = new PacedSource(source, request.pace(), System::nanoTime);
    }
    PipelineOptions options = PipelineOptions.of(request.mode(), request.workers(), path);
    long start = System.nanoTime();
    Accounting[] parts = new Accounting[request.workers()];
    Arrays.setAll(parts, w -> new Accounting(snapshot.segments().size()));
    Pipeline pipeline = new Pipeline(options, new SnapshotCell(snapshot), paths).counting(parts);
    live.begin(paths, pipeline, parts);
    if (sinks.isEmpty()) {
      for (PacketPath worker : paths) {
        worker.decideOnly();
      }
      pipeline.run(source);
    } else {
      pipeline.run(source, sinks.size() == 1 ? sinks.getFirst() : new Fanout(sinks));
    }
    for (Accounting part : parts) {
      counts.addAll(part);
    }
    for (FrameSink sink : sinks) {
      if (sink instanceof Progress progress) {
        progress.close();
      }
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private ReplayResult result(SeveralCaptures captures, double seconds) {
    String pipeline =
        "%s, %d worker%s"
            .formatted(
                request.mode() == PipelineMode.RTC ? "rtc" : "staged",
                request.workers(),
                request.workers() == 1 ? "" : "s");
    return result(
        snapshot,
        request.captures(),
        captures,
        counts,
        digest == null ? "" : digest.finish(),
        paths,
        pipeline,
        seconds);
  }

  /** What the paths and sinks of a finished run counted. Ends their sessions. */
  static ReplayResult result(
      Snapshot snapshot,
      List<String> files,
      SeveralCaptures captures,
      Accounting counts,
      String digest,
      PacketPath[] paths,
      String pipeline,
      double seconds) {
    RuleCounters hits = new RuleCounters(0);
    ReplayResult.Tracking tracking = new ReplayResult.Tracking(0, 0, 0, 0, 0);
    long bytes = 0;
    for (PacketPath path : paths) {
      path.drain();
      hits.addAll(path.hits());
      tracking = tracking.plus(path);
      bytes += path.bytes();
    }
    RuleTable table = snapshot.acls().rules();
    hits.ensure(table.ruleCount());
    List<RuleHits> rules = new ArrayList<>();
    for (int r = 0; r < table.ruleCount(); r++) {
      AclList list = table.list(table.listOf(r));
      // The built-in lists are told of where they did something.
      if (!list.origin().equals(Origin.BUILT_IN) || hits.packets(r) > 0) {
        rules.add(new RuleHits(list, table.rule(r), hits.packets(r), hits.bytes(r)));
      }
    }
    return new ReplayResult(
        snapshot.vpc(),
        files,
        counts,
        bytes,
        rules,
        tracking,
        snapshot.generation(),
        seconds,
        digest,
        pipeline,
        captures.damage());
  }

  private void commit(ReplayResult result) throws IOException {
    if (expected != null) {
      expected.finish();
    }
    if (writer != null) {
      writer.close();
    }
    if (verdicts != null) {
      verdicts.close();
    }
    if (page != null) {
      page.stream()
          .write(
              ReplayPage.of(
                  snapshot, ReplayJson.of(result), traffic, sessions, environment(result)));
      page.commit();
    }
  }

  private ObjectNode environment(ReplayResult result) throws IOException {
    Path vpc = Path.of(result.vpc().origin().file());
    List<InputFile> inputs = Files.isRegularFile(vpc) ? List.of(InputFile.of(vpc)) : List.of();
    ObjectNode environment = Environment.here(global.seed(), inputs).toJson();
    return environment.put("pipeline", result.pipeline());
  }

  /** Stdout may already carry a file; then the report goes to stderr. */
  private void print(ReplayResult result) {
    boolean taken =
        request.output().filter("-"::equals).isPresent()
            || request.verdicts().filter("-"::equals).isPresent()
            || request.report().filter("-"::equals).isPresent();
    PrintStream out = taken ? System.err : System.out;
    if (global.format == Format.json) {
      ObjectNode report = ReplayJson.of(result);
      request.input().tell(report);
      out.println(report.toPrettyString());
    } else {
      if (!global.quiet && result.packets() > 0) {
        out.print(ReplayText.of(result, new Style(global.useColor())));
      }
      out.println(result.closingLine() + request.input().closing());
    }
    if (expected != null) {
      System.err.println(
          expected.difference().orElse("%,d frames as expected".formatted(expected.compared())));
    }
    result.damage().forEach(damage -> System.err.println("vpcrig: " + damage));
  }

  private int exitCode(SeveralCaptures captures) {
    if (!captures.damage().isEmpty()) {
      return ExitCode.INPUT;
    }
    return expected != null && expected.difference().isPresent() ? ExitCode.DIFFERENT : ExitCode.OK;
  }

  private void release(boolean done) throws IOException {
    if (!done && writer != null) {
      writer.abort();
    }
    if (verdictFile != null) {
      verdictFile.close();
    }
    if (page != null) {
      page.close();
    }
    if (expected != null) {
      expected.close();
    }
    if (digest != null) {
      digest.close();
    }
    if (live != null) {
      live.close();
    }
    for (PacketPath path : paths) {
      path.close();
    }
  }
}
