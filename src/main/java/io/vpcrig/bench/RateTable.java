package io.vpcrig.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The rates of any report for people, right in 80 columns: what all rows have in common once, above
 * a table of the rest.
 */
public final class RateTable {
  private static final int WIDTH = 80;

  /** What the figures leave of it. */
  private static final int LABEL = 26;

  private static final String RATE = "PerSecond";

  private final List<Rated> rows = new ArrayList<>();

  /** A figure of a row: {@code node} has the runs, {@code unit} is what was counted. */
  private record Rated(Map<String, String> parameters, String unit, JsonNode node) {}

  private RateTable() {}

  /** Lines, each with its end; none if nothing has a rate. */
  public static String of(JsonNode report) {
    RateTable table = new RateTable();
    for (JsonNode result : report.path("results")) {
      table.collect(Parameters.of(result), "", result);
    }
    return table.text();
  }

  private void collect(Map<String, String> parameters, String inside, JsonNode node) {
    for (var field : node.properties()) {
      String name = field.getKey();
      if (name.endsWith(RATE) && node.path("runs").isArray()) {
        String unit = name.substring(0, name.length() - RATE.length());
        rows.add(new Rated(parameters, (inside + " " + unit).strip(), node));
      } else if (field.getValue().isObject()) {
        collect(parameters, name, field.getValue());
      }
    }
  }

  private String text() {
    if (rows.isEmpty()) {
      return "";
    }
    List<String> telling = Parameters.telling(rows.stream().map(Rated::parameters).toList());
    boolean units = rows.stream().map(Rated::unit).distinct().count() > 1;
    Map<String, String> first = rows.getFirst().parameters();
    List<String> common = first.keySet().stream().filter(name -> !telling.contains(name)).toList();
    StringBuilder text = new StringBuilder();
    String head = Parameters.label(first, common);
    String unit = units ? "" : rows.getFirst().unit() + (head.isEmpty() ? "" : ": ");
    text.append(wrap(unit + head));
    List<String> labels = new ArrayList<>();
    for (Rated row : rows) {
      String label = Parameters.label(row.parameters(), telling);
      String what = units || label.isEmpty() ? row.unit() : "";
      labels.add(what.isEmpty() || label.isEmpty() ? what + label : what + ", " + label);
    }
    Legend legend = new Legend(labels, LABEL);
    ResultTable table = new ResultTable(1, "", "M/s min", "median", "max", "95%", "core", "ns");
    for (int k = 0; k < rows.size(); k++) {
      JsonNode node = rows.get(k).node();
      JsonNode rate = rate(node);
      JsonNode sure = node.path("confidence95");
      double median = rate.path("median").asDouble();
      table.row(
          legend.name(k),
          Figures.millions(rate.path("min").asDouble()),
          Figures.millions(median),
          Figures.millions(rate.path("max").asDouble()),
          sure.isMissingNode()
              ? "-"
              : Figures.millions(sure.path("low").asDouble())
                  + ".."
                  + Figures.millions(sure.path("high").asDouble()),
          Figures.percent(node.path("coreShare").asDouble(Double.NaN)),
          Figures.threeDigits(1e9 / median));
    }
    return text.append(legend.text()).append(table).toString();
  }

  private static JsonNode rate(JsonNode node) {
    for (var field : node.properties()) {
      if (field.getKey().endsWith(RATE)) {
        return field.getValue();
      }
    }
    throw new IllegalStateException("no rate");
  }

  /** A sentence in lines of at most 80, each with its end. */
  public static String wrap(String sentence) {
    StringBuilder text = new StringBuilder();
    int column = 0;
    for (String word : sentence.split(" ")) {
      if (column > 0 && column + 1 + word.length() > WIDTH) {
        text.append(System.lineSeparator());
        column = 0;
      }
      text.append(column == 0 ? "" : " ").append(word);
      column += (column == 0 ? 0 : 1) + word.length();
    }
    return text.append(System.lineSeparator()).toString();
  }
}
