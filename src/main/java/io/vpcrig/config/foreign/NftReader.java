package io.vpcrig.config.foreign;

import io.vpcrig.config.foreign.Chains.Interface;
import io.vpcrig.config.foreign.Chains.Target;
import io.vpcrig.model.Action;
import io.vpcrig.model.MalformedLineException;
import io.vpcrig.model.Origin;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads {@code nft -j list ruleset} (libnftables-json(5)): families ip and inet, chains of type
 * filter; {@link NetfilterLists}.
 */
final class NftReader {
  private static final Set<String> PASSING =
      Set.of("counter", "comment", "log", "mangle", "notrack", "flow", "ct helper");

  private final RuleText text;
  private final Map<String, Chains> tables = new LinkedHashMap<>();
  private final Map<String, JsonValue> sets = new LinkedHashMap<>();
  private final List<Loss> beside = new ArrayList<>();

  private NftReader(RuleText text) {
    this.text = text;
  }

  static RuleLists read(RuleText text) throws MalformedLineException {
    NftReader reader = new NftReader(text);
    List<JsonValue> objects = new ArrayList<>();
    for (JsonValue item : JsonValue.parse(text).need("nftables").items()) {
      objects.add(item.get("add").orElse(item));
    }
    // Chains and sets may be named before they stand.
    for (JsonValue object : objects) {
      reader.declare(object);
    }
    for (JsonValue object : objects) {
      if (object.get("rule").isPresent()) {
        reader.rule(object.need("rule"));
      }
    }
    return new NetfilterLists(reader.tables, reader.beside);
  }

  private void declare(JsonValue object) throws MalformedLineException {
    if (object.get("set").isPresent() || object.get("map").isPresent()) {
      JsonValue set = object.get("set").orElseGet(() -> object.get("map").orElseThrow());
      sets.put(set.text("table", "") + "/" + set.text("name", ""), set);
    }
    if (object.get("chain").isEmpty()) {
      return;
    }
    JsonValue chain = object.need("chain");
    if (!isIpv4(chain)) {
      return;
    }
    String type = chain.text("type", "");
    if (!type.isEmpty() && !type.equals("filter")) {
      beside.add(
          Loss.lost(
              chain.origin(),
              "chain " + chain.text("name", "") + " of type " + type + " is no filter; left out"));
      return;
    }
    Optional<Action> policy =
        chain.get("hook").isEmpty()
            ? Optional.empty()
            : Optional.of(
                chain.text("policy", "accept").equals("drop") ? Action.DENY : Action.ALLOW);
    table(chain).declare(chain.need("name").text(), policy);
  }

  private static boolean isIpv4(JsonValue object) throws MalformedLineException {
    return Set.of("ip", "inet").contains(object.text("family", "ip"));
  }

  private Chains table(JsonValue object) throws MalformedLineException {
    return tables.computeIfAbsent(object.need("table").text(), key -> new Chains(text.file()));
  }

  private void rule(JsonValue rule) throws MalformedLineException {
    if (!isIpv4(rule)) {
      beside.add(
          Loss.lost(
              rule.origin(), "a rule of family " + rule.text("family", "") + " is not of IPv4"));
      return;
    }
    String chain = rule.need("chain").text();
    if (!table(rule).has(chain)) {
      return;
    }
    NftMatches matches = new NftMatches(sets, rule.text("table", ""));
    Target target = new Target.Next();
    for (JsonValue statement : rule.items("expr")) {
      if (statement.fields().size() != 1) {
        throw statement.malformed("a statement has one name, such as match or accept");
      }
      String name = statement.fields().keySet().iterator().next();
      if (name.equals("match")) {
        matches.take(statement.need("match"));
      } else if (!PASSING.contains(name)) {
        Optional<Target> verdict = target(name, statement, rule);
        if (verdict.isPresent()) {
          target = verdict.get();
        } else {
          matches.open(name);
        }
      }
    }
    Origin origin = rule.origin();
    String label = rule.text("table", "") + "/" + chain + " line " + origin.line();
    table(rule).chain(chain).rules().add(matches.rule(target, label, origin));
  }

  private Optional<Target> target(String name, JsonValue statement, JsonValue rule)
      throws MalformedLineException {
    return switch (name) {
      case "accept" -> Optional.of(new Target.Verdict(Action.ALLOW));
      case "drop", "reject" -> Optional.of(new Target.Verdict(Action.DENY));
      case "return" -> Optional.of(new Target.Return());
      case "continue" -> Optional.of(new Target.Next());
      case "jump" -> Optional.of(new Target.Jump(chain(statement.need(name), rule)));
      case "goto" -> Optional.of(new Target.Goto(chain(statement.need(name), rule)));
      case "limit", "quota", "ct count" -> Optional.empty();
      default -> Optional.of(new Target.Unknown(name));
    };
  }

  private String chain(JsonValue jump, JsonValue rule) throws MalformedLineException {
    String chain = jump.need("target").text();
    if (!table(rule).has(chain)) {
      throw jump.malformed("target '" + chain + "' is no chain of this table");
    }
    return chain;
  }

  /** An interface's name as netfilter's wildcards are written here. */
  static Interface named(String name, boolean negated) {
    String pattern = name.endsWith("*") ? name.substring(0, name.length() - 1) + "+" : name;
    return new Interface(pattern, negated);
  }
}
