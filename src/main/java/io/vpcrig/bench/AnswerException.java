package io.vpcrig.bench;

import java.io.Serial;

/** The router did something else with frames than it had to. */
public final class AnswerException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  /**
   * @param message a sentence for people
   */
  public AnswerException(String message) {
    super(message);
  }
}
