package io.vpcrig.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.bench.Parameters;
import io.vpcrig.bench.RateTable;
import io.vpcrig.bench.ResultTable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A report of any bench for people, right in 80 columns, from what its JSON has. */
final class BenchText {
  private final List<JsonNode> rows = new ArrayList<>();
  private final List<String> telling;

  private BenchText(ObjectNode report) {
    report.get("results").forEach(rows::add);
    telling = Parameters.telling(rows.stream().map(Parameters::of).toList());
  }

  static String of(ObjectNode report) {
    JsonNode options = report.get("options");
    int forks = options.path("forks").asInt(1);
    var text = new BenchText(report);
    return "%d runs of %s s after %s s of warming up%s%n%s%s%s"
        .formatted(
            options.path("runs").asInt(),
            options.path("secondsPerRun").asText(),
            options.path("warmUpSeconds").asText(),
            forks == 1 ? "" : ", in each of " + forks + " processes",
            RateTable.of(report),
            text.memory(),
            text.stages());
  }

  private String label(JsonNode row) {
    Map<String, String> parameters = Parameters.of(row);
    return Parameters.label(parameters, telling);
  }

  /** What rows tell of memory. */
  private String memory() {
    var table = new ResultTable(1, "", "B/session", "B allocated");
    boolean any = false;
    for (JsonNode row : rows) {
      if (row.has("bytesPerSession") && row.has("allocatedBytesPerFrame")) {
        any = true;
        table.row(
            label(row),
            one(row.get("bytesPerSession").asDouble()),
            one(row.get("allocatedBytesPerFrame").asDouble()));
      }
    }
    return any ? System.lineSeparator() + table : "";
  }

  /** Nanoseconds a frame by stage: a line for each stage, a column for each row. */
  private String stages() {
    List<JsonNode> staged = rows.stream().filter(row -> row.has("stagesNs")).toList();
    if (staged.isEmpty()) {
      return "";
    }
    Set<String> names = new LinkedHashSet<>();
    staged.forEach(row -> row.get("stagesNs").fieldNames().forEachRemaining(names::add));
    StringBuilder text = new StringBuilder();
    int most = 6;
    for (int from = 0; from < staged.size(); from += most) {
      List<JsonNode> some = staged.subList(from, Math.min(staged.size(), from + most));
      List<String> title = new ArrayList<>(List.of("ns a frame by stage, row"));
      for (int k = 0; k < some.size(); k++) {
        title.add(Integer.toString(from + k + 1));
      }
      var table = new ResultTable(1, title.toArray(String[]::new));
      for (String name : names) {
        List<String> cells = new ArrayList<>(List.of(name));
        some.forEach(row -> cells.add(one(row.at("/stagesNs/" + name).asDouble())));
        table.row(cells.toArray(String[]::new));
      }
      text.append(System.lineSeparator()).append(table);
    }
    return text.toString();
  }

  private static String one(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
