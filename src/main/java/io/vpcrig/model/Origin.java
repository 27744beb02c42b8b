package io.vpcrig.model;

/**
 * Where in a file something was written.
 *
 * @param file name as the operator gave it
 * @param line 1-based; 0 if it was not read from a file
 * @param column 1-based; 0 if unknown
 */
public record Origin(String file, int line, int column) {
  /** Built in, or made by a program. */
  public static final Origin BUILT_IN = new Origin("built-in", 0, 0);

  @Override
  public String toString() {
    return line == 0 ? file : file + ":" + line;
  }
}
