package io.vpcrig.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.bench.Figures;
import io.vpcrig.bench.Legend;
import io.vpcrig.bench.RateTable;
import io.vpcrig.bench.ResultTable;
import io.vpcrig.bench.compare.Clock;
import io.vpcrig.bench.compare.Gate;
import io.vpcrig.bench.compare.Judgement;
import io.vpcrig.bench.compare.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code compare BASE NEW}: whether a build is slower than another. */
@Command(
    name = "compare",
    description = "Tells whether NEW is slower than BASE, and how sure that is.",
    footer = {
      "",
      "Each process (a fork, a file) counts once, by the median of its runs: runs of one JVM are",
      "alike, and two JVMs of one build are not. Use bench --forks 10, or --run, which takes BASE",
      "and NEW for commands and runs them by turns in pairs: what moves the machine moves both. A",
      "row is slower if the whole interval is below 1 and the estimate beyond the limit; the",
      "confidence is that of no false alarm in the whole table.",
      "",
      "  vpcrig compare --run './old/vpcrig bench pipeline' './vpcrig bench pipeline'",
      "",
      "Exit: 0 nothing is slower, 1 a row is slower, 2 usage, or made on different machines, JDKs,",
      "flags or inputs, 3 a file is unreadable or no result, or a command failed, 4 no row in",
      "common, 5 with --strict: a row is undecided."
    })
public final class CompareCommand implements Callable<Integer> {
  private static final double BUSY_BELOW = 0.95;

  /** Characters that the figures leave of 80. */
  private static final int LABEL = 24;

  @Spec private CommandSpec spec;
  @Mixin private GlobalOptions global;

  @Parameters(
      index = "0",
      paramLabel = "BASE",
      description = "Result of bench --json, or a folder of such.")
  private String base;

  @Parameters(index = "1", paramLabel = "NEW", description = "The same of the other build.")
  private String changed;

  @Option(
      names = "--max-regression",
      paramLabel = "PCT",
      description = "Part of a rate that may be lost, in per cent (default: ${DEFAULT-VALUE}).")
  private double maxRegression = 3;

  @Option(
      names = "--confidence",
      paramLabel = "PCT",
      description = "Of no false alarm in the whole table, 50 to 99.99 (default: 99).")
  private double confidence = 99;

  @Option(
      names = "--clock",
      paramLabel = "wall|cpu",
      description =
          "cpu: rates by the time on a core, for busy machines; blind to waiting (default: wall).")
  private Clock clock = Clock.wall;

  @Option(names = "--paired", description = "The k-th process of NEW ran beside the k-th of BASE.")
  private boolean paired;

  @Option(names = "--force", description = "Compare although made in different circumstances.")
  private boolean force;

  @Option(names = "--strict", description = "Rows that are undecided are a failure, too.")
  private boolean strict;

  @Option(
      names = "--run",
      description = "BASE and NEW are shell commands that take --json FILE: run them in pairs.")
  private boolean run;

  @Option(
      names = "--pairs",
      paramLabel = "N",
      description = "Pairs to run with --run (default: ${DEFAULT-VALUE}).")
  private int pairs = 12;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "With --run: keep the results in DIR/base and DIR/new.")
  private Path keep;

  @Override
  public Integer call() throws IOException {
    BenchOptions.require(
        spec.commandLine(),
        maxRegression >= 0 && maxRegression < 100,
        "--max-regression",
        maxRegression,
        "0 to below 100");
    BenchOptions.require(
        spec.commandLine(),
        confidence >= 50 && confidence <= 99.99,
        "--confidence",
        confidence,
        "50..99.99");
    BenchOptions.require(
        spec.commandLine(),
        pairs >= 1 && pairs <= Gate.MOST_PROCESSES,
        "--pairs",
        pairs,
        "1.." + Gate.MOST_PROCESSES);
    Gate gate = new Gate(maxRegression / 100, confidence / 100, paired || run, clock);
    Gate.Outcome outcome;
    try {
      if (run) {
        try (var runs = new PairedRuns(keep, global.quiet ? null : err())) {
          runs.run(base, changed, pairs);
          outcome = gate.compare(runs.base(), runs.changed());
        }
      } else {
        outcome = gate.compare(Path.of(base), Path.of(changed));
      }
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    for (String difference : outcome.differences()) {
      err().println("vpcrig: " + difference);
    }
    if (!outcome.differences().isEmpty() && !force) {
      err().println("vpcrig: these results tell of that, not of the builds; --force compares them");
      err().flush();
      return ExitCode.USAGE;
    }
    print(gate, outcome);
    return finish(outcome);
  }

  private void print(Gate gate, Gate.Outcome outcome) {
    PrintWriter out = spec.commandLine().getOut();
    if (global.format == GlobalOptions.Format.json) {
      out.println(json(gate, outcome).toPrettyString());
    } else if (!global.quiet && !outcome.rows().isEmpty()) {
      Judgement first = outcome.rows().getFirst();
      out.printf(
          Locale.ROOT,
          "%d %s against %d, limit %s%%, confidence %s%%, ratio above 1 is faster%n",
          first.baseProcesses(),
          gate.paired() ? "processes in pairs" : "processes",
          first.changedProcesses(),
          plain(maxRegression),
          plain(confidence));
      Legend legend = new Legend(outcome.rows().stream().map(Judgement::label).toList(), LABEL);
      ResultTable table =
          new ResultTable(1, "row", "M/s base", "new", "ratio", "interval", "p", "verdict");
      for (int k = 0; k < outcome.rows().size(); k++) {
        Judgement row = outcome.rows().get(k);
        table.row(
            legend.name(k),
            value(row, row.base()),
            value(row, row.changed()),
            three(row.ratio()),
            row.bounded() ? three(row.low()) + ".." + three(row.high()) : "-",
            String.format(Locale.ROOT, row.p() < 0.001 ? "%.0e" : "%.3f", row.p()),
            row.verdict().name().toLowerCase(Locale.ROOT));
      }
      out.print(legend.text());
      out.print(table);
      for (int k = 0; k < outcome.rows().size(); k++) {
        String why = outcome.rows().get(k).why();
        if (!why.isEmpty()) {
          out.print(RateTable.wrap(legend.name(k) + ": " + why));
        }
      }
      if (clock == Clock.wall && outcome.coreShare() < BUSY_BELOW) {
        out.printf(
            "the runs had %s of a core, the machine was busy: --clock cpu compares the work%n",
            Figures.percent(outcome.coreShare()));
      }
    }
    out.flush();
  }

  private ObjectNode json(Gate gate, Gate.Outcome outcome) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("limit", gate.limit()).put("confidence", gate.confidence());
    root.put("paired", gate.paired()).put("clock", gate.clock().name());
    root.put("coreShare", outcome.coreShare());
    var rows = root.putArray("rows");
    outcome.rows().forEach(row -> rows.add(row.toJson()));
    root.put("onlyBase", outcome.onlyBase()).put("onlyNew", outcome.onlyChanged());
    outcome.differences().forEach(root.putArray("differences")::add);
    return root;
  }

  private int finish(Gate.Outcome outcome) {
    long slower = outcome.count(Verdict.SLOWER);
    long undecided = outcome.count(Verdict.UNDECIDED);
    err()
        .printf(
            "%d rows compared: %d slower, %d faster, %d same, %d undecided; %d only in one%n",
            outcome.rows().size(),
            slower,
            outcome.count(Verdict.FASTER),
            outcome.count(Verdict.SAME),
            undecided,
            outcome.onlyBase() + outcome.onlyChanged());
    err().flush();
    if (outcome.rows().isEmpty()) {
      return global.allowEmpty ? ExitCode.OK : ExitCode.NOTHING;
    }
    if (slower > 0) {
      return ExitCode.DIFFERENT;
    }
    return strict && undecided > 0 ? ExitCode.UNDECIDED : ExitCode.OK;
  }

  private static String value(Judgement row, double median) {
    return row.time() ? Figures.time(1e9 / median) : Figures.millions(median);
  }

  private static String three(double ratio) {
    return String.format(Locale.ROOT, "%.3f", ratio);
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
