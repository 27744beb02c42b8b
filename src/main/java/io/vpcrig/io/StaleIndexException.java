package io.vpcrig.io;

import java.io.IOException;

/** An index is of an earlier state of its capture. The message is a sentence for people. */
public final class StaleIndexException extends IOException {
  private static final long serialVersionUID = 1L;

  StaleIndexException(String message) {
    super(message);
  }
}
