package io.vpcrig.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * What a bench found, with what it takes to read it later.
 *
 * @param what was measured: acl, route
 * @param options how: sizes, runs, seconds; JSON values by name
 * @param results one object each, in order of measuring
 */
public record BenchReport(
    String what, Environment environment, ObjectNode options, List<ObjectNode> results) {
  public BenchReport {
    results = List.copyOf(results);
  }

  /** The whole report; fields {@code bench}, {@code environment}, {@code options}, results. */
  public ObjectNode toJson() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("bench", what);
    root.set("environment", environment.toJson());
    root.set("options", options);
    ArrayNode rows = root.putArray("results");
    results.forEach(rows::add);
    return root;
  }
}
