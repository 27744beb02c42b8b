package io.vpcrig.config;

import java.util.HashMap;
import java.util.Map;

/** Names of the cases of one file: they are for reports, and unique. */
final class CaseNames {
  private final Map<String, Integer> lines = new HashMap<>();

  /**
   * The name of a case; one without goes by what it says.
   *
   * @param kind key that says what is expected
   */
  String of(YamlFields fields, String kind) {
    String text =
        fields.get(kind).filter(YamlValue::isScalar).flatMap(YamlValue::text).orElse(kind);
    String name =
        fields.optional("name", given -> given, text.equals(kind) ? kind : kind + " " + text);
    Integer first = lines.putIfAbsent(name, fields.origin().line());
    if (first != null) {
      fields
          .at("name")
          .error("case '" + YamlValue.shown(name) + "' stands on line " + first + " already");
    }
    return name;
  }
}
