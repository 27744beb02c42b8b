package io.vpcrig.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.config.CaseFile;
import io.vpcrig.config.ConfigException;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.TestCase;
import io.vpcrig.model.Vpc;
import io.vpcrig.query.cases.CaseResult;
import io.vpcrig.query.cases.CaseResult.Outcome;
import io.vpcrig.query.cases.CaseRunner;
import io.vpcrig.query.cases.Coverage;
import io.vpcrig.query.cases.ListRunner;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code test FILE...}: test cases of VPCs and rule lists. */
@Command(
    name = "test",
    description = "Runs test cases: what a VPC or a rule list is expected to let through, and how.",
    footer = {
      "",
      "Exit: 0 all passed, 1 a case failed or coverage is below --min, 2 usage, or a file is"
          + " wrong,",
      "4 no cases, 5 a set was not decided in the time given."
    })
final class TestCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private GlobalOptions global;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "YAML files of test cases.")
  private List<Path> files;

  @Option(names = "--junit", paramLabel = "F", description = "Also writes JUnit XML.")
  private String junit;

  @Option(names = "--tap", description = "Prints TAP instead of text.")
  private boolean tap;

  @Option(
      names = "--coverage",
      description = "Tells which rules decided something, and which of their edges were tried.")
  private boolean withCoverage;

  @Option(
      names = "--min",
      paramLabel = "PCT",
      description =
          "Fails if the cases of a VPC reach fewer of its rules; percent, rounded down. Implies"
              + " --coverage.")
  private Integer min;

  @Option(
      names = "--update",
      description =
          "Golden captures: writes what comes out now as what is expected. All files or none.")
  private boolean update;

  @Option(
      names = "--max-flows",
      paramLabel = "N",
      description =
          "Flows of one set of a VPC's that are asked one by one; a set with more is decided by"
              + " sets (default: ${DEFAULT-VALUE}).")
  private long maxFlows = CaseRunner.MOST_FLOWS;

  @Option(
      names = "--timeout",
      paramLabel = "S",
      description =
          "Seconds for each set of flows that is decided by sets until it is undecided (default:"
              + " ${DEFAULT-VALUE}).")
  private int timeout = 60;

  private final Map<String, List<CaseResult>> results = new LinkedHashMap<>();
  private final Map<String, Coverage> coverages = new LinkedHashMap<>();

  @Override
  public Integer call() throws IOException {
    if (min != null && (min < 0 || min > 100)) {
      throw usage("--min " + min + ", legal 0..100");
    }
    if (maxFlows < 1) {
      throw usage("--max-flows " + maxFlows + ", legal from 1");
    }
    if (timeout < 1) {
      throw usage("--timeout " + timeout + ", legal from 1");
    }
    if (tap && global.format == GlobalOptions.Format.json) {
      throw usage("--tap and --format json exclude each other");
    }
    List<CaseFile> read = read();
    if (read.isEmpty()) {
      return ExitCode.USAGE;
    }
    if (read.stream().allMatch(file -> file.cases().isEmpty()) && !global.allowEmpty) {
      err().println("vpcrig: no cases in " + files);
      err().flush();
      return ExitCode.NOTHING;
    }
    run(read);
    if (junit != null) {
      try (WholeFile file = new WholeFile(junit)) {
        file.stream().write(CaseReports.junit(results));
        file.commit();
      }
    }
    print();
    return exitCode();
  }

  /** All files, or none and everything that is wrong with any of them told. */
  private List<CaseFile> read() {
    List<CaseFile> read = new ArrayList<>();
    for (Path file : files) {
      try {
        read.add(CaseFile.read(file, GivenLists::one));
      } catch (ConfigException e) {
        e.problems().forEach(err()::println);
        err().flush();
      }
    }
    return read.size() == files.size() ? read : List.of();
  }

  private void run(List<CaseFile> read) throws IOException {
    List<GoldenRun> goldens = new ArrayList<>();
    try {
      for (CaseFile file : read) {
        List<CaseResult> own = results.computeIfAbsent(file.file(), unused -> new ArrayList<>());
        switch (file.subject()) {
          case CaseFile.OfVpc of -> run(of.vpc(), file.cases(), own, goldens);
          case CaseFile.OfRules of -> run(of.list(), file.cases(), own);
        }
      }
      if (all().stream().noneMatch(r -> r.test() instanceof TestCase.Golden && isBad(r))) {
        for (GoldenRun golden : goldens) {
          golden.commit();
        }
      }
    } finally {
      for (GoldenRun golden : goldens) {
        golden.close();
      }
    }
  }

  private void run(Vpc vpc, List<TestCase> cases, List<CaseResult> own, List<GoldenRun> goldens) {
    // Files about one VPC share its coverage.
    Coverage coverage = coverages.computeIfAbsent(vpc.origin().file(), unused -> new Coverage(vpc));
    try (CaseRunner runner = new CaseRunner(vpc, coverage, maxFlows, Duration.ofSeconds(timeout))) {
      for (TestCase test : cases) {
        own.add(
            switch (test) {
              case TestCase.Set set -> runner.run(set);
              case TestCase.Sequence sequence -> runner.run(sequence);
              case TestCase.Golden golden -> {
                GoldenRun run = new GoldenRun(golden, update);
                goldens.add(run);
                yield run.run(vpc, coverage);
              }
              case TestCase.Judged judged ->
                  throw new IllegalStateException("of a list: " + judged);
            });
      }
    }
  }

  private void run(FilterList list, List<TestCase> cases, List<CaseResult> own) {
    ListRunner runner = new ListRunner(list, Duration.ofSeconds(timeout));
    for (TestCase test : cases) {
      own.add(
          switch (test) {
            case TestCase.Set set -> runner.run(set);
            case TestCase.Judged judged -> runner.run(judged);
            case TestCase.Sequence other -> throw new IllegalStateException("of a VPC: " + other);
            case TestCase.Golden other -> throw new IllegalStateException("of a VPC: " + other);
          });
    }
  }

  private static boolean isBad(CaseResult result) {
    return result.outcome() != Outcome.PASSED;
  }

  private List<CaseResult> all() {
    return results.values().stream().flatMap(List::stream).toList();
  }

  private boolean isCovered() {
    return min == null
        || coverages.values().stream().allMatch(c -> c.percentOfRules().orElse(100) >= min);
  }

  private int exitCode() {
    if (CaseReports.count(all(), Outcome.FAILED) > 0 || !isCovered()) {
      return ExitCode.DIFFERENT;
    }
    return CaseReports.count(all(), Outcome.UNDECIDED) > 0 ? ExitCode.UNDECIDED : ExitCode.OK;
  }

  private void print() {
    PrintWriter out = spec.commandLine().getOut();
    if (global.format == GlobalOptions.Format.json) {
      ObjectNode root = new ObjectMapper().createObjectNode();
      CaseReports.json(all(), root.putArray("cases"));
      root.put("passed", CaseReports.count(all(), Outcome.PASSED));
      root.put("failed", CaseReports.count(all(), Outcome.FAILED));
      root.put("undecided", CaseReports.count(all(), Outcome.UNDECIDED));
      if (withCoverage || min != null) {
        coverages.forEach(
            (vpc, coverage) ->
                CoverageText.json(
                    coverage, root.withArray("coverage").addObject().put("vpc", vpc)));
      }
      out.println(root.toPrettyString());
    } else if (tap) {
      out.print(CaseReports.tap(all()));
    } else {
      text(out);
    }
    out.flush();
  }

  private void text(PrintWriter out) {
    Style style = new Style(global.useColor());
    if (!global.quiet) {
      for (CaseResult result : all()) {
        if (isBad(result)) {
          String label = result.outcome() == Outcome.FAILED ? "FAILED" : "UNDECIDED";
          out.println(
              style.red(label) + "  " + result.test().name() + "  " + result.test().origin());
          result.told().forEach(line -> out.println("  " + line.replace("\n", "\n  ")));
        } else if (global.verbose) {
          out.println(
              style.green("passed")
                  + "  "
                  + result.test().name()
                  + "  "
                  + String.join("; ", result.told()));
        }
      }
    }
    if (withCoverage || min != null) {
      coverages.forEach((vpc, coverage) -> out.print(CoverageText.of(vpc, coverage, global.quiet)));
    }
    if (!isCovered()) {
      out.println("rules reached are below --min " + min + " %");
    }
    out.println(
        "%,d cases: %,d passed, %,d failed, %,d undecided"
            .formatted(
                all().size(),
                CaseReports.count(all(), Outcome.PASSED),
                CaseReports.count(all(), Outcome.FAILED),
                CaseReports.count(all(), Outcome.UNDECIDED)));
  }

  private ParameterException usage(String problem) {
    return new ParameterException(spec.commandLine(), problem);
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
