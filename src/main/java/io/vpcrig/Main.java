package io.vpcrig;

import io.vpcrig.cli.VpcrigCommand;

/** Starts vpcrig from a command line. */
public final class Main {
  private Main() {}

  /** Runs one verb and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(VpcrigCommand.commandLine(args).execute(args));
  }
}
