package io.vpcrig.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.query.cases.Coverage;
import java.util.Locale;
import java.util.OptionalInt;

/** Coverage of a VPC's rules, for people and for machines. */
final class CoverageText {
  private CoverageText() {}

  /** Two lines of shares, and the rules that decided nothing. */
  static String of(String vpc, Coverage coverage, boolean quiet) {
    StringBuilder out = new StringBuilder();
    out.append(
        "%s: %,d of %,d rules decided something%s, %,d of %,d of their edges were tried%s%n"
            .formatted(
                vpc,
                coverage.rulesHit(),
                coverage.rules(),
                percent(coverage.percentOfRules()),
                coverage.edgesTried(),
                coverage.edges(),
                percent(coverage.percentOfEdges())));
    if (!quiet) {
      for (Coverage.RuleName name : coverage.unused()) {
        out.append(
            "  never: %s #%d %s, %s%n"
                .formatted(
                    name.list(),
                    name.number(),
                    coverage.direction(name).name().toLowerCase(Locale.ROOT),
                    coverage.rule(name).origin()));
      }
    }
    return out.toString();
  }

  private static String percent(OptionalInt share) {
    return share.isPresent() ? " (" + share.getAsInt() + " %)" : "";
  }

  static void json(Coverage coverage, ObjectNode node) {
    node.put("rules", coverage.rules())
        .put("rulesHit", coverage.rulesHit())
        .put("edges", coverage.edges())
        .put("edgesTried", coverage.edgesTried());
    coverage.percentOfRules().ifPresent(share -> node.put("percentOfRules", share));
    coverage.percentOfEdges().ifPresent(share -> node.put("percentOfEdges", share));
    ArrayNode never = node.putArray("never");
    for (Coverage.RuleName name : coverage.unused()) {
      never
          .addObject()
          .put("list", name.list())
          .put("number", name.number())
          .put("direction", coverage.direction(name).name().toLowerCase(Locale.ROOT));
    }
  }
}
