package io.vpcrig.telemetry;

import java.util.ArrayList;
import java.util.List;

/**
 * One value of a {@link CounterFile} at one time.
 *
 * @param labels values of the labels that the type names, in its order
 */
public record Counter(CounterType type, List<String> labels, long value) {
  public Counter {
    labels = List.copyOf(labels);
    if (labels.size() != type.labels().size()) {
      throw new IllegalArgumentException(
          type.dottedName() + " has labels " + type.labels() + ", not " + labels);
    }
  }

  /** The value of a label. */
  public String label(String name) {
    return labels.get(type.labels().indexOf(name));
  }

  /**
   * What stands in the file as the counter's label: {@code drops{reason="acl.deny.rule"}}, with
   * backslash, quote and line feed escaped by a backslash.
   */
  static String text(CounterType type, List<String> labels) {
    StringBuilder text = new StringBuilder(type.dottedName());
    for (int k = 0; k < labels.size(); k++) {
      text.append(k == 0 ? '{' : ',').append(type.labels().get(k)).append("=\"");
      text.append(labels.get(k).replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"));
      text.append('"');
    }
    return labels.isEmpty() ? text.toString() : text.append('}').toString();
  }

  /** The label values of such a text, whatever their names. */
  static List<String> labels(String text) {
    List<String> values = new ArrayList<>();
    StringBuilder value = null;
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (value == null) {
        value = c == '"' ? new StringBuilder() : null;
      } else if (c == '"') {
        values.add(value.toString());
        value = null;
      } else if (c == '\\' && at + 1 < text.length()) {
        char escaped = text.charAt(++at);
        value.append(escaped == 'n' ? '\n' : escaped);
      } else {
        value.append(c);
      }
    }
    return values;
  }
}
