package io.vpcrig.cli;

import io.vpcrig.acl.ClassBenchRules;
import io.vpcrig.acl.HeaderTrace;
import io.vpcrig.acl.RuleSet;
import io.vpcrig.bench.ClassBenchText;
import io.vpcrig.bench.Skew;
import io.vpcrig.bench.TrafficGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code gen traffic}: headers that meet the rules of a set. */
@Command(
    name = "traffic",
    description = "Makes headers for rules: ends and insides of their ranges, in random order.",
    footer = {
      "",
      "A line is: source, destination, source port, destination port, protocol, 0, and "
          + "the 0-based number of the rule it was drawn from (an earlier one may match it; "
          + "none if no rule does).",
      "",
      "Exit: 0 done, 2 usage, rules malformed or without so many headers, 3 OUT can't "
          + "be written, 4 no rules or no headers."
    })
public final class GenTrafficCommand implements Callable<Integer> {
  private static final int MAX_HEADERS = 100_000_000;

  @Spec private CommandSpec spec;
  @Mixin private GlobalOptions global;

  @Option(
      names = "--rules",
      required = true,
      paramLabel = "FILE",
      description = "ClassBench rules; .gz too, - for stdin.")
  private String rulesFile;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "Headers to make (default: ${DEFAULT-VALUE}).")
  private int count = 65_536;

  @Option(
      names = "--skew",
      paramLabel = "KIND",
      description =
          "Over the rules: uniform; zipf; hot, 9 headers of 10 from 1 rule of 100"
              + " (default: ${DEFAULT-VALUE}).")
  private Skew skew = Skew.uniform;

  @Option(names = "--distinct", description = "No header twice.")
  private boolean distinct;

  @Option(
      names = "--miss",
      paramLabel = "PCT",
      description = "Part of the headers that no rule matches, 0 to 100 (default: 0).")
  private int miss;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "OUT",
      description = "Where to; - is stdout (default: ${DEFAULT-VALUE}).")
  private String output = "-";

  @Override
  public Integer call() throws IOException {
    if (count < 0 || count > MAX_HEADERS) {
      throw usage("--count is " + count + ", legal 0.." + MAX_HEADERS);
    }
    if (miss < 0 || miss > 100) {
      throw usage("--miss is " + miss + ", legal 0..100");
    }
    RuleSet rules = readRules();
    if (rules.size() == 0 || count == 0) {
      spec.commandLine()
          .getErr()
          .println("0 headers for " + rules.size() + " rules of " + rulesFile);
      return global.allowEmpty ? ExitCode.OK : ExitCode.NOTHING;
    }
    HeaderTrace headers;
    try {
      headers = new TrafficGenerator(count, skew, distinct, miss).generate(rules, global.seed());
    } catch (IllegalArgumentException e) {
      throw usage(rulesFile + ": " + e.getMessage());
    }
    try (WholeFile file = new WholeFile(output)) {
      ClassBenchText.writeHeaders(headers, file.stream());
      file.commit();
    }
    spec.commandLine()
        .getErr()
        .println(
            "%d%s headers for %d rules, skew %s, %d%% of them unmatched, seed %d"
                .formatted(
                    headers.size(),
                    distinct ? " distinct" : "",
                    rules.size(),
                    skew,
                    miss,
                    global.seed()));
    return ExitCode.OK;
  }

  private RuleSet readRules() {
    try {
      return rulesFile.equals("-")
          ? ClassBenchRules.read("stdin", System.in)
          : ClassBenchRules.read(Path.of(rulesFile));
    } catch (IOException e) {
      throw usage("--rules: " + Sentence.of(e));
    }
  }

  private ParameterException usage(String sentence) {
    return new ParameterException(spec.commandLine(), sentence);
  }
}
