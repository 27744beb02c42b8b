package io.vpcrig.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * One report of several that processes of one command made. Runs are put together, each with the
 * number of its process, and what is computed from them is computed anew; histograms are added; of
 * other numbers the median stands; texts are the first's.
 */
public final class ForkMerge {
  private static final String RATE = "PerSecond";

  private ForkMerge() {}

  /**
   * Merges reports, at least one.
   *
   * @throws AnswerException if they have different rows, or their answers a different checksum
   */
  public static ObjectNode merge(List<ObjectNode> reports) {
    ObjectNode merged = reports.getFirst().deepCopy();
    merged.withObject("/options").put("forks", reports.size());
    ArrayNode rows = merged.putArray("results");
    int count = reports.getFirst().get("results").size();
    for (int row = 0; row < count; row++) {
      List<JsonNode> each = new ArrayList<>();
      for (ObjectNode report : reports) {
        if (report.get("results").size() != count) {
          throw new AnswerException(
              "forks have different results: %d and %d rows"
                  .formatted(count, report.get("results").size()));
        }
        each.add(report.get("results").get(row));
      }
      rows.add(node(each));
    }
    return merged;
  }

  private static JsonNode node(List<JsonNode> each) {
    JsonNode first = each.getFirst();
    if (first.isObject()) {
      return object(each);
    }
    if (first.isNumber() && each.stream().anyMatch(node -> !node.equals(first))) {
      double median = Spread.of(each.stream().mapToDouble(JsonNode::asDouble).toArray()).median();
      boolean whole = each.stream().allMatch(JsonNode::isIntegralNumber);
      return whole
          ? JsonNodeFactory.instance.numberNode(Math.round(median))
          : JsonNodeFactory.instance.numberNode(median);
    }
    return first;
  }

  private static ObjectNode object(List<JsonNode> each) {
    Set<String> names = new LinkedHashSet<>();
    each.forEach(object -> object.fieldNames().forEachRemaining(names::add));
    ObjectNode merged = JsonNodeFactory.instance.objectNode();
    if (LatencyBlock.is(each.getFirst())) {
      return LatencyBlock.merge(each);
    }
    for (String name : names) {
      List<JsonNode> values =
          each.stream().filter(object -> object.has(name)).map(object -> object.get(name)).toList();
      if (name.equals("checksum") && values.stream().distinct().count() > 1) {
        throw new AnswerException("forks differ in their answers: checksums " + values);
      }
      merged.set(name, node(values));
    }
    rates(each, names, merged);
    return merged;
  }

  /** Where an object has runs, what {@link Samples#toJson} tells of them. */
  private static void rates(List<JsonNode> each, Set<String> names, ObjectNode merged) {
    String rate = names.stream().filter(name -> name.endsWith(RATE)).findFirst().orElse("");
    if (!rate.isEmpty() && merged.path("runs").isArray() && merged.path(rate).isObject()) {
      List<Samples.Run> runs = new ArrayList<>();
      for (int fork = 0; fork < each.size(); fork++) {
        // A fork that refused its figure has none.
        runs.addAll(Samples.runs(each.get(fork).path("runs"), fork));
      }
      merged.setAll(new Samples(runs).toJson(rate.substring(0, rate.length() - RATE.length())));
    }
  }
}
