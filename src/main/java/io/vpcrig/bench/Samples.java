package io.vpcrig.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Timed runs of one piece of work, in the order they were made. */
public record Samples(List<Run> runs) {
  /**
   * One timed run.
   *
   * @param units what was done: look-ups, frames, addresses
   * @param wallNs what a clock on the wall showed
   * @param cpuNs what the thread spent on a core; -1 where the JVM can't tell
   */
  public record Run(long units, long wallNs, long cpuNs) {
    /** Units a second of wall time. */
    public double rate() {
      return units * 1e9 / wallNs;
    }

    /** Part of the wall time that the thread spent on a core, about 0..1; NaN where unknown. */
    public double share() {
      return cpuNs < 0 ? Double.NaN : (double) cpuNs / wallNs;
    }
  }

  public Samples {
    if (runs.isEmpty()) {
      throw new IllegalArgumentException("no runs");
    }
    runs = List.copyOf(runs);
  }

  /** Units a second of wall time. */
  public Spread rate() {
    return spread(Run::rate);
  }

  /** Share of a core in each run; below 1, something else ran there and the rates are too low. */
  public Spread share() {
    return spread(Run::share);
  }

  private Spread spread(ToDoubleFunction<Run> value) {
    return Spread.of(runs.stream().mapToDouble(value).toArray());
  }

  /**
   * The spread of the rates, the median share and every run.
   *
   * @param unit name of a unit for the field {@code <unit>PerSecond}
   */
  public ObjectNode toJson(String unit) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.set(unit + "PerSecond", rate().toJson());
    root.put("spread", rate().relative());
    if (!Double.isNaN(share().median())) {
      root.put("coreShare", share().median());
    }
    ArrayNode each = root.putArray("runs");
    for (Run run : runs) {
      each.addObject()
          .put("units", run.units())
          .put("wallNs", run.wallNs())
          .put("cpuNs", run.cpuNs());
    }
    return root;
  }
}
