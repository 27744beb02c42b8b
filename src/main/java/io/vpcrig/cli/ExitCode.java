package io.vpcrig.cli;

/** Exit codes, the same for every verb. */
public final class ExitCode {
  /** It holds; same; passed. */
  public static final int OK = 0;

  /** A check failed, verdicts differ, a gate tripped. */
  public static final int DIFFERENT = 1;

  /** Usage, configuration or rule error. */
  public static final int USAGE = 2;

  /** Input unreadable or cut short. */
  public static final int INPUT = 3;

  /** Nothing was done, and nothing was not allowed. */
  public static final int NOTHING = 4;

  /** Undecided in the time given. */
  public static final int UNDECIDED = 5;

  /** Interrupted. */
  public static final int INTERRUPTED = 130;

  private ExitCode() {}
}
