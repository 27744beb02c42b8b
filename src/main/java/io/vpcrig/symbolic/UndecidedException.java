package io.vpcrig.symbolic;

/** A question that was not answered within the time or the memory allowed. */
public final class UndecidedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * @param why a sentence for the operator
   */
  public UndecidedException(String why) {
    super(why);
  }

  /** As {@link #UndecidedException(String)}, with what a library threw. */
  public UndecidedException(String why, Throwable cause) {
    super(why, cause);
  }
}
