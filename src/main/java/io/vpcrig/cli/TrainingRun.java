package io.vpcrig.cli;

import java.util.List;

/**
 * Several command lines in one process, while the JVM notes what it loads and compiles for later
 * starts (JEP 514, JEP 515). The launcher does this once after a build; see there which they are.
 */
public final class TrainingRun {
  private TrainingRun() {}

  /**
   * Runs command lines, one after the other.
   *
   * @param lines each with its words separated by spaces
   * @return the first exit code that is not 0, else 0
   */
  public static int run(List<String> lines) {
    for (String line : lines) {
      String[] words = line.strip().split(" +");
      int exit = VpcrigCommand.commandLine(words).execute(words);
      if (exit != ExitCode.OK) {
        return exit;
      }
    }
    return ExitCode.OK;
  }
}
