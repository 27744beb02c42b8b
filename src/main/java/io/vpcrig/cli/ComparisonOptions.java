package io.vpcrig.cli;

import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What {@code prove} and {@code diff} both take. */
final class ComparisonOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--from",
      paramLabel = "FORMAT",
      description = "Format of the files (default: told by content).")
  private String from;

  @Option(
      names = "--timeout",
      paramLabel = "S",
      description = "Seconds for each question until it is undecided (default: ${DEFAULT-VALUE}).")
  private int timeout = 60;

  Optional<String> from() {
    return Optional.ofNullable(from);
  }

  /** How long one question may take. */
  Duration limit() {
    if (timeout < 1) {
      throw new ParameterException(
          spec.commandLine(), "--timeout is " + timeout + ", legal from 1");
    }
    return Duration.ofSeconds(timeout);
  }
}
