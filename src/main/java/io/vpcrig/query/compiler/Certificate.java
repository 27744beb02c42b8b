package io.vpcrig.query.compiler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a run of the suite says, for programs and for keeping. Names are public: they are added to,
 * never changed. Without a date and a place: the same compiler and the same suite make the same
 * bytes. {@code sha256} is over everything before it, as compact JSON.
 */
public final class Certificate {
  private Certificate() {}

  /**
   * @param vpcrig its version
   */
  public static ObjectNode of(
      CompilerUnderTest compiler,
      Suite suite,
      Set<Feature> without,
      List<Conformance.Result> results,
      String vpcrig) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("certificate", "vpcrig conform");
    json.put("vpcrig", vpcrig);
    json.putObject("compiler").put("name", compiler.name()).put("identity", compiler.identity());
    json.putObject("suite")
        .put("version", suite.version())
        .put("sha256", suite.sha256())
        .put("cases", suite.cases().size());
    ArrayNode left = json.putArray("without");
    without.stream().sorted().map(Feature::toString).forEach(left::add);
    for (Conformance.Outcome outcome : Conformance.Outcome.values()) {
      json.put(word(outcome), count(results, outcome));
    }
    json.put("conforms", conforms(results));
    ArrayNode cases = json.putArray("cases");
    results.forEach(result -> write(result, cases.addObject()));
    json.put("sha256", Digests.sha256(json.toString()));
    return json;
  }

  /** Whether nothing failed and something passed. */
  public static boolean conforms(List<Conformance.Result> results) {
    return count(results, Conformance.Outcome.FAILED) == 0
        && count(results, Conformance.Outcome.PASSED) > 0;
  }

  /** How many cases ended so. */
  public static long count(List<Conformance.Result> results, Conformance.Outcome outcome) {
    return results.stream().filter(result -> result.outcome() == outcome).count();
  }

  private static String word(Conformance.Outcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT);
  }

  private static void write(Conformance.Result result, ObjectNode node) {
    node.put("name", result.of().name());
    node.put("result", word(result.outcome()));
    node.put("headers", result.of().headers());
    result
        .trouble()
        .ifPresent(
            trouble -> {
              node.put("list", result.list() + 1);
              write(trouble, node);
            });
  }

  /** Appends what went wrong to an object. */
  public static void write(Trouble trouble, ObjectNode node) {
    switch (trouble) {
      case Trouble.Wrong wrong -> {
        node.put("packet", wrong.header().toString());
        write(wrong.meant(), node.putObject("meant"));
        write(wrong.compiled(), node.putObject("compiled"));
      }
      case Trouble.Failed failed -> {
        node.put("failed", failed.kind().toString());
        node.put("sentence", failed.sentence());
        node.put("details", failed.details());
      }
    }
  }

  private static void write(Answer answer, ObjectNode node) {
    node.put("verdict", answer.verdict().toString());
    node.put("by", answer.by());
  }
}
