package io.vpcrig.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.bench.AnswerException;
import io.vpcrig.bench.BenchReport;
import io.vpcrig.bench.Environment;
import io.vpcrig.bench.Sampler;
import io.vpcrig.bench.Samples;
import io.vpcrig.bench.SessionBench;
import io.vpcrig.session.SessionTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench session}: the table of sessions alone. */
@Command(
    name = "session",
    description = "How fast sessions are found, created and ended, and what memory they take.",
    footer = {
      "",
      "create, end and expire fill and empty the whole table; end finds each session first. find"
          + " and",
      "miss look tuples up one by one; stage is all that is done to a frame of a known connection"
          + " but",
      "parsing it; its miss is what it takes to see that a batch holds no known one. Flows come in",
      "random order. A core share below 100%% means the rates are too low.",
      "",
      "Exit: 0 done, 1 a session was lost or made up, 2 usage."
    })
public final class BenchSessionCommand implements Callable<Integer> {
  private static final int MAX_BATCH = 4096;

  @Spec private CommandSpec spec;
  @Mixin private GlobalOptions global;
  @Mixin private BenchOptions bench;

  @Option(
      names = "--flows",
      split = ",",
      paramLabel = "N",
      description = "Sessions in the table, joined by commas (default: 1000,65536,1000000).")
  private List<Integer> flows = List.of(1000, 65_536, 1_000_000);

  @Option(
      names = "--batch",
      split = ",",
      paramLabel = "N",
      description = "Frames taken at a time, joined by commas (default: 64,256).")
  private List<Integer> batches = List.of(64, 256);

  private final List<ObjectNode> results = new ArrayList<>();
  private final StringBuilder memory = new StringBuilder();

  @Override
  public Integer call() throws IOException {
    return bench.run(spec, global, this::measure);
  }

  private int measure(Sampler sampler) throws IOException {
    for (int count : flows) {
      BenchOptions.require(
          spec.commandLine(),
          count >= 1 && count <= SessionTable.MAX_CAPACITY,
          "--flows",
          count,
          "1.." + SessionTable.MAX_CAPACITY);
    }
    BenchOptions.requireBatches(spec.commandLine(), batches, MAX_BATCH);
    Environment environment = Environment.here(global.seed(), List.of());
    int exit = ExitCode.OK;
    for (int count : flows) {
      try (SessionBench sessions = new SessionBench(count, global.seed())) {
        Map<String, Samples> rates = sessions.measure(sampler, batches);
        double bytes = (double) sessions.memoryBytes() / sessions.sessions();
        memory.append("%d flows: %.1f B a session%n".formatted(count, bytes));
        rates.forEach((what, samples) -> add(what, count, samples, bytes));
      } catch (AnswerException e) {
        err().println("vpcrig: " + e.getMessage());
        exit = ExitCode.DIFFERENT;
        break;
      }
    }
    ObjectNode options = JsonNodeFactory.instance.objectNode();
    bench.describe(options);
    var report = new BenchReport("session", environment, options, results);
    bench.report(spec.commandLine(), global, report, BenchText.of(report.toJson()), memory);
    err().println(results.size() + " results");
    err().flush();
    return exit;
  }

  private void add(String what, int count, Samples samples, double bytes) {
    ObjectNode row = JsonNodeFactory.instance.objectNode();
    row.put("what", what).put("flows", count).put("bytesPerSession", bytes);
    row.setAll(samples.toJson("operations"));
    results.add(row);
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
