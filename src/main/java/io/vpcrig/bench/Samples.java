package io.vpcrig.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Timed runs of one piece of work, in the order they were made. */
public record Samples(List<Run> runs) {
  /**
   * One timed run.
   *
   * @param units what was done: look-ups, frames, addresses
   * @param wallNs what a clock on the wall showed
   * @param cpuNs what the thread spent on a core; -1 where the JVM can't tell
   * @param fork number of the process it ran in, from 0
   */
  public record Run(long units, long wallNs, long cpuNs, int fork) {
    /** A run of this process. */
    public Run(long units, long wallNs, long cpuNs) {
      this(units, wallNs, cpuNs, 0);
    }

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

  /** Where the rate lies, and how sure that is. */
  public Confidence confidence() {
    Map<Integer, List<Run>> byFork =
        runs.stream().collect(Collectors.groupingBy(Run::fork, TreeMap::new, Collectors.toList()));
    return Confidence.of(
        byFork.values().stream()
            .map(each -> each.stream().mapToDouble(Run::rate).toArray())
            .toList());
  }

  private Spread spread(ToDoubleFunction<Run> value) {
    return Spread.of(runs.stream().mapToDouble(value).toArray());
  }

  /**
   * The spread of the rates, where they lie with 95 % confidence, the median share, every run.
   *
   * @param unit name of a unit for the field {@code <unit>PerSecond}
   */
  public ObjectNode toJson(String unit) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.set(unit + "PerSecond", rate().toJson());
    root.put("spread", rate().relative());
    Confidence confidence = confidence();
    if (!Double.isNaN(confidence.low())) {
      root.set("confidence95", confidence.toJson());
    }
    if (!Double.isNaN(share().median())) {
      root.put("coreShare", share().median());
    }
    ArrayNode each = root.putArray("runs");
    for (Run run : runs) {
      each.addObject()
          .put("fork", run.fork())
          .put("units", run.units())
          .put("wallNs", run.wallNs())
          .put("cpuNs", run.cpuNs());
    }
    return root;
  }

  /** The runs that {@link #toJson} wrote, as runs of process {@code fork}. */
  static List<Run> runs(JsonNode array, int fork) {
    List<Run> runs = new ArrayList<>();
    for (JsonNode run : array) {
      runs.add(
          new Run(
              run.get("units").asLong(),
              run.get("wallNs").asLong(),
              run.get("cpuNs").asLong(),
              fork));
    }
    return runs;
  }
}
