package io.vpcrig.query.compiler;

import io.vpcrig.model.Action;
import java.util.Locale;

/**
 * What becomes of a header, in the list as written or in its compiled form.
 *
 * @param rule 0-based rule that decided, {@link #DEFAULT}, or {@link #UNTOLD}
 * @param by what decided, for people
 */
public record Answer(Verdict verdict, int rule, String by) {
  /** No rule matched. */
  public static final int DEFAULT = -1;

  /** The compiled form does not tell which rule decided. */
  public static final int UNTOLD = -2;

  /** Verdicts of compiled forms. A list as written allows or denies. */
  public enum Verdict {
    ALLOW,
    DENY,
    /** Nothing in the compiled form matches. */
    NOTHING,
    /** The compiled form answers in two ways. */
    BOTH;

    static Verdict of(Action action) {
      return action == Action.ALLOW ? ALLOW : DENY;
    }

    @Override
    public String toString() {
      return switch (this) {
        case NOTHING -> "no answer";
        case BOTH -> "two answers";
        default -> name().toLowerCase(Locale.ROOT);
      };
    }
  }

  /** Whether a compiled form's answer is the one meant: the verdict, and the rule if it is told. */
  boolean agrees(Answer meant) {
    return verdict == meant.verdict && (rule == UNTOLD || rule == meant.rule);
  }
}
