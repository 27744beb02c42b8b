package io.vpcrig.frame;

import java.io.IOException;

/** The input is not what it claims to be, or ends in the middle; what came before it is good. */
public final class DamagedInputException extends IOException {
  private static final long serialVersionUID = 1L;

  public DamagedInputException(String message) {
    super(message);
  }
}
