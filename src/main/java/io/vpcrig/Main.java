package io.vpcrig;

import io.vpcrig.cli.TrainingRun;
import io.vpcrig.cli.VpcrigCommand;
import java.util.List;

/** Starts vpcrig from a command line. */
public final class Main {
  private Main() {}

  /**
   * Runs one verb and ends the process with its exit code. The launcher's {@code train} is none: it
   * runs several command lines.
   */
  public static void main(String[] args) {
    if (args.length > 0 && args[0].equals("train")) {
      System.exit(TrainingRun.run(List.of(args).subList(1, args.length)));
    }
    System.exit(VpcrigCommand.commandLine(args).execute(args));
  }
}
