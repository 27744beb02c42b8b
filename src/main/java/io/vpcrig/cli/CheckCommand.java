package io.vpcrig.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.config.Problem;
import io.vpcrig.config.VpcFile;
import io.vpcrig.config.foreign.Loss;
import io.vpcrig.model.AclList;
import io.vpcrig.model.MalformedLineException;
import io.vpcrig.model.Vpc;
import io.vpcrig.query.lint.Finding;
import io.vpcrig.query.lint.VpcLint;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code check VPC}: everything wrong or dubious in a VPC file. */
@Command(
    name = "check",
    description =
        "Reads a VPC file, or rules in any format, and tells everything that is wrong or dubious.",
    footer = {
      "",
      "With -v, also which engine takes each list, what that costs, and which were given up.",
      "",
      "Exit: 0 it can be used, 1 there are warnings or findings and --fail-on is warning, 2 it is"
          + " no VPC",
      "and no rules, or unreadable."
    })
final class CheckCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Losses told without -v. */
  private static final int LOST_SHOWN = 5;

  /** What makes the check fail. */
  enum FailOn {
    error,
    warning
  }

  @Spec CommandSpec spec;
  @Mixin GlobalOptions global;

  @Parameters(
      index = "0",
      paramLabel = "VPC",
      description = "VPC file, - for stdin; or rules: FILE, or FILE#LIST.")
  String vpcFile;

  @Option(
      names = "--fail-on",
      paramLabel = "error|warning",
      description = "What ends in an exit code other than 0 (default: ${DEFAULT-VALUE}).")
  FailOn failOn = FailOn.error;

  @Option(
      names = "--from",
      paramLabel = "FORMAT",
      description = "Reads rules of this format (default: told by content).")
  String from;

  @Option(
      names = "--sarif",
      paramLabel = "FILE",
      description = "Also writes the findings as SARIF 2.1.0; - for stdout.")
  String sarif;

  @Option(
      names = "--timeout",
      paramLabel = "S",
      description = "Seconds for each list until undecided (default: ${DEFAULT-VALUE}).")
  int timeout = 5;

  private final InputStream stdin;

  CheckCommand() {
    this(System.in);
  }

  /** Reads {@code -} from {@code stdin}. */
  CheckCommand(InputStream stdin) {
    this.stdin = stdin;
  }

  @Override
  public Integer call() throws IOException {
    if (isRules()) {
      return checkRules();
    }
    VpcFile.Outcome outcome = VpcFile.check(vpcFile, stdin);
    PrintWriter out = spec.commandLine().getOut();
    List<Finding> findings =
        outcome.vpc().map(vpc -> VpcLint.of(vpc, Duration.ofSeconds(timeout))).orElse(List.of());
    if (global.format == GlobalOptions.Format.json) {
      out.println(
          JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json(outcome, findings)));
    } else {
      if (!global.quiet) {
        Style style = new Style(global.useColor());
        outcome.problems().forEach(problem -> out.println(line(problem, style)));
        findings.forEach(out::println);
      }
      if (global.verbose) {
        outcome.vpc().ifPresent(vpc -> CompiledLists.print(vpc, out));
      }
      out.println(
          closingLine(outcome)
              + (findings.isEmpty() ? "" : "; " + count(findings.size(), "finding")));
    }
    out.flush();
    if (outcome.errors() > 0) {
      return ExitCode.USAGE;
    }
    writeSarif(findings);
    return (outcome.warnings() > 0 || !findings.isEmpty()) && failOn == FailOn.warning
        ? ExitCode.DIFFERENT
        : ExitCode.OK;
  }

  /** A VPC file says so at its top; what names a list or a format, or says less, is rules. */
  private boolean isRules() throws IOException {
    if (vpcFile.equals(VpcFile.STDIN) || Files.notExists(Path.of(vpcFile))) {
      return from != null || vpcFile.contains("#");
    }
    return from != null || !RuleSource.isVpc(Path.of(vpcFile));
  }

  private int checkRules() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    LintedRules linted;
    try {
      linted =
          LintedRules.of(
              RuleSource.open(vpcFile, Optional.ofNullable(from)), Duration.ofSeconds(timeout));
    } catch (MalformedLineException e) {
      spec.commandLine().getErr().println("vpcrig: " + e.getMessage());
      return ExitCode.USAGE;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage());
    }
    List<Finding> findings = linted.findings();
    if (global.format == GlobalOptions.Format.json) {
      ObjectNode root = JSON.createObjectNode().put("file", vpcFile);
      root.put("lists", linted.lists()).put("rules", linted.rules());
      LintReport.write(findings, root.putArray("findings"));
      ArrayNode lost = root.putArray("lost");
      linted.lost().forEach(loss -> lost.add(loss.toString()));
      out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root));
    } else {
      if (!global.quiet) {
        findings.forEach(out::println);
        tellLost(linted.lost());
      }
      out.println(
          String.join(
              ", ",
              vpcFile + ": " + count(linted.lists(), "list"),
              count(linted.rules(), "rule"),
              count(findings.size(), "finding")));
    }
    out.flush();
    writeSarif(findings);
    if (linted.lists() == 0) {
      return global.allowEmpty ? ExitCode.OK : ExitCode.NOTHING;
    }
    return !findings.isEmpty() && failOn == FailOn.warning ? ExitCode.DIFFERENT : ExitCode.OK;
  }

  private void tellLost(List<Loss> lost) {
    PrintWriter err = spec.commandLine().getErr();
    int shown = global.verbose ? lost.size() : Math.min(LOST_SHOWN, lost.size());
    lost.stream().limit(shown).forEach(loss -> err.println("vpcrig: " + loss));
    if (shown < lost.size()) {
      err.println("vpcrig: and " + (lost.size() - shown) + " more; -v shows all");
    }
    if (!lost.isEmpty()) {
      err.println("vpcrig: of these rules, and what depends on them, nothing is told");
    }
    err.flush();
  }

  private void writeSarif(List<Finding> findings) throws IOException {
    if (sarif == null) {
      return;
    }
    byte[] text =
        JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(LintReport.sarif(findings));
    try (WholeFile file = new WholeFile(sarif)) {
      file.stream().write(text);
      file.commit();
    }
  }

  private static String line(Problem problem, Style style) {
    if (!style.color()) {
      return problem.toString();
    }
    String label = ": " + problem.severity().label() + ": ";
    String shown = problem.isError() ? style.red(label) : style.bold(label);
    return problem.toString().replace(label, shown);
  }

  private String closingLine(VpcFile.Outcome outcome) {
    String file = vpcFile.equals(VpcFile.STDIN) ? "stdin" : vpcFile;
    StringBuilder line = new StringBuilder(file);
    line.append(": ").append(count(outcome.errors(), "error"));
    line.append(", ").append(count(outcome.warnings(), "warning"));
    outcome.vpc().ifPresent(vpc -> line.append("; ").append(contents(vpc)));
    return line.toString();
  }

  private static String contents(Vpc vpc) {
    return String.join(
        ", ",
        "VPC " + vpc.name() + " " + vpc.cidr(),
        count(vpc.publics().size(), "public network"),
        count(vpc.tiers().size(), "tier"),
        count(vpc.privateGateways().size(), "private gateway"),
        count(vpc.lists().size(), "list") + " with " + count(rules(vpc), "rule"));
  }

  private static long rules(Vpc vpc) {
    return vpc.lists().values().stream().map(AclList::rules).mapToLong(rules -> rules.size()).sum();
  }

  private static String count(long number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  private ObjectNode json(VpcFile.Outcome outcome, List<Finding> findings) {
    ObjectNode root = JSON.createObjectNode();
    root.put("file", vpcFile);
    root.put("valid", outcome.vpc().isPresent());
    root.put("errors", outcome.errors());
    root.put("warnings", outcome.warnings());
    ArrayNode problems = root.putArray("problems");
    for (Problem problem : outcome.problems()) {
      problems
          .addObject()
          .put("file", problem.origin().file())
          .put("line", problem.origin().line())
          .put("column", problem.origin().column())
          .put("severity", problem.severity().label())
          .put("path", problem.path())
          .put("message", problem.message());
    }
    LintReport.write(findings, root.putArray("findings"));
    outcome.vpc().ifPresent(vpc -> contents(vpc, root.putObject("vpc")));
    if (global.verbose) {
      outcome.vpc().ifPresent(vpc -> CompiledLists.write(vpc, root.putArray("compiled")));
    }
    return root;
  }

  private static void contents(Vpc vpc, ObjectNode node) {
    node.put("name", vpc.name());
    node.put("cidr", vpc.cidr().toString());
    node.put("semantics", vpc.semantics().name().toLowerCase(Locale.ROOT));
    node.put("publicNetworks", vpc.publics().size());
    node.put("tiers", vpc.tiers().size());
    node.put("privateGateways", vpc.privateGateways().size());
    node.put("lists", vpc.lists().size());
    node.put("rules", rules(vpc));
  }
}
