package io.vpcrig.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench WHAT}: how fast, on given inputs. */
@Command(
    name = "bench",
    description = "Measures on your inputs, and tells all it takes to do it again.",
    synopsisSubcommandLabel = "WHAT",
    subcommands = {
      BenchAclCommand.class,
      BenchPipelineCommand.class,
      BenchReplayCommand.class,
      BenchRingCommand.class,
      BenchRouteCommand.class,
      BenchSessionCommand.class
    })
public final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "bench what? legal: " + String.join(", ", spec.subcommands().keySet()));
  }
}
