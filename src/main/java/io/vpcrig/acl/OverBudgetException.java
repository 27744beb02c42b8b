package io.vpcrig.acl;

/** A rule set does not fit an engine's form within the budget; the message says what ran out. */
public final class OverBudgetException extends Exception {
  private static final long serialVersionUID = 1;

  public OverBudgetException(String what) {
    // No stack trace: this is an answer, and an engine may have to give it often.
    super(what, null, false, false);
  }
}
