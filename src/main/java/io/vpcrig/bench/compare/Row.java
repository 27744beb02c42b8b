package io.vpcrig.bench.compare;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What one figure is of: two figures may be compared if their rows are equal.
 *
 * @param bench as in {@code bench acl}
 * @param parameters fields of a result that say what was measured, by name, in their order
 * @param metric what was counted, as in {@code lookupsPerSecond}; of a figure inside another object
 *     with that one's name before it, as in {@code busy lookupsPerSecond}
 */
record Row(String bench, Map<String, String> parameters, String metric) {
  Row {
    parameters = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
  }

  /** Parameters in which not all of some rows are alike. */
  static List<String> telling(List<Row> rows) {
    return rows.stream()
        .flatMap(row -> row.parameters.keySet().stream())
        .distinct()
        .filter(name -> rows.stream().map(row -> row.parameters.get(name)).distinct().count() > 1)
        .toList();
  }

  /** A name for people, by the parameters that tell rows apart. */
  String label(List<String> telling, boolean withMetric) {
    String label =
        telling.stream()
            .filter(parameters::containsKey)
            .map(name -> isNumber(name) ? name + " " + parameters.get(name) : parameters.get(name))
            .collect(Collectors.joining(", "));
    String what = withMetric ? metric.replace("PerSecond", "/s") : "";
    return label.isEmpty() || what.isEmpty() ? label + what : label + ", " + what;
  }

  private boolean isNumber(String name) {
    return Character.isDigit(parameters.get(name).charAt(0));
  }
}
