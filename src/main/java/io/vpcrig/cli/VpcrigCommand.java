package io.vpcrig.cli;

import java.io.PrintWriter;
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
    subcommands = {
      ReplayCommand.class,
      StatCommand.class,
      TopCommand.class,
      ForwardCommand.class,
      ExplainCommand.class,
      ClassifyCommand.class,
      InspectCommand.class,
      CheckCommand.class,
      ProveCommand.class,
      DiffCommand.class,
      FuzzCommand.class,
      ConformCommand.class,
      ConvertCommand.class,
      TestCommand.class,
      CoverCommand.class,
      BenchCommand.class,
      CompareCommand.class,
      ReportCommand.class,
      GenCommand.class,
      picocli.AutoComplete.GenerateCompletion.class
    },
    footer = {"", "vpcrig VERB --help tells about a verb."})
public final class VpcrigCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** The command line, ready to execute. Exit codes are those of {@link ExitCode}. */
  public static CommandLine commandLine() {
    CommandLine line = new CommandLine(new VpcrigCommand());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler(VpcrigCommand::usage);
    line.setExecutionExceptionHandler(VpcrigCommand::failed);
    line.getSubcommands().values().forEach(VpcrigCommand::addHelp);
    line.getSubcommands().get("generate-completion").getCommandSpec().usageMessage().hidden(false);
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
