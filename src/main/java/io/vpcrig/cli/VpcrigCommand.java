package io.vpcrig.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The root of the command line. */
@Command(
    name = "vpcrig",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "A VPC's data plane in user space, and a test rig for it.",
    synopsisSubcommandLabel = "VERB",
    footer = {"", "vpcrig VERB --help tells about a verb."})
public final class VpcrigCommand implements Runnable {
  /** By name, in the order of the help. */
  static final Map<String, Class<?>> VERBS = new LinkedHashMap<>();

  static {
    VERBS.put("replay", ReplayCommand.class);
    VERBS.put("stat", StatCommand.class);
    VERBS.put("top", TopCommand.class);
    VERBS.put("forward", ForwardCommand.class);
    VERBS.put("control", ControlCommand.class);
    VERBS.put("explain", ExplainCommand.class);
    VERBS.put("classify", ClassifyCommand.class);
    VERBS.put("inspect", InspectCommand.class);
    VERBS.put("check", CheckCommand.class);
    VERBS.put("prove", ProveCommand.class);
    VERBS.put("diff", DiffCommand.class);
    VERBS.put("fuzz", FuzzCommand.class);
    VERBS.put("conform", ConformCommand.class);
    VERBS.put("convert", ConvertCommand.class);
    VERBS.put("test", TestCommand.class);
    VERBS.put("cover", CoverCommand.class);
    VERBS.put("bench", BenchCommand.class);
    VERBS.put("compare", CompareCommand.class);
    VERBS.put("report", ReportCommand.class);
    VERBS.put("gen", GenCommand.class);
    VERBS.put("generate-completion", picocli.AutoComplete.GenerateCompletion.class);
  }

  private static final String COMPLETION = "generate-completion";

  @Spec private CommandSpec spec;

  /** The command line, ready to execute. Exit codes are those of {@link ExitCode}. */
  public static CommandLine commandLine() {
    return commandLine(VERBS);
  }

  /**
   * The command line for some arguments: of all verbs it knows the one they begin with, if they do.
   * To make the others takes as long as a short run.
   */
  public static CommandLine commandLine(String... arguments) {
    Class<?> verb = arguments.length == 0 ? null : VERBS.get(arguments[0]);
    return verb == null || arguments[0].equals(COMPLETION)
        ? commandLine()
        : commandLine(Map.of(arguments[0], verb));
  }

  private static CommandLine commandLine(Map<String, Class<?>> verbs) {
    CommandLine line = new CommandLine(new VpcrigCommand());
    verbs.forEach(line::addSubcommand);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler(VpcrigCommand::usage);
    line.setExecutionExceptionHandler(VpcrigCommand::failed);
    line.getSubcommands().values().forEach(VpcrigCommand::addHelp);
    if (verbs.containsKey(COMPLETION)) {
      line.getSubcommands().get(COMPLETION).getCommandSpec().usageMessage().hidden(false);
    }
    return line;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no verb");
  }

  /** A verb and what stands below it. */
  private static void addHelp(CommandLine verb) {
    verb.getCommandSpec().mixinStandardHelpOptions(true);
    verb.getSubcommands().values().forEach(VpcrigCommand::addHelp);
  }

  /** Usage errors: one sentence, and where to read on. */
  private static int usage(ParameterException e, String[] args) {
    PrintWriter err = e.getCommandLine().getErr();
    err.println("vpcrig: " + e.getMessage());
    CommandLine.UnmatchedArgumentException.printSuggestions(e, err);
    err.println("Try '" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
    return ExitCode.USAGE;
  }

  /** What reading and writing can throw ends in one sentence; anything else is our own fault. */
  private static int failed(Exception e, CommandLine line, CommandLine.ParseResult parsed)
      throws Exception {
    if (e instanceof java.io.IOException) {
      line.getErr().println("vpcrig: " + Sentence.of(e));
      return ExitCode.INPUT;
    }
    throw e;
  }
}
