package io.vpcrig.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.bench.BenchReport;
import io.vpcrig.bench.Environment;
import io.vpcrig.bench.Sampler;
import io.vpcrig.report.BenchPage;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** How long every bench measures, and where its result goes. */
final class BenchOptions {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_RUNS = 10_000;
  private static final int MAX_FORKS = 100;

  @Option(
      names = "--runs",
      paramLabel = "N",
      description = "Timed runs of each figure (default: ${DEFAULT-VALUE}).")
  private int runs = 5;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "Length of a timed run (default: ${DEFAULT-VALUE}).")
  private double seconds = 0.3;

  @Option(
      names = "--warm-up",
      paramLabel = "S",
      description = "Time on a core before the first timed run (default: ${DEFAULT-VALUE}).")
  private double warmUp = 2;

  @Option(
      names = "--forks",
      paramLabel = "N",
      description =
          "Measure in N JVMs, one after the other, each everything; the interval is then that of "
              + "processes, and compare can tell changes from luck (default: ${DEFAULT-VALUE}).")
  private int forks = 1;

  @Option(names = "--fork-result", hidden = true, description = "This is a fork: its result.")
  private String forkResult;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Also write the whole result as JSON.")
  private String json;

  @Option(names = "--html", paramLabel = "FILE", description = "Also write the result as a page.")
  private String html;

  /** What a bench does in one process; answers its exit code. */
  @FunctionalInterface
  interface Bench {
    int measure(Sampler sampler) throws IOException;
  }

  /**
   * Measures, here or in forks.
   *
   * @param global {@code quiet} is set in a fork, which is to write its result and nothing else
   */
  int run(CommandSpec spec, GlobalOptions global, Bench bench) throws IOException {
    CommandLine line = spec.commandLine();
    Sampler sampler = sampler(line);
    require(line, forks >= 1 && forks <= MAX_FORKS, "--forks", forks, "1.." + MAX_FORKS);
    if (forkResult != null) {
      global.quiet = true;
      json = forkResult;
      html = null;
      return bench.measure(sampler);
    }
    for (String file : new String[] {json, html}) {
      if (file != null) {
        WholeFile.requireWritable(file);
      }
    }
    if (forks == 1) {
      return bench.measure(sampler);
    }
    BenchForks.Outcome outcome = new BenchForks(line, global.quiet).run(forks);
    if (outcome.report() == null) {
      return outcome.exit();
    }
    ObjectNode report = outcome.report();
    write(report);
    if (global.format == GlobalOptions.Format.json) {
      line.getOut().println(report.toPrettyString());
    } else if (!global.quiet) {
      line.getOut().println(Environment.header(report.get("environment")));
      line.getOut().print(BenchText.of(report));
    }
    line.getOut().flush();
    line.getErr().println(report.get("results").size() + " results of " + forks + " processes");
    line.getErr().flush();
    return outcome.exit();
  }

  /** The clock as asked for; a value out of range is a usage error of {@code line}. */
  Sampler sampler(CommandLine line) {
    require(line, runs >= 1 && runs <= MAX_RUNS, "--runs", runs, "1.." + MAX_RUNS);
    require(line, seconds > 0 && seconds <= 3600, "--seconds", seconds, "above 0 up to 3600");
    require(line, warmUp >= 0 && warmUp <= 3600, "--warm-up", warmUp, "0..3600");
    return new Sampler(runs, seconds, warmUp);
  }

  /** What {@link BenchReport#options} tells of these. */
  void describe(ObjectNode options) {
    options.put("runs", runs).put("secondsPerRun", seconds).put("warmUpSeconds", warmUp);
  }

  /**
   * Writes the files of {@code --json} and {@code --html}, each whole or not at all, if asked for.
   */
  void write(BenchReport report) throws IOException {
    write(report.toJson());
  }

  private void write(ObjectNode report) throws IOException {
    if (json != null) {
      try (WholeFile file = new WholeFile(json)) {
        file.stream().write(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(report));
        file.stream().write('\n');
        file.commit();
      }
    }
    if (html != null) {
      try (WholeFile file = new WholeFile(html)) {
        file.stream().write(BenchPage.of(report));
        file.commit();
      }
    }
  }

  /**
   * Writes the file of {@code --json}, and prints: the report as JSON, or where it was made unless
   * that is too much, and then {@code text}.
   */
  void report(CommandLine line, GlobalOptions global, BenchReport report, Object... text)
      throws IOException {
    write(report);
    PrintWriter out = line.getOut();
    if (global.format == GlobalOptions.Format.json) {
      out.println(report.toJson().toPrettyString());
    } else {
      if (!global.quiet) {
        out.println(report.environment().header());
      }
      for (Object part : text) {
        out.print(part);
      }
    }
    out.flush();
  }

  /** A usage error of {@code line} unless every one of {@code --batch} is 1 to {@code most}. */
  static void requireBatches(CommandLine line, List<Integer> batches, int most) {
    for (int batch : batches) {
      require(line, batch >= 1 && batch <= most, "--batch", batch, "1.." + most);
    }
  }

  /** A usage error of {@code line} unless {@code holds}. */
  static void require(CommandLine line, boolean holds, String option, Object value, String legal) {
    if (!holds) {
      throw new ParameterException(line, option + " is " + value + ", legal: " + legal);
    }
  }
}
