package io.vpcrig.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows of text in aligned columns, two blanks apart. The first columns, which name things, are
 * aligned left, the figures after them right.
 */
public final class ResultTable {
  private final int names;
  private final List<String[]> rows = new ArrayList<>();

  /**
   * @param names how many columns hold names
   */
  public ResultTable(int names, String... titles) {
    this.names = names;
    rows.add(titles.clone());
  }

  /** Adds a row; as many cells as there are titles. */
  public void row(String... cells) {
    if (cells.length != rows.getFirst().length) {
      throw new IllegalArgumentException(
          cells.length + " cells below " + rows.getFirst().length + " titles");
    }
    rows.add(cells.clone());
  }

  /** Lines, each with its end; blanks at the end of a line are left out. */
  @Override
  public String toString() {
    int[] widths = new int[rows.getFirst().length];
    for (String[] row : rows) {
      Arrays.setAll(widths, c -> Math.max(widths[c], row[c].length()));
    }
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < row.length; c++) {
        String padding = " ".repeat(widths[c] - row[c].length());
        line.append(c == 0 ? "" : "  ").append(c < names ? row[c] + padding : padding + row[c]);
      }
      text.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
    return text.toString();
  }
}
