package io.vpcrig.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.acl.ClassBenchRules;
import io.vpcrig.acl.Classifiers;
import io.vpcrig.acl.HeaderTrace;
import io.vpcrig.acl.OverBudgetException;
import io.vpcrig.acl.RuleSet;
import io.vpcrig.bench.AclBench;
import io.vpcrig.bench.BenchReport;
import io.vpcrig.bench.Environment;
import io.vpcrig.bench.InputFile;
import io.vpcrig.bench.Oracle;
import io.vpcrig.bench.Sampler;
import io.vpcrig.bench.Skew;
import io.vpcrig.bench.TrafficGenerator;
import io.vpcrig.bench.UpdateBench;
import io.vpcrig.bench.UpdateResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench acl}: engines on rule sets. */
@Command(
    name = "acl",
    description = "How fast engines find the first matching rule, and what they cost to build.",
    footer = {
      "",
      "Every engine's verdicts are compared with linear search; the checksum of the "
          + "verdicts is that of the peers' programs. A core share below 100%% means the "
          + "rates are too low.",
      "",
      "Exit: 0 done, 1 engines differ, 2 usage or rules malformed, 3 headers "
          + "unreadable, 4 no rules, no headers, or no engine that takes the rules."
    })
public final class BenchAclCommand implements Callable<Integer> {
  private static final int MAX_BATCH = 1 << 16;
  private static final int MAX_UPDATE_RATE = 100_000;
  private static final String ALL = "all";

  /** How many verdicts are compared with linear search. */
  enum Verify {
    sample,
    all,
    none
  }

  @Spec private CommandSpec spec;
  @Mixin private GlobalOptions global;
  @Mixin private BenchOptions bench;

  @Option(
      names = "--rules",
      required = true,
      arity = "1..*",
      paramLabel = "FILE",
      description = "ClassBench rules, one or more files; .gz too.")
  private List<Path> rulesFiles;

  @Option(
      names = "--headers",
      paramLabel = "FILE",
      description = "Headers as for classify; .gz too (default: made from the rules).")
  private Path headersFile;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "Distinct headers to make (default: ${DEFAULT-VALUE}).")
  private int count = 65_536;

  @Option(
      names = "--skew",
      paramLabel = "KIND",
      description = "Of made headers: uniform, zipf, hot (default: ${DEFAULT-VALUE}).")
  private Skew skew = Skew.uniform;

  @Option(
      names = "--engine",
      split = ",",
      paramLabel = "NAME",
      description = "Engines, joined by commas; auto, or all (default: auto).")
  private List<String> engines = List.of(Classifiers.AUTO);

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Headers asked for at a time (default: ${DEFAULT-VALUE}).")
  private int batch = 256;

  @Option(
      names = "--update-rate",
      split = ",",
      paramLabel = "R",
      description =
          "Edit the rules R times a second meanwhile; several rates joined by commas. Tells what of"
              + " the rate is left, and when edits take effect.")
  private List<Double> updateRates = List.of();

  @Option(
      names = "--verify",
      paramLabel = "HOW",
      description =
          "Compare with linear search: sample, all headers up to some 2e9 rule tests; all; none"
              + " (default: ${DEFAULT-VALUE}).")
  private Verify verify = Verify.sample;

  private final List<ObjectNode> results = new ArrayList<>();
  private boolean differ;

  @Override
  public Integer call() throws IOException {
    return bench.run(spec, global, this::measure);
  }

  private int measure(Sampler sampler) throws IOException {
    Set<String> names = engineNames();
    BenchOptions.require(
        spec.commandLine(), batch >= 1 && batch <= MAX_BATCH, "--batch", batch, "1.." + MAX_BATCH);
    BenchOptions.require(
        spec.commandLine(), count >= 1, "--count", count, "1.." + Integer.MAX_VALUE);
    for (double rate : updateRates) {
      BenchOptions.require(
          spec.commandLine(),
          rate > 0 && rate <= MAX_UPDATE_RATE,
          "--update-rate",
          rate,
          "above 0 up to " + MAX_UPDATE_RATE);
    }
    BenchOptions.require(spec.commandLine(), global.jobs >= 1, "--jobs", global.jobs, "1 or more");
    List<InputFile> inputs = new ArrayList<>();
    List<RuleSet> sets = new ArrayList<>();
    try {
      for (Path file : rulesFiles) {
        sets.add(ClassBenchRules.read(file));
        inputs.add(InputFile.of(file));
      }
    } catch (IOException e) {
      return failed(e, ExitCode.USAGE);
    }
    HeaderTrace given = null;
    if (headersFile != null) {
      try {
        given = HeaderTrace.read(headersFile);
        inputs.add(InputFile.of(headersFile));
      } catch (IOException e) {
        return failed(e, ExitCode.INPUT);
      }
    }
    Environment environment = Environment.here(global.seed(), inputs);
    if (text()) {
      out().println(environment.header());
    }
    for (int k = 0; k < sets.size(); k++) {
      Path file = rulesFiles.get(k);
      RuleSet rules = sets.get(k);
      if (rules.size() > 0 && (given == null || given.size() > 0)) {
        HeaderTrace headers = given == null ? headers(file, rules) : given;
        if (updateRates.isEmpty()) {
          measure(file, rules, headers, names, sampler);
        } else {
          measureUpdates(file, rules, headers, names, sampler);
        }
      }
    }
    var report = new BenchReport("acl", environment, options(), results);
    bench.write(report);
    if (json()) {
      out().println(report.toJson().toPrettyString());
    }
    out().flush();
    return finish(sets.size());
  }

  private void measure(
      Path file, RuleSet rules, HeaderTrace headers, Set<String> names, Sampler sampler) {
    String set = file.getFileName().toString();
    var acl = new AclBench(rules, headers, batch);
    Oracle oracle = oracle(rules, headers);
    var block = new BenchAclText(set, rules.size(), headers.size(), oracle.size());
    for (String engine : names) {
      ObjectNode row = JsonNodeFactory.instance.objectNode();
      row.put("set", set).put("rules", rules.size()).put("headers", headers.size());
      row.put("asked", engine);
      try {
        AclBench.Result result = acl.measure(engine, sampler);
        row.setAll(result.toJson());
        row.put("verified", oracle.size());
        block.add(engine, result);
        oracle
            .difference(result.engine(), result.verdicts())
            .ifPresent(sentence -> differ(file, row, sentence));
        results.add(row);
      } catch (OverBudgetException e) {
        err().println("vpcrig: " + file + ": " + engine + " left out: " + e.getMessage());
      }
    }
    if (text()) {
      out().println(block);
      out().flush();
    }
  }

  private void measureUpdates(
      Path file, RuleSet rules, HeaderTrace headers, Set<String> names, Sampler sampler) {
    String set = file.getFileName().toString();
    var text = new BenchUpdateText(set, rules.size(), headers.size());
    for (String engine : names) {
      try {
        var updates = new UpdateBench(rules, headers, batch, engine, global.seed());
        for (double rate : updateRates) {
          ObjectNode row = JsonNodeFactory.instance.objectNode();
          row.put("set", set).put("rules", rules.size()).put("headers", headers.size());
          row.put("asked", engine);
          UpdateResult result = updates.measure(rate, sampler);
          row.setAll(result.toJson());
          text.add(result);
          if (verify != Verify.none) {
            long work = verify == Verify.all ? Long.MAX_VALUE : Oracle.SAMPLE_WORK;
            updates
                .difference(work, global.jobs)
                .ifPresent(sentence -> differ(file, row, sentence));
          }
          results.add(row);
        }
      } catch (OverBudgetException e) {
        err().println("vpcrig: " + file + ": " + engine + " left out: " + e.getMessage());
      }
    }
    if (!json()) {
      out().println(text);
      out().flush();
    }
  }

  private void differ(Path file, ObjectNode row, String sentence) {
    differ = true;
    row.put("difference", sentence);
    err().println("vpcrig: " + file + ": engines differ: " + sentence);
  }

  private int finish(int sets) {
    err()
        .println(
            "%d rule sets, %d results%s"
                .formatted(sets, results.size(), differ ? ", some verdicts wrong" : ""));
    err().flush();
    if (differ) {
      return ExitCode.DIFFERENT;
    }
    return results.isEmpty() && !global.allowEmpty ? ExitCode.NOTHING : ExitCode.OK;
  }

  private Set<String> engineNames() {
    Set<String> names = new LinkedHashSet<>();
    for (String engine : engines) {
      if (engine.equals(ALL)) {
        names.addAll(Classifiers.names());
      } else {
        BenchOptions.require(
            spec.commandLine(),
            engine.equals(Classifiers.AUTO) || Classifiers.names().contains(engine),
            "--engine",
            "'" + engine + "'",
            "auto, all, " + String.join(", ", Classifiers.names()));
        names.add(engine);
      }
    }
    return names;
  }

  private HeaderTrace headers(Path file, RuleSet rules) {
    try {
      return new TrafficGenerator(count, skew, true, 0).generate(rules, global.seed());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), file + ": " + e.getMessage());
    }
  }

  private Oracle oracle(RuleSet rules, HeaderTrace headers) {
    return switch (verify) {
      case none -> Oracle.SILENT;
      case sample -> Oracle.of(rules, headers, Oracle.SAMPLE_WORK, global.jobs);
      case all -> Oracle.of(rules, headers, Long.MAX_VALUE, global.jobs);
    };
  }

  private ObjectNode options() {
    ObjectNode options = JsonNodeFactory.instance.objectNode();
    bench.describe(options);
    options.put("batch", batch).put("verify", verify.name());
    updateRates.forEach(options.withArray("/updateRates")::add);
    if (headersFile == null) {
      options.put("skew", skew.name());
    }
    return options;
  }

  private int failed(IOException e, int exitCode) {
    err().println("vpcrig: " + Sentence.of(e));
    err().flush();
    return exitCode;
  }

  private boolean json() {
    return global.format == GlobalOptions.Format.json;
  }

  private boolean text() {
    return !json() && !global.quiet;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
