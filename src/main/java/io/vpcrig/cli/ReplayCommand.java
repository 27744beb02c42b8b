package io.vpcrig.cli;

import io.vpcrig.config.ConfigException;
import io.vpcrig.config.VpcFile;
import io.vpcrig.engine.PathOptions;
import io.vpcrig.engine.PipelineMode;
import io.vpcrig.engine.Snapshot;
import io.vpcrig.io.Pace;
import io.vpcrig.model.Vpc;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code replay VPC CAPTURE...}: captures through the data path. */
@Command(
    name = "replay",
    description = "Runs captures through a VPC and tells what passes, what drops, and why.",
    footer = {
      "",
      "Exit: 0 done, 1 output differs from --expect, 2 usage or configuration, 3 capture"
          + " unreadable",
      "or cut short (what was read before is reported), 4 no frames."
    })
final class ReplayCommand implements Callable<Integer> {
  /** What {@code --only} can pick. */
  enum Only {
    dropped
  }

  /** What is done about checksums. */
  enum Checksums {
    verify,
    repair
  }

  @Spec CommandSpec spec;
  @Mixin GlobalOptions global;
  @Mixin CounterOptions counters;
  @Mixin InputOptions input;

  @Parameters(index = "0", paramLabel = "VPC", description = "VPC file, - for stdin.")
  String vpcFile;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "CAPTURE",
      description = "pcap or pcapng, also .gz and .zst; - for stdin.")
  List<String> captures;

  @Option(
      names = {"-w", "--write"},
      paramLabel = "OUT.pcapng",
      description =
          "Writes the frames that leave, as they leave, and the dropped ones on an interface of"
              + " their own; each with a comment. OUT.pcap: only those that leave, without.")
  String output;

  @Option(
      names = "--verdicts",
      paramLabel = "FILE.jsonl",
      description = "Writes one line of JSON per frame.")
  String verdicts;

  @Option(
      names = "--report",
      paramLabel = "FILE.html",
      description = "Also writes the report as a page.")
  String report;

  @Option(
      names = "--expect",
      paramLabel = "OUT",
      description = "Compares the output with an earlier one; tells the first frame that differs.")
  String expect;

  @Option(
      names = "--only",
      paramLabel = "dropped",
      description = "-w and --verdicts take dropped frames only.")
  Only only;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "Threads that decide; the output is the same for any number (default: 1).")
  int workers = 1;

  @Option(
      names = "--pipeline",
      paramLabel = "rtc|staged",
      description = "Run to completion, or a thread per stage (default: rtc).")
  String pipeline = "rtc";

  @Option(
      names = "--untagged",
      paramLabel = "SEGMENT",
      description = "Segment that untagged frames come by, whatever their source address.")
  String untagged;

  @Option(names = "--limit", paramLabel = "N", description = "Reads no more than N frames.")
  long limit = Long.MAX_VALUE;

  @Option(
      names = "--speed",
      paramLabel = "max|recorded|xN|PPS",
      description = "How fast frames go in (default: max).")
  String speed = "max";

  @Option(
      names = "--checksums",
      paramLabel = "verify|repair",
      description =
          "verify drops frames with wrong checksums; repair takes them and sends right ones, for"
              + " captures made with checksum offload (default: verify).")
  Checksums checksums = Checksums.verify;

  @Option(
      names = "--sessions",
      paramLabel = "N",
      description =
          "Most sessions of one worker at once, up to 10000000 (default: the VPC's conntrack max,"
              + " 1048576 if it has none).")
  Integer sessions;

  @Override
  public Integer call() throws IOException {
    Replay.Request request = request();
    Vpc vpc;
    try {
      vpc = VpcFile.read(vpcFile, System.in);
      input.addresses.prepare(vpc, captures);
    } catch (ConfigException e) {
      e.problems().forEach(System.err::println);
      return ExitCode.USAGE;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    Snapshot snapshot;
    try {
      snapshot = Snapshot.compile(vpc, 1, request.path().untagged());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    return new Replay(request, global, snapshot).run();
  }

  private Replay.Request request() {
    counters.check(spec.commandLine());
    try {
      if (captures.contains("-") && vpcFile.equals("-")) {
        throw new IllegalArgumentException("VPC and capture can't both be read from stdin");
      }
      if (limit < 1) {
        throw new IllegalArgumentException("--limit " + limit + ", legal from 1");
      }
      if (workers < 1 || workers > Byte.MAX_VALUE) {
        throw new IllegalArgumentException("--workers " + workers + ", legal 1..127");
      }
      input.check(captures);
      return new Replay.Request(
          captures,
          input,
          Optional.ofNullable(output),
          Optional.ofNullable(verdicts),
          Optional.ofNullable(report),
          Optional.ofNullable(expect),
          only == Only.dropped,
          mode(),
          workers,
          limit,
          Pace.parse(speed),
          new PathOptions(
              sessions == null ? PathOptions.DEFAULT.sessions() : sessions,
              checksums == Checksums.repair,
              Optional.ofNullable(untagged)),
          sessions == null,
          counters);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private PipelineMode mode() {
    return switch (pipeline) {
      case "rtc" -> PipelineMode.RTC;
      case "staged" -> PipelineMode.STAGED;
      default ->
          throw new IllegalArgumentException("--pipeline " + pipeline + ", legal rtc or staged");
    };
  }
}
