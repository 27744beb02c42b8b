package io.vpcrig.cli;

import io.vpcrig.cli.GlobalOptions.Format;
import io.vpcrig.telemetry.CounterReader;
import io.vpcrig.telemetry.Run;
import io.vpcrig.telemetry.RunSnapshot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code stat [FILE|PID]}: the counters of a run, alive or dead. */
@Command(
    name = "stat",
    description = "Tells the counters of a running process, or of one that ended.",
    footer = {"", "Exit: 0 told, 2 usage, 3 no such file, or not one of counters, 4 no run found."})
final class StatCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin GlobalOptions global;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "FILE|PID",
      description = "A counter file, or whose (default: the latest run, running ones first).")
  String asked;

  @Option(names = "--prometheus", description = "Prints Prometheus' text format.")
  boolean prometheus;

  @Option(
      names = "--watch",
      paramLabel = "S",
      description = "Goes on every S seconds, 0.1..3600, until the run has ended.")
  Double watch;

  @Override
  public Integer call() throws IOException {
    if (watch != null && !(watch >= 0.1 && watch <= 3600)) {
      throw new ParameterException(spec.commandLine(), "--watch " + watch + ", legal 0.1..3600");
    }
    PrintWriter err = spec.commandLine().getErr();
    Optional<Path> path = RunPlace.find(asked, err);
    if (path.isEmpty()) {
      return global.allowEmpty ? ExitCode.OK : ExitCode.NOTHING;
    }
    try (CounterReader reader = new CounterReader(path.get())) {
      RunSnapshot before = null;
      while (true) {
        RunSnapshot now = reader.snapshot();
        print(now, before);
        if (watch == null || now.state() != Run.State.RUNNING) {
          return ExitCode.OK;
        }
        before = now;
        try {
          Thread.sleep((long) (watch * 1e3));
        } catch (InterruptedException e) {
          return ExitCode.INTERRUPTED;
        }
      }
    }
  }

  private void print(RunSnapshot now, RunSnapshot before) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (prometheus) {
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      PrometheusText.write(now, text);
      out.print(text.toString(StandardCharsets.UTF_8));
    } else if (global.format == Format.json) {
      out.println(watch == null ? StatJson.of(now).toPrettyString() : StatJson.of(now).toString());
    } else {
      if (before != null) {
        out.println();
      }
      out.print(new StatText(now, new Style(global.useColor())).text(global.quiet));
    }
    out.flush();
  }
}
