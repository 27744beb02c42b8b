package io.vpcrig.cli;

import io.vpcrig.acl.ClassBenchRules;
import io.vpcrig.acl.MatchRule;
import io.vpcrig.acl.RuleSet;
import io.vpcrig.bench.ClassBenchText;
import io.vpcrig.bench.RuleGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code gen rules}: a rule set like a known one. */
@Command(
    name = "rules",
    description = "Makes distinct rules in ClassBench form, specific ones before general ones.",
    footer = {
      "",
      "acl1 to ipc1 are fitted to ClassBench sets of 10,000 rules; vpc is an ingress "
          + "list of a  tier. A file with rules is fitted to on the spot.",
      "",
      "Exit: 0 done, 2 usage or FILE malformed, 3 OUT can't be written, 4 FILE has no " + "rules."
    })
public final class GenRulesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private GlobalOptions global;

  @Option(
      names = "--like",
      required = true,
      paramLabel = "NAME|FILE",
      description = "acl1, acl3, acl5, fw1, fw3, fw5, ipc1, vpc, or a file of ClassBench rules.")
  private String like;

  @Option(
      names = "--count",
      required = true,
      paramLabel = "N",
      description = "Rules to make, 10 to 1000000.")
  private int count;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "OUT",
      description = "Where to; - is stdout (default: ${DEFAULT-VALUE}).")
  private String output = "-";

  @Override
  public Integer call() throws IOException {
    if (count < RuleGenerator.MIN_RULES || count > RuleGenerator.MAX_RULES) {
      throw usage(
          "--count is %d, legal %d..%d"
              .formatted(count, RuleGenerator.MIN_RULES, RuleGenerator.MAX_RULES));
    }
    RuleGenerator generator;
    if (RuleGenerator.names().contains(like)) {
      generator = RuleGenerator.named(like);
    } else {
      RuleSet model = readModel();
      if (model.size() == 0) {
        spec.commandLine().getErr().println("vpcrig: " + like + ": no rules to fit to");
        return ExitCode.NOTHING;
      }
      generator = RuleGenerator.like(model);
    }
    List<MatchRule> rules;
    try {
      rules = generator.generate(count, global.seed());
    } catch (IllegalArgumentException e) {
      throw usage("--count is " + count + ", but " + e.getMessage());
    }
    try (WholeFile file = new WholeFile(output)) {
      ClassBenchText.writeRules(rules, file.stream());
      file.commit();
    }
    spec.commandLine()
        .getErr()
        .println("%d rules like %s, seed %d".formatted(rules.size(), like, global.seed()));
    return ExitCode.OK;
  }

  private RuleSet readModel() {
    if (!Files.exists(Path.of(like))) {
      throw usage(
          "--like is '%s', legal: %s, or a file of rules"
              .formatted(like, String.join(", ", RuleGenerator.names())));
    }
    try {
      return ClassBenchRules.read(Path.of(like));
    } catch (IOException e) {
      throw usage("--like: " + Sentence.of(e));
    }
  }

  private ParameterException usage(String sentence) {
    return new ParameterException(spec.commandLine(), sentence);
  }
}
