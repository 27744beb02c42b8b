package io.vpcrig.query.compiler;

/** A compiler did not compile a list. */
public final class CompilerFailure extends Exception {
  private static final long serialVersionUID = 1;

  /** How. */
  public enum Kind {
    /** It may: the list is more than the compiler claims to take. */
    REFUSED("refused"),
    /** Exit code other than 0, or an exception. */
    FAILED("failed"),
    TIMED_OUT("timed out"),
    /** What it wrote is no compiled form. */
    UNREADABLE("unreadable output");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    @Override
    public String toString() {
      return label;
    }
  }

  private final Kind kind;
  private final int exitCode;
  private final String details;

  /**
   * @param exitCode of the command, -1 if it had none
   * @param details what it wrote to stderr, or the output that can't be read; may be empty
   */
  CompilerFailure(Kind kind, String sentence, int exitCode, String details) {
    super(sentence);
    this.kind = kind;
    this.exitCode = exitCode;
    this.details = details;
  }

  public Kind kind() {
    return kind;
  }

  public int exitCode() {
    return exitCode;
  }

  public String details() {
    return details;
  }
}
