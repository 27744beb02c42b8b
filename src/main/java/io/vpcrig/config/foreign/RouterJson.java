package io.vpcrig.config.foreign;

import io.vpcrig.config.foreign.RuleLists.Eager.Draft;
import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Direction;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.MalformedLineException;
import io.vpcrig.model.Protocol;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The access lists as CloudStack sends them to its virtual router and as that keeps them: an object
 * for each interface with {@code ingress_rules} and {@code egress_rules}; in a file with several,
 * under the interfaces' names.
 *
 * <pre>
 *   {"eth2": {"device": "eth2", "nic_ip": "10.10.1.1", "nic_netmask": "24",
 *     "ingress_rules": [{"type": "tcp", "first_port": 22, "last_port": 22, "cidr": "10.0.0.0/8",
 *                        "allowed": true}], "egress_rules": []}, "id": "networkacl"}
 * </pre>
 *
 * {@code type} is tcp, udp, icmp, all or protocol (then {@code protocol} is its number). Lists are
 * named {@code DEVICE:ingress} and {@code DEVICE:egress}.
 */
final class RouterJson implements RuleFormat {
  @Override
  public String name() {
    return "router";
  }

  @Override
  public String title() {
    return "the virtual router's own access lists, JSON";
  }

  @Override
  public boolean detects(RuleText text) {
    return text.first() == '{'
        && (text.text().contains("\"ingress_rules\"") || text.text().contains("\"egress_rules\""));
  }

  @Override
  public RuleLists read(RuleText text) throws MalformedLineException {
    JsonValue root = JsonValue.parse(text);
    RuleLists.Eager lists = new RuleLists.Eager();
    if (root.get("ingress_rules").isPresent() || root.get("egress_rules").isPresent()) {
      device(root.text("device", "eth"), root, lists);
      return lists;
    }
    for (Map.Entry<String, JsonValue> each : root.fields().entrySet()) {
      if (each.getValue().isObject()) {
        device(each.getKey(), each.getValue(), lists);
      }
    }
    return lists;
  }

  private static void device(String name, JsonValue device, RuleLists.Eager lists)
      throws MalformedLineException {
    for (Direction direction : Direction.values()) {
      Draft list = lists.list(ListName.of(name, direction), AccessLists.otherwise(direction));
      String key = direction == Direction.INGRESS ? "ingress_rules" : "egress_rules";
      for (JsonValue rule : device.items(key)) {
        rule(rule, direction, list);
      }
    }
  }

  private static void rule(JsonValue rule, Direction direction, Draft list)
      throws MalformedLineException {
    JsonValue type = rule.need("type");
    JsonValue written = type.text().equals("protocol") ? rule.need("protocol") : type;
    OptionalInt protocol = ProtocolNames.find(written.text());
    if (protocol.isEmpty()) {
      throw written.malformed(
          "protocol '" + written.text() + "', legal tcp, udp, icmp, all, protocol with 0..255");
    }
    Ranges ports = Ranges.PORTS;
    if (protocol.getAsInt() == Protocol.ICMP) {
      ports =
          Icmp.ranges(rule.number("icmp_type", -1, 255, -1), rule.number("icmp_code", -1, 255, -1));
    } else if (Transports.hasPorts(protocol.getAsInt()) && rule.get("first_port").isPresent()) {
      int first = rule.need("first_port").number("first_port", 0, 65535);
      ports = Ranges.of(first, rule.number("last_port", first, 65535, first));
    }
    boolean allowed = rule.text("allowed", "false").equals("true");
    for (String cidr : rule.text("cidr", "0.0.0.0/0").split(",", -1)) {
      if (Addresses.isIpv6(cidr)) {
        list.losses.add(Loss.lost(rule.origin(), "IPv6 CIDR left out"));
        continue;
      }
      Cidr other = Addresses.cidr(rule, cidr.strip());
      String label = "line " + rule.origin().line();
      Action action = allowed ? Action.ALLOW : Action.DENY;
      list.rules.add(
          CloudRules.rule(
              direction, other, protocol.getAsInt(), ports, action, label, rule.origin()));
    }
  }

  @Override
  public List<Loss> write(List<FilterList> lists, StringBuilder out) {
    List<Loss> losses = new ArrayList<>();
    Map<String, Map<Direction, List<String>>> devices = new LinkedHashMap<>();
    for (FilterList list : lists) {
      Direction direction = ListName.direction(list);
      List<String> rules = new ArrayList<>();
      for (CloudItem item : CloudItem.of(list, AccessLists.otherwise(direction), losses)) {
        rules.add("    " + json(item));
      }
      devices
          .computeIfAbsent(ListName.of(list.name()).base(), key -> new LinkedHashMap<>())
          .put(direction, rules);
    }
    devices.forEach(
        (name, rules) ->
            out.append(out.isEmpty() ? "{\n" : ",\n")
                .append("\"%1$s\": {\"device\": \"%1$s\",\n".formatted(Json.escaped(name)))
                .append("  \"ingress_rules\": ")
                .append(array(rules.get(Direction.INGRESS)))
                .append(",\n  \"egress_rules\": ")
                .append(array(rules.get(Direction.EGRESS)))
                .append("}"));
    out.append(",\n\"id\": \"networkacl\"}\n");
    return losses;
  }

  private static String array(List<String> items) {
    return items == null || items.isEmpty() ? "[]" : "[\n" + String.join(",\n", items) + "]";
  }

  private static String json(CloudItem item) {
    String what =
        switch (item.protocol()) {
          case Protocol.ALL -> "\"type\": \"all\"";
          case Protocol.TCP, Protocol.UDP ->
              "\"type\": \"%s\", \"first_port\": %d, \"last_port\": %d"
                  .formatted(Protocol.name(item.protocol()), item.first(), item.last());
          case Protocol.ICMP ->
              "\"type\": \"icmp\", \"icmp_type\": %d, \"icmp_code\": %d"
                  .formatted(item.first(), item.last());
          default -> "\"type\": \"protocol\", \"protocol\": " + item.protocol();
        };
    return "{%s, \"cidr\": \"%s\", \"allowed\": %b}"
        .formatted(what, item.cidr(), item.action() == Action.ALLOW);
  }
}
