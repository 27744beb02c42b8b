package io.vpcrig.model;

import java.io.IOException;

/**
 * A line of a text file that can't be read; the message begins with {@code file:line:column} and
 * tells the value and what is legal.
 */
public final class MalformedLineException extends IOException {
  private static final long serialVersionUID = 1;

  /**
   * @param line 1-based
   * @param column 1-based
   */
  public MalformedLineException(String file, int line, int column, String problem) {
    super(file + ":" + line + ":" + column + ": " + problem);
  }
}
