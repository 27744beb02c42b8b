package io.vpcrig.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.bench.AnswerException;
import io.vpcrig.bench.BenchReport;
import io.vpcrig.bench.Environment;
import io.vpcrig.bench.InputFile;
import io.vpcrig.bench.Sampler;
import io.vpcrig.bench.replay.HeldCapture;
import io.vpcrig.bench.replay.ReplayBench;
import io.vpcrig.config.ConfigException;
import io.vpcrig.config.VpcFile;
import io.vpcrig.engine.PathOptions;
import io.vpcrig.engine.Snapshot;
import io.vpcrig.frame.FrameSource;
import io.vpcrig.io.Captures;
import io.vpcrig.io.LimitedSource;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bench replay VPC CAPTURE}: a capture of the user's, over and over. */
@Command(
    name = "replay",
    description = "How fast a capture goes through a VPC, from memory and from its file.",
    footer = {
      "",
      "The capture is looped with its time going on; a run ends with a whole round and begins",
      "without sessions. The sink looks at each verdict, and the verdicts of the first round have",
      "to be alike for any number of workers. With one worker, reading and the way are one thread.",
      "",
      "Exit: 0 done, 1 verdicts differ, 2 usage or configuration, 3 capture unreadable or damaged,",
      "4 no frames."
    })
public final class BenchReplayCommand implements Callable<Integer> {
  private static final int MAX_WORKERS = 127;

  @Spec private CommandSpec spec;
  @Mixin private GlobalOptions global;
  @Mixin private BenchOptions bench;

  @Parameters(index = "0", paramLabel = "VPC", description = "VPC file.")
  private String vpcFile;

  @Parameters(index = "1", paramLabel = "CAPTURE", description = "pcap or pcapng; .gz, .zst too.")
  private String capture;

  @Option(
      names = "--workers",
      split = ",",
      paramLabel = "N",
      description = "Workers, joined by commas (default: 1 up to the cores there are).")
  private List<Integer> workers =
      IntStream.rangeClosed(1, Runtime.getRuntime().availableProcessors()).boxed().toList();

  @Option(
      names = "--untagged",
      paramLabel = "SEGMENT",
      description = "Segment of untagged frames (default: told by the source address).")
  private Optional<String> untagged = Optional.empty();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Only the first N frames, and these from memory only.")
  private Long limit;

  @Override
  public Integer call() throws IOException {
    return bench.run(spec, global, this::measure);
  }

  private int measure(Sampler sampler) throws IOException {
    for (int count : workers) {
      boolean legal = count >= 1 && count <= MAX_WORKERS;
      BenchOptions.require(spec.commandLine(), legal, "--workers", count, "1.." + MAX_WORKERS);
    }
    BenchOptions.require(
        spec.commandLine(), limit == null || limit >= 1, "--limit", limit, "1 or more");
    PrintWriter err = spec.commandLine().getErr();
    Snapshot snapshot;
    try {
      snapshot = Snapshot.compile(VpcFile.read(vpcFile, System.in), 1, untagged);
    } catch (ConfigException e) {
      e.problems().forEach(problem -> err.println(problem));
      err.flush();
      return ExitCode.USAGE;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    List<InputFile> inputs =
        List.of(InputFile.of(Path.of(vpcFile)), InputFile.of(Path.of(capture)));
    Environment environment = Environment.here(global.seed(), inputs);
    List<ObjectNode> results = new ArrayList<>();
    int exit = ExitCode.OK;
    try (HeldCapture held = hold()) {
      if (held.frames() > 0) {
        measure(held, snapshot, sampler, results);
      } else if (!global.allowEmpty) {
        err.println("vpcrig: no frames in " + capture);
        exit = ExitCode.NOTHING;
      }
    } catch (AnswerException e) {
      err.println("vpcrig: " + e.getMessage());
      exit = ExitCode.DIFFERENT;
    }
    ObjectNode options = JsonNodeFactory.instance.objectNode();
    bench.describe(options);
    var report = new BenchReport("replay", environment, options, results);
    bench.report(spec.commandLine(), global, report, BenchText.of(report.toJson()));
    err.println(results.size() + " results");
    err.flush();
    return exit;
  }

  private void measure(
      HeldCapture held, Snapshot snapshot, Sampler sampler, List<ObjectNode> results)
      throws IOException {
    PathOptions path =
        new PathOptions(PathOptions.DEFAULT.sessions(), false, untagged)
            .withSessions(snapshot.vpc().conntrack().max());
    var replay = new ReplayBench(snapshot, path, held.frames(), sampler);
    for (int count : workers) {
      results.add(tell(held, replay.fromMemory(held, count)));
      if (limit == null) {
        results.add(tell(held, replay.fromFile(capture, count)));
      }
    }
  }

  private ObjectNode tell(HeldCapture held, ObjectNode row) {
    double bytes = (double) held.sizeBytes() / held.frames();
    return row.put("capture", Path.of(capture).getFileName().toString())
        .put("captureFrames", held.frames())
        .put("bytesPerFrame", bytes);
  }

  private HeldCapture hold() throws IOException {
    try (FrameSource whole = Captures.open(capture)) {
      return HeldCapture.of(limit == null ? whole : new LimitedSource(whole, limit));
    }
  }
}
