package io.vpcrig.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.bench.Figures;
import io.vpcrig.bench.Parameters;
import io.vpcrig.bench.RateTable;
import io.vpcrig.bench.ResultTable;
import java.util.ArrayList;
import java.util.HashSet;
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
    return "%d runs of %s s after %s s of warming up%s%n%s%s%s%s%s%s"
        .formatted(
            options.path("runs").asInt(),
            options.path("secondsPerRun").asText(),
            options.path("warmUpSeconds").asText(),
            forks == 1 ? "" : ", in each of " + forks + " processes",
            RateTable.of(report),
            text.searches(),
            text.latencies(),
            text.builds(),
            text.memory(),
            text.stages());
  }

  private String label(JsonNode row) {
    Map<String, String> parameters = Parameters.of(row);
    return Parameters.label(parameters, telling);
  }

  /** What a search found goes with the rates; here is how, and why not. */
  private String searches() {
    StringBuilder text = new StringBuilder();
    Set<String> told = new HashSet<>();
    for (JsonNode row : rows) {
      for (String name : List.of("ndr", "pdr")) {
        JsonNode search = row.path(name);
        String what = (label(row) + " " + name).strip();
        if (search.has("refused")) {
          text.append(RateTable.wrap(what + " refused: " + search.get("refused").asText()));
        } else if (search.has("reason")) {
          String spread = Figures.percent(search.get("spread").asDouble());
          text.append(
              RateTable.wrap(what + " spread " + spread + ": " + search.get("reason").asText()));
        }
      }
      if (row.has("generatorPps") && told.add(row.get("generatorPps").asText())) {
        text.append(
            RateTable.wrap(
                "generator alone %s M/s, flooded way %s M/s, %d frames may wait%s"
                    .formatted(
                        Figures.millions(row.get("generatorPps").asDouble()),
                        Figures.millions(row.get("floodedPps").asDouble()),
                        row.get("queue").asInt(),
                        label(row).isEmpty() ? "" : ": " + label(row))));
      }
    }
    return text.isEmpty() ? "" : System.lineSeparator() + text;
  }

  /** Every block of times: a table for each row that has some. */
  private String latencies() {
    StringBuilder text = new StringBuilder();
    for (JsonNode row : rows) {
      var table = new ResultTable(1, "", "p50", "p90", "p99", "p99.9", "p99.99", "max");
      boolean any = false;
      for (var field : row.properties()) {
        JsonNode block = field.getValue();
        if (block.path("percentiles").isArray()) {
          List<String> cells = new ArrayList<>(List.of(field.getKey()));
          block
              .get("percentiles")
              .forEach(each -> cells.add(Figures.time(each.get("value").asDouble())));
          cells.add(Figures.time(block.path("max").asDouble()));
          table.row(cells.toArray(String[]::new));
          any = true;
        }
      }
      if (any) {
        text.append(System.lineSeparator()).append(latencyHead(row)).append(table);
      }
    }
    return text.toString();
  }

  private String latencyHead(JsonNode row) {
    String head = label(row);
    if (row.has("offeredPps")) {
      head +=
          "%s%s M/s offered, %s lost, core %s"
              .formatted(
                  head.isEmpty() ? "" : ": ",
                  Figures.millions(row.get("offeredPps").asDouble()),
                  Figures.percent(row.get("lost").asDouble() / row.get("frames").asDouble()),
                  Figures.percent(row.path("coreShare").asDouble(Double.NaN)));
    }
    if (row.has("kept")) {
      head +=
          "%s%d edits, %s of the rate kept"
              .formatted(
                  head.isEmpty() ? "" : ": ",
                  row.get("edits").asLong(),
                  Figures.percent(row.get("kept").asDouble()));
    }
    return head.isEmpty() ? "" : RateTable.wrap(head);
  }

  /** What rows tell of building a table. */
  private String builds() {
    var table = new ResultTable(1, "", "build", "again", "memory");
    boolean any = false;
    for (JsonNode row : rows) {
      if (row.has("firstBuildNs") && row.has("furtherBuildsNs")) {
        any = true;
        String label = label(row);
        table.row(
            label.isEmpty() ? "table" : label,
            Figures.time(row.get("firstBuildNs").asDouble()),
            Figures.time(row.at("/furtherBuildsNs/median").asDouble()),
            Figures.size(row.get("memoryBytes").asLong()));
      }
    }
    return any ? System.lineSeparator() + table : "";
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
