package io.vpcrig.bench.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
    Map<Row, Map<List<Integer>, List<Double>>> runs = new LinkedHashMap<>();
    List<Double> shares = new ArrayList<>();
    for (int file = 0; file < reports.size(); file++) {
      JsonNode report = reports.get(file);
      for (JsonNode result : report.get("results")) {
        collect(
            runs,
            new Row(report.get("bench").asText(), Parameters.of(result), ""),
            result,
            file,
            clock,
            shares);
      }
    }
    Map<Row, double[]> values = new LinkedHashMap<>();
    runs.forEach(
        (row, processes) ->
            values.put(row, processes.values().stream().mapToDouble(ResultSet::median).toArray()));
    return new ResultSet(
        values, shares.isEmpty() ? Double.NaN : median(shares), List.copyOf(reports));
  }

  /** Figures of an object and of those inside it. */
  private static void collect(
      Map<Row, Map<List<Integer>, List<Double>>> found,
      Row parent,
      JsonNode object,
      int file,
      Clock clock,
      List<Double> shares) {
    for (var field : object.properties()) {
      String name = field.getKey();
      if (name.endsWith(RATE) && field.getValue().isObject() && object.path("runs").isArray()) {
        var row = new Row(parent.bench(), parent.parameters(), parent.metric() + name);
        for (JsonNode run : object.get("runs")) {
          double wallNs = run.path("wallNs").asDouble(-1);
          double cpuNs = run.path("cpuNs").asDouble(-1);
          double ns = clock == Clock.cpu ? cpuNs : wallNs;
          if (ns > 0) {
            found
                .computeIfAbsent(row, r -> new LinkedHashMap<>())
                .computeIfAbsent(List.of(file, run.path("fork").asInt()), p -> new ArrayList<>())
                .add(run.path("units").asDouble() * 1e9 / ns);
          }
          if (cpuNs > 0) {
            shares.add(cpuNs / wallNs);
          }
        }
      } else if (field.getValue().isObject()) {
        collect(
            found,
            new Row(parent.bench(), parent.parameters(), parent.metric() + name + " "),
            field.getValue(),
            file,
            clock,
            shares);
      }
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
