package io.vpcrig.cli;

import java.io.Console;
import picocli.CommandLine.Option;

/** Options that every verb takes. */
public final class GlobalOptions {
  /** Forms of output. */
  public enum Format {
    text,
    json
  }

  /** When to draw progress. */
  public enum ProgressMode {
    auto,
    none,
    json
  }

  /** When to use colour. */
  public enum ColorMode {
    auto,
    always,
    never
  }

  @Option(
      names = "--format",
      paramLabel = "text|json",
      description = "Form of the result (default: ${DEFAULT-VALUE}).")
  Format format = Format.text;

  @Option(
      names = "--color",
      paramLabel = "auto|always|never",
      description = "Colour of the result; NO_COLOR is obeyed (default: ${DEFAULT-VALUE}).")
  ColorMode color = ColorMode.auto;

  @Option(
      names = "--progress",
      paramLabel = "auto|none|json",
      description = "Progress on stderr (default: ${DEFAULT-VALUE}, on a terminal only).")
  ProgressMode progress = ProgressMode.auto;

  @Option(names = "--seed", paramLabel = "N", description = "Seed of everything random.")
  Long seed;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description = "Threads for work that is not the data path (default: all cores).")
  int jobs = Runtime.getRuntime().availableProcessors();

  @Option(
      names = {"-q", "--quiet"},
      description = "Only the closing line of counts.")
  boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      description = "Also what is usually left out.")
  boolean verbose;

  @Option(names = "--allow-empty", description = "Nothing to do is no error.")
  boolean allowEmpty;

  /** The seed asked for, or else always the same. */
  long seed() {
    return seed == null ? 1 : seed;
  }

  /** Whether stdout gets colour. */
  boolean useColor() {
    return switch (color) {
      case always -> true;
      case never -> false;
      case auto -> System.getenv("NO_COLOR") == null && onTerminal();
    };
  }

  /** Whether a person watches stdout and stderr. JDK 22 to 24 always have a console, 25 may not. */
  @SuppressWarnings("SystemConsoleNull")
  static boolean onTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }
}
