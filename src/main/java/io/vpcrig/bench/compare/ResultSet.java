package io.vpcrig.bench.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vpcrig.bench.LatencyBlock;
import io.vpcrig.bench.Parameters;
import io.vpcrig.bench.Spread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Results of one build: files as {@code bench --json} writes them.
 *
 * @param values of each row by process, in the order of the files and of the forks in each; a value
 *     is the median of the process's runs
 * @param coreShare median share of a core that the runs had; NaN where none tells
 * @param reports the files as they are
 */
record ResultSet(Map<Row, double[]> values, double coreShare, List<JsonNode> reports) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RATE = "PerSecond";

  /** Percentiles of latency. */
  private static final double[] COMPARED = {50, 99};

  /**
   * Reads a file, or all {@code .json} files of a folder by their names.
   *
   * @throws IOException if one can't be read or is no result; names it
   */
  static ResultSet read(Path path, Clock clock) throws IOException {
    List<Path> files = List.of(path);
    if (Files.isDirectory(path)) {
      try (Stream<Path> all = Files.list(path)) {
        files = all.filter(file -> file.toString().endsWith(".json")).sorted().toList();
      }
    }
    List<JsonNode> reports = new ArrayList<>();
    for (Path file : files) {
      reports.add(report(file));
    }
    return of(reports, clock);
  }

  /** Rows whose runs do not tell what the clock shows are left out. */
  static ResultSet of(List<? extends JsonNode> reports, Clock clock) {
    var reading = new Reading(clock);
    for (int file = 0; file < reports.size(); file++) {
      JsonNode report = reports.get(file);
      for (JsonNode result : report.get("results")) {
        reading.collect(
            new Row(report.get("bench").asText(), Parameters.of(result), ""), result, file);
      }
    }
    Map<Row, double[]> values = new LinkedHashMap<>();
    reading.runs.forEach(
        (row, processes) ->
            values.put(row, processes.values().stream().mapToDouble(ResultSet::median).toArray()));
    double share = reading.shares.isEmpty() ? Double.NaN : median(reading.shares);
    return new ResultSet(values, share, List.copyOf(reports));
  }

  /** What has been found so far, run by run. */
  private static final class Reading {
    private final Clock clock;
    private final Map<Row, Map<List<Integer>, List<Double>>> runs = new LinkedHashMap<>();
    private final List<Double> shares = new ArrayList<>();

    Reading(Clock clock) {
      this.clock = clock;
    }

    /** Figures of an object and of those inside it; what they are called begins as the row does. */
    void collect(Row parent, JsonNode object, int file) {
      for (var field : object.properties()) {
        String name = field.getKey();
        JsonNode value = field.getValue();
        if (name.endsWith(RATE) && value.isObject() && object.path("runs").isArray()) {
          rates(parent.with(name), object.get("runs"), file);
        } else if (name.equals(Row.LATENCY) && LatencyBlock.is(value)) {
          latencies(parent, value, file);
        } else if (value.isObject()) {
          collect(parent.with(name + " "), value, file);
        }
      }
    }

    private void rates(Row row, JsonNode array, int file) {
      for (JsonNode run : array) {
        double wallNs = run.path("wallNs").asDouble(-1);
        double cpuNs = run.path("cpuNs").asDouble(-1);
        double ns = clock == Clock.cpu ? cpuNs : wallNs;
        if (ns > 0) {
          add(row, file, run.path("fork").asInt(), run.path("units").asDouble() * 1e9 / ns);
        }
        if (cpuNs > 0) {
          shares.add(cpuNs / wallNs);
        }
      }
    }

    /** As speeds, so that more is better in every row. No thread's time tells of waiting. */
    private void latencies(Row parent, JsonNode block, int file) {
      if (clock == Clock.wall && block.path("count").asLong() > 0) {
        for (double percentile : COMPARED) {
          Row row = parent.with(Row.LATENCY + " p" + Math.round(percentile));
          double[] ns = LatencyBlock.byProcess(block, percentile);
          for (int fork = 0; fork < ns.length; fork++) {
            add(row, file, fork, 1e9 / Math.max(1, ns[fork]));
          }
        }
      }
    }

    private void add(Row row, int file, int fork, double value) {
      runs.computeIfAbsent(row, r -> new LinkedHashMap<>())
          .computeIfAbsent(List.of(file, fork), p -> new ArrayList<>())
          .add(value);
    }
  }

  private static double median(List<Double> runs) {
    return Spread.of(runs.stream().mapToDouble(Double::doubleValue).toArray()).median();
  }

  private static JsonNode report(Path file) throws IOException {
    try {
      JsonNode root = JSON.readTree(file.toFile());
      if (root == null
          || !root.path("bench").isTextual()
          || !root.path("environment").isObject()
          || !root.path("results").isArray()) {
        throw new IOException(file + " is no result of bench: bench, environment and results?");
      }
      return root;
    } catch (JsonProcessingException e) {
      throw new IOException(
          "%s:%d:%d: %s"
              .formatted(
                  file,
                  e.getLocation().getLineNr(),
                  e.getLocation().getColumnNr(),
                  e.getOriginalMessage()),
          e);
    }
  }
}
