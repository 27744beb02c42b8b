package io.vpcrig;

/** Starts vpcrig from a command line. */
public final class Main {
  private Main() {}

  /** Runs one command and ends the process with its exit code (design.md section 7). */
  public static void main(String[] args) {
    System.err.println("vpcrig: no command yet");
    System.exit(4);
  }
}
