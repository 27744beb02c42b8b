package io.vpcrig.config;

import io.vpcrig.model.Flow;
import io.vpcrig.model.FlowSet;
import io.vpcrig.model.FlowSetSyntax;
import io.vpcrig.model.FlowSyntax;
import io.vpcrig.model.TestCase;
import java.util.Optional;

/** A test case of a rule list: a flow, or a set of flows, that is allowed or denied. */
final class RuleCaseReader {
  private final CaseNames names = new CaseNames();

  Optional<TestCase> read(YamlValue item) {
    Optional<YamlFields> found = item.fields("name", "allow", "deny", "rule");
    if (found.isEmpty()) {
      return Optional.empty();
    }
    YamlFields fields = found.get();
    if (fields.has("allow") == fields.has("deny")) {
      fields
          .self()
          .error("legal: one of allow and deny; it has " + (fields.has("allow") ? "both" : "none"));
      return Optional.empty();
    }
    String kind = fields.has("allow") ? "allow" : "deny";
    boolean allow = fields.has("allow");
    String name = names.of(fields, kind);
    YamlValue flows = fields.at(kind);
    if (flows.text().filter(RuleCaseReader::isOneFlow).isPresent()) {
      Optional<String> rule = fields.optional("rule", text -> text);
      return flows
          .read(RuleCaseReader::flow)
          .map(flow -> new TestCase.Judged(name, fields.origin(), allow, flow, rule));
    }
    if (fields.has("rule")) {
      fields.at("rule").error("'rule' has a meaning beside one flow, not beside a set");
    }
    return flows
        .read(RuleCaseReader::set)
        .map(set -> new TestCase.Set(name, fields.origin(), allow, set));
  }

  /** Where a text is neither, the reader of the likelier says what is wrong. */
  private static boolean isOneFlow(String text) {
    try {
      FlowSyntax.parse(text);
      return true;
    } catch (IllegalArgumentException e) {
      return !text.matches(".*(/|,|\\bany\\b|^all\\b|:[0-9]+-).*");
    }
  }

  private static Flow flow(String text) {
    Flow flow = FlowSyntax.parse(text);
    refuse(flow.via());
    return flow;
  }

  private static FlowSet set(String text) {
    FlowSet set = FlowSetSyntax.parse(text);
    refuse(set.via());
    return set;
  }

  private static void refuse(Optional<String> via) {
    if (via.isPresent()) {
      throw new IllegalArgumentException(
          "'via " + via.get() + "': a rule list knows no segments; leave it out");
    }
  }
}
