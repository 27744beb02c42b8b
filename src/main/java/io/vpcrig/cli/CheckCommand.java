package io.vpcrig.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.config.Problem;
import io.vpcrig.config.VpcFile;
import io.vpcrig.model.AclList;
import io.vpcrig.model.Vpc;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code check VPC}: everything wrong or dubious in a VPC file. */
@Command(
    name = "check",
    description = "Reads a VPC file and tells everything that is wrong or dubious in it.",
    footer = {
      "",
      "With -v, also which engine takes each list, what that costs, and which were given up.",
      "",
      "Exit: 0 it is a VPC, 1 there are warnings and --fail-on is warning, 2 it is no VPC or",
      "unreadable."
    })
final class CheckCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What makes the check fail. */
  enum FailOn {
    error,
    warning
  }

  @Spec CommandSpec spec;
  @Mixin GlobalOptions global;

  @Parameters(index = "0", paramLabel = "VPC", description = "VPC file, - for stdin.")
  String vpcFile;

  @Option(
      names = "--fail-on",
      paramLabel = "error|warning",
      description = "What ends in an exit code other than 0 (default: ${DEFAULT-VALUE}).")
  FailOn failOn = FailOn.error;

  private final InputStream stdin;

  CheckCommand() {
    this(System.in);
  }

  /** Reads {@code -} from {@code stdin}. */
  CheckCommand(InputStream stdin) {
    this.stdin = stdin;
  }

  @Override
  public Integer call() throws JsonProcessingException {
    VpcFile.Outcome outcome = VpcFile.check(vpcFile, stdin);
    PrintWriter out = spec.commandLine().getOut();
    if (global.format == GlobalOptions.Format.json) {
      out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json(outcome)));
    } else {
      if (!global.quiet) {
        Style style = new Style(global.useColor());
        outcome.problems().forEach(problem -> out.println(line(problem, style)));
      }
      if (global.verbose) {
        outcome.vpc().ifPresent(vpc -> CompiledLists.print(vpc, out));
      }
      out.println(closingLine(outcome));
    }
    out.flush();
    if (outcome.errors() > 0) {
      return ExitCode.USAGE;
    }
    return outcome.warnings() > 0 && failOn == FailOn.warning ? ExitCode.DIFFERENT : ExitCode.OK;
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

  private ObjectNode json(VpcFile.Outcome outcome) {
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
