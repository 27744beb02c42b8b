package io.vpcrig.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Fields of a result that say what was measured; all others say what came out. Results of one bench
 * with the same parameters may be compared.
 */
public final class Parameters {
  private static final Set<String> NAMES =
      Set.of(
          "set",
          "rules",
          "headers",
          "asked",
          "askedEditsPerSecond",
          "addresses",
          "count",
          "form",
          "what",
          "variant",
          "flows",
          "size",
          "vnis",
          "new",
          "skew",
          "batch",
          "rate",
          "updateRate",
          "ring",
          "burst",
          "capacity",
          "capture",
          "source",
          "workers");

  /** What people call some of them. */
  private static final Map<String, String> TITLES =
      Map.of("updateRate", "edits/s", "askedEditsPerSecond", "edits/s");

  private Parameters() {}

  /** Those of a result, by name, in their order. */
  public static Map<String, String> of(JsonNode result) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (var field : result.properties()) {
      if (NAMES.contains(field.getKey())) {
        parameters.put(field.getKey(), field.getValue().asText());
      }
    }
    return parameters;
  }

  /** Names of the parameters in which not all are alike. */
  public static List<String> telling(List<Map<String, String>> all) {
    return all.stream()
        .flatMap(each -> each.keySet().stream())
        .distinct()
        .filter(name -> all.stream().map(each -> each.get(name)).distinct().count() > 1)
        .toList();
  }

  /** Some of the parameters for people: numbers with their name, words without. */
  public static String label(Map<String, String> parameters, List<String> names) {
    return names.stream()
        .filter(parameters::containsKey)
        .map(
            name -> {
              String value = parameters.get(name);
              boolean number = !value.isEmpty() && Character.isDigit(value.charAt(0));
              String title = TITLES.getOrDefault(name, name);
              return number ? title + " " + value.replaceFirst("\\.0$", "") : value;
            })
        .collect(Collectors.joining(", "));
  }
}
