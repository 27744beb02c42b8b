package io.vpcrig.config;

import io.vpcrig.model.Origin;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The values of a mapping with fixed keys. */
final class YamlFields {
  private final YamlValue self;
  private final Map<String, YamlValue> values;
  private final Set<String> misspelt;
  private final int errorsBefore;

  /**
   * @param misspelt known keys that an unknown one, already reported, probably means
   * @param errorsBefore errors reported before this mapping was looked at
   */
  YamlFields(
      YamlValue self, Map<String, YamlValue> values, Set<String> misspelt, int errorsBefore) {
    this.self = self;
    this.values = values;
    this.misspelt = misspelt;
    this.errorsBefore = errorsBefore;
  }

  /** Whether nothing was reported as an error since this mapping was first looked at. */
  boolean isClean() {
    return self.problems().errors() == errorsBefore;
  }

  /** The mapping itself. */
  YamlValue self() {
    return self;
  }

  Origin origin() {
    return self.origin();
  }

  boolean has(String key) {
    return values.containsKey(key);
  }

  Optional<YamlValue> get(String key) {
    return Optional.ofNullable(values.get(key));
  }

  /** Where to point for something about a key: its value, or the mapping if it is absent. */
  YamlValue at(String key) {
    return values.getOrDefault(key, self);
  }

  /** Reports that a key is not there, unless it is there misspelt. */
  void missing(String key, String advice) {
    if (!misspelt.contains(key)) {
      self.error("'" + key + "' is missing; " + advice);
    }
  }

  /** A scalar that must be there. */
  <T> Optional<T> required(String key, Function<String, T> parser) {
    YamlValue value = values.get(key);
    if (value == null) {
      missing(key, "add it");
      return Optional.empty();
    }
    return value.read(parser);
  }

  /** A scalar that may be there; empty as well if it is not legal, which is reported. */
  <T> Optional<T> optional(String key, Function<String, T> parser) {
    return get(key).flatMap(value -> value.read(parser));
  }

  /** A scalar or its default; the default as well if it is not legal, which is reported. */
  <T> T optional(String key, Function<String, T> parser, T absent) {
    return optional(key, parser).orElse(absent);
  }

  /** The items of a list; none if it is absent. */
  List<YamlValue> items(String key) {
    return get(key).map(YamlValue::items).orElse(List.of());
  }
}
