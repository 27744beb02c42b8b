package io.vpcrig.bench.compare;

import io.vpcrig.bench.Parameters;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one figure is of: two figures may be compared if their rows are equal.
 *
 * @param bench as in {@code bench acl}
 * @param parameters fields of a result that say what was measured, by name, in their order
 * @param metric what was counted, as in {@code lookupsPerSecond}; of a figure inside another object
 *     with that one's name before it, as in {@code busy lookupsPerSecond}
 */
record Row(String bench, Map<String, String> parameters, String metric) {
  /** What a metric of times begins with; its values are 1 / s. */
  static final String LATENCY = "latency";

  Row {
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
  }

  /** With more of a name. */
  Row with(String more) {
    return new Row(bench, parameters, metric + more);
  }

  /** A name for people, by the parameters that tell rows apart. */
  String label(List<String> telling, boolean withMetric) {
    String label = Parameters.label(parameters, telling);
    String what = withMetric ? metric.replace("PerSecond", "/s") : "";
    return label.isEmpty() || what.isEmpty() ? label + what : label + ", " + what;
  }
}
