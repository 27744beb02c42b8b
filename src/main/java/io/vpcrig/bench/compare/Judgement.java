package io.vpcrig.bench.compare;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;

/**
 * What became of one figure.
 *
 * @param label of the row, for people
 * @param parameters of the row
 * @param base median over the processes, units a second; of a latency, its inverse
 * @param changed likewise
 * @param ratio changed to base; above 1 is faster
 * @param low lower end of the ratio's interval; 0 where there are too few processes for one
 * @param high upper end; infinity likewise
 * @param p chance of a difference at least as clear between equal builds, in any of the rows
 * @param why a sentence, where nothing was decided; else empty
 */
public record Judgement(
    String label,
    Map<String, String> parameters,
    String metric,
    int baseProcesses,
    int changedProcesses,
    double base,
    double changed,
    double ratio,
    double low,
    double high,
    double p,
    Verdict verdict,
    String why) {
  /** Whether this is of times; then a time is 1 / {@link #base}. */
  public boolean time() {
    return metric.startsWith(Row.LATENCY);
  }

  /** Whether there is an interval. */
  public boolean bounded() {
    return low > 0;
  }

  /** All of it; an interval that is not there is left out. */
  public ObjectNode toJson() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("row", label).put("metric", metric).put("unit", time() ? "ns" : "1/s");
    parameters.forEach(root.putObject("parameters")::put);
    root.putObject("base")
        .put("processes", baseProcesses)
        .put("median", time() ? 1e9 / base : base);
    root.putObject("new")
        .put("processes", changedProcesses)
        .put("median", time() ? 1e9 / changed : changed);
    root.put("ratio", ratio);
    if (bounded()) {
      root.put("low", low).put("high", high);
    }
    root.put("p", p).put("verdict", verdict.name().toLowerCase(Locale.ROOT));
    if (!why.isEmpty()) {
      root.put("why", why);
    }
    return root;
  }
}
