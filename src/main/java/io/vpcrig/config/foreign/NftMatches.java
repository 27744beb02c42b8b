package io.vpcrig.config.foreign;

import io.vpcrig.config.foreign.Chains.Interface;
import io.vpcrig.config.foreign.Chains.Rule;
import io.vpcrig.config.foreign.Chains.Target;
import io.vpcrig.config.foreign.Ranges.Span;
import io.vpcrig.model.MalformedLineException;
import io.vpcrig.model.Origin;
import io.vpcrig.model.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * The tests of one nft rule. Connection states are answered for a connection's first packet: NEW.
 */
final class NftMatches {
  private static final Set<String> LATER = Set.of("established", "related", "invalid", "untracked");

  private final Map<String, JsonValue> sets;
  private final String table;
  private final List<String> unknown = new ArrayList<>();
  private Match match = Match.ALWAYS;
  private Interface in = Interface.ANY;
  private Interface out = Interface.ANY;
  private boolean assumed;

  NftMatches(Map<String, JsonValue> sets, String table) {
    this.sets = sets;
    this.table = table;
  }

  Rule rule(Target target, String label, Origin origin) {
    return new Rule(match, in, out, target, List.copyOf(unknown), assumed, label, origin);
  }

  /** A test that the header does not answer. */
  void open(String test) {
    unknown.add(test);
    match = match.and(Match.UNKNOWN);
  }

  /** Takes a match statement. */
  void take(JsonValue test) throws MalformedLineException {
    JsonValue left = test.need("left");
    JsonValue right = test.need("right");
    String op = test.text("op", "==");
    Optional<JsonValue> payload = left.get("payload");
    if (payload.isPresent() && payload.get().get("field").isPresent()) {
      payload(payload.get().text("protocol", ""), payload.get().text("field", ""), op, right);
    } else if (left.get("meta").isPresent()) {
      meta(left.need("meta").text("key", ""), op, right);
    } else if (left.get("ct").isPresent() && left.need("ct").text("key", "").equals("state")) {
      state(op, right);
    } else {
      open("match " + String.join(", ", left.fields().keySet()));
    }
  }

  private void payload(String protocol, String field, String op, JsonValue right)
      throws MalformedLineException {
    String name = protocol + " " + field;
    switch (name) {
      case "ip saddr" -> and(Box.ALL.withSources(values(name, op, right, Ranges.ADDRESSES)));
      case "ip daddr" -> and(Box.ALL.withDestinations(values(name, op, right, Ranges.ADDRESSES)));
      case "ip protocol" -> and(Box.ALL.withProtocols(values(name, op, right, Ranges.PROTOCOLS)));
      case "tcp sport", "udp sport", "sctp sport", "th sport" ->
          and(
              Box.ALL
                  .withProtocols(above(protocol))
                  .withSourcePorts(values(name, op, right, Ranges.PORTS)));
      case "tcp dport", "udp dport", "sctp dport", "th dport" ->
          and(
              Box.ALL
                  .withProtocols(above(protocol))
                  .withDestinationPorts(values(name, op, right, Ranges.PORTS)));
      case "icmp type", "icmp code" -> icmp(name, op, right);
      default -> open(name);
    }
  }

  private static Ranges above(String protocol) {
    return protocol.equals("th")
        ? Ranges.PROTOCOLS
        : ProtocolNames.ranges(ProtocolNames.find(protocol).orElseThrow());
  }

  private void icmp(String name, String op, JsonValue right) throws MalformedLineException {
    Ranges octets = values(name, op, right, Ranges.PROTOCOLS);
    Ranges messages = Ranges.NONE;
    for (Span span : octets.spans()) {
      if (name.equals("icmp type")) {
        messages = messages.or(Ranges.of(span.first() << 8, span.last() << 8 | 0xff));
      } else {
        for (int type = 0; type < 256; type++) {
          messages = messages.or(Ranges.of(type << 8 | span.first(), type << 8 | span.last()));
        }
      }
    }
    and(Box.ALL.withProtocols(ProtocolNames.ranges(Protocol.ICMP)).withDestinationPorts(messages));
  }

  private void meta(String key, String op, JsonValue right) throws MalformedLineException {
    boolean negated = op.equals("!=");
    switch (key) {
      case "l4proto" -> and(Box.ALL.withProtocols(values(key, op, right, Ranges.PROTOCOLS)));
      case "nfproto", "protocol" -> {
        if (!Set.of("ipv4", "ip").contains(right.text()) != negated) {
          match = Match.NEVER;
        }
      }
      case "iifname", "iif" -> in = NftReader.named(right.text(), negated);
      case "oifname", "oif" -> out = NftReader.named(right.text(), negated);
      default -> open("meta " + key);
    }
  }

  private void state(String op, JsonValue right) throws MalformedLineException {
    Set<String> states = new TreeSet<>();
    JsonValue all = right.get("set").orElse(right);
    for (JsonValue one : all.isList() ? all.items() : List.of(all)) {
      states.add(one.text());
    }
    boolean holds = states.contains("new");
    if (!holds && !LATER.containsAll(states)) {
      open("ct state " + String.join(",", states));
      return;
    }
    assumed = true;
    if (holds == op.equals("!=")) {
      match = Match.NEVER;
    }
  }

  private void and(Box box) {
    match = match.and(Match.of(box));
  }

  /** The numbers that a test lets through. */
  private Ranges values(String field, String op, JsonValue right, Ranges all)
      throws MalformedLineException {
    Ranges some = numbers(field, right, all);
    long last = all.spans().getLast().last();
    return switch (op) {
      case "==", "in" -> some;
      case "!=" -> all.minus(some);
      case "<" -> all.and(Ranges.of(0, bound(some, right) - 1));
      case "<=" -> Ranges.of(0, bound(some, right));
      case ">" -> all.and(Ranges.of(bound(some, right) + 1, last));
      case ">=" -> Ranges.of(bound(some, right), last);
      default -> throw right.malformed("op '" + op + "', legal ==, !=, in, <, <=, > and >=");
    };
  }

  private static long bound(Ranges some, JsonValue right) throws MalformedLineException {
    if (some.size() != 1) {
      throw right.malformed("a comparison wants one number");
    }
    return some.spans().getFirst().first();
  }

  private Ranges numbers(String field, JsonValue right, Ranges all) throws MalformedLineException {
    if (right.isText()) {
      String text = right.text();
      if (text.startsWith("@")) {
        JsonValue set = sets.get(table + "/" + text.substring(1));
        if (set == null) {
          throw right.malformed("set '" + text + "' is not in table " + table);
        }
        return union(field, set.items("elem"), all);
      }
      long number = number(field, right, all);
      return Ranges.of(number, number);
    }
    if (right.isList()) {
      return union(field, right.items(), all);
    }
    if (right.get("set").isPresent()) {
      JsonValue set = right.need("set");
      return set.isList() ? union(field, set.items(), all) : numbers(field, set, all);
    }
    if (right.get("elem").isPresent()) {
      return numbers(field, right.need("elem").need("val"), all);
    }
    if (right.get("range").isPresent()) {
      List<JsonValue> ends = right.need("range").items();
      if (ends.size() != 2) {
        throw right.malformed("a range has two ends");
      }
      long first = number(field, ends.get(0), all);
      long last = number(field, ends.get(1), all);
      if (first > last) {
        throw right.malformed("range " + first + ".." + last + ", legal with the smaller first");
      }
      return Ranges.of(first, last);
    }
    if (right.get("prefix").isPresent()) {
      JsonValue prefix = right.need("prefix");
      String cidr = prefix.need("addr").text() + "/" + prefix.number("len", 0, 128, 32);
      return Ranges.of(Addresses.cidr(prefix, cidr));
    }
    throw right.malformed(
        field
            + " is compared with "
            + String.join(", ", right.fields().keySet())
            + ", legal: a value, range, prefix or set");
  }

  private Ranges union(String field, List<JsonValue> values, Ranges all)
      throws MalformedLineException {
    Ranges some = Ranges.NONE;
    for (JsonValue value : values) {
      some = some.or(numbers(field, value, all));
    }
    return some;
  }

  private static long number(String field, JsonValue value, Ranges all)
      throws MalformedLineException {
    String text = value.text();
    if (all.equals(Ranges.ADDRESSES)) {
      return Addresses.cidr(value).network() & 0xffff_ffffL;
    }
    OptionalInt named =
        switch (field) {
          case "icmp type" -> Icmp.type(text);
          case "icmp code" -> Icmp.unreachable(text);
          case "ip protocol", "l4proto" ->
              text.equals("ip") ? OptionalInt.of(0) : ProtocolNames.find(text);
          default -> PortNames.find(text);
        };
    if (named.isEmpty() || named.getAsInt() < 0) {
      throw value.malformed(
          field + " is '" + text + "', legal 0.." + all.spans().getLast().last() + " or a name");
    }
    return named.getAsInt();
  }
}
