package io.vpcrig.bench.compare;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** In what two sets of results were made differently, so that their builds can't be compared. */
final class EnvironmentDifference {
  /** What has to be alike, by its place in a report, and what people call it. */
  private static final Map<String, String> ALIKE = new LinkedHashMap<>();

  static {
    ALIKE.put("/environment/machine/cpu", "CPU");
    ALIKE.put("/environment/machine/vectorBits", "vector bits of the CPU");
    ALIKE.put("/environment/vectorLanes", "vector lanes used");
    ALIKE.put("/environment/jdk", "JDK");
    ALIKE.put("/environment/jvmFlags", "JVM flags");
    ALIKE.put("/environment/seed", "seed");
  }

  /** Options that say how long and how often, not what was measured. */
  private static final Set<String> FREE =
      Set.of("runs", "secondsPerRun", "warmUpSeconds", "forks", "verify");

  private EnvironmentDifference() {}

  /** A sentence for each thing that is not alike in all reports; in a fixed order. */
  static List<String> between(List<? extends JsonNode> base, List<? extends JsonNode> changed) {
    Set<String> sentences = new LinkedHashSet<>();
    Map<String, JsonNode> expected = things(base.isEmpty() ? null : base.getFirst());
    Stream.concat(base.stream(), changed.stream())
        .forEach(
            report ->
                things(report)
                    .forEach(
                        (name, value) -> {
                          JsonNode other = expected.get(name);
                          if (other != null && !other.equals(value)) {
                            sentences.add(
                                "%s: %s and %s"
                                    .formatted(name, without(other, value), without(value, other)));
                          }
                        }));
    return List.copyOf(sentences);
  }

  /** A value; of a list only what another list has not. */
  private static String without(JsonNode value, JsonNode other) {
    if (!value.isArray() || !other.isArray()) {
      return value.isValueNode() ? value.asText() : value.toString();
    }
    Set<JsonNode> rest = new LinkedHashSet<>();
    value.forEach(rest::add);
    other.forEach(rest::remove);
    return rest.isEmpty()
        ? "none"
        : rest.stream().map(JsonNode::asText).collect(Collectors.joining(" "));
  }

  /** What a report tells of each thing; what it does not tell is left out. */
  private static Map<String, JsonNode> things(JsonNode report) {
    Map<String, JsonNode> things = new LinkedHashMap<>();
    if (report == null) {
      return things;
    }
    ALIKE.forEach(
        (place, name) -> {
          JsonNode value = report.at(place);
          if (!value.isMissingNode()) {
            things.put(name, value);
          }
        });
    for (JsonNode input : report.at("/environment/inputs")) {
      things.put("content of " + input.path("name").asText(), input.path("sha256"));
    }
    Map<String, JsonNode> options = new TreeMap<>();
    for (var option : report.path("options").properties()) {
      if (!FREE.contains(option.getKey())) {
        options.put("option " + option.getKey(), option.getValue());
      }
    }
    things.put("bench", report.path("bench"));
    things.putAll(options);
    return things;
  }
}
