package io.vpcrig.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code gen rules} and {@code gen traffic}: inputs from a seed. */
@Command(
    name = "gen",
    description = "Makes rules, and headers for rules; the same seed makes the same bytes.",
    synopsisSubcommandLabel = "WHAT",
    subcommands = {GenRulesCommand.class, GenTrafficCommand.class})
public final class GenCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "gen what? legal: " + String.join(", ", spec.subcommands().keySet()));
  }
}
