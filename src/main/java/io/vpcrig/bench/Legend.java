package io.vpcrig.bench;

import java.util.List;

/**
 * Names of the rows of a table that has to fit a screen: the labels themselves, or, if one of them
 * is too long, numbers, and what each stands for.
 */
public final class Legend {
  private final List<String> labels;
  private final boolean numbered;

  /**
   * @param most characters of a label that there is room for
   */
  public Legend(List<String> labels, int most) {
    this.labels = List.copyOf(labels);
    numbered = labels.stream().anyMatch(label -> label.length() > most);
  }

  /** What row {@code k}, from 0, is called in the table. */
  public String name(int k) {
    return numbered ? Integer.toString(k + 1) : labels.get(k);
  }

  /** Lines for above the table, each with its end; none if the table needs none. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (int k = 0; numbered && k < labels.size(); k++) {
      text.append(RateTable.wrap(k + 1 + ": " + labels.get(k)));
    }
    return text.toString();
  }
}
