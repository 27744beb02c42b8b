package io.vpcrig.config.foreign;

import io.vpcrig.config.foreign.RuleLists.Eager.Draft;
import io.vpcrig.model.Action;
import io.vpcrig.model.Direction;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.FilterRule;
import io.vpcrig.model.MalformedLineException;
import io.vpcrig.model.Protocol;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * Azure network security groups as the API shows them, default rules included; lists are named
 * {@code GROUP:ingress} and {@code GROUP:egress}. Service tags and application groups stand for
 * addresses that the file does not tell: such rules are left out. Read only.
 */
final class Azure implements RuleFormat {
  @Override
  public String name() {
    return "azure";
  }

  @Override
  public String title() {
    return "Azure network security group, JSON";
  }

  @Override
  public boolean detects(RuleText text) {
    return text.first() == '{'
        && text.text().contains("\"securityRules\"")
        && text.text().contains("networkSecurityGroups");
  }

  @Override
  public RuleLists read(RuleText text) throws MalformedLineException {
    JsonValue group = JsonValue.parse(text);
    JsonValue properties = group.need("properties");
    String name = group.text("name", "nsg");
    RuleLists.Eager lists = new RuleLists.Eager();
    for (Direction direction : Direction.values()) {
      lists.list(ListName.of(name, direction), Action.DENY);
    }
    record Ranked(int priority, JsonValue rule) {}
    List<Ranked> rules = new ArrayList<>();
    for (String key : List.of("securityRules", "defaultSecurityRules")) {
      for (JsonValue rule : properties.items(key)) {
        JsonValue priority = rule.need("properties").need("priority");
        rules.add(new Ranked(priority.number("priority", 0, 65535), rule));
      }
    }
    rules.sort(Comparator.comparingInt(Ranked::priority));
    for (Ranked each : rules) {
      rule(name, each.rule, lists);
    }
    return lists;
  }

  private static void rule(String group, JsonValue rule, RuleLists.Eager lists)
      throws MalformedLineException {
    JsonValue properties = rule.need("properties");
    boolean inbound = properties.need("direction").text().equalsIgnoreCase("Inbound");
    Direction direction = inbound ? Direction.INGRESS : Direction.EGRESS;
    Draft list = lists.list(ListName.of(group, direction), Action.DENY);
    String label = rule.text("name", "rule");
    int protocol = protocol(properties.need("protocol"));
    Ranges sources = addresses(properties, "source", label, list);
    Ranges destinations = addresses(properties, "destination", label, list);
    Box box =
        new Box(
            ProtocolNames.ranges(protocol),
            sources,
            destinations,
            ports(properties, "source"),
            protocol == Protocol.ICMP ? Ranges.PORTS : ports(properties, "destination"));
    if (box.isEmpty()) {
      return; // What it stands for is not known, as was told.
    }
    boolean allows = properties.need("access").text().equalsIgnoreCase("Allow");
    List<FilterRule> rules = box.rules(allows ? Action.ALLOW : Action.DENY, label, rule.origin());
    list.rules.addAll(rules);
  }

  private static int protocol(JsonValue value) throws MalformedLineException {
    String text = value.text().toLowerCase(Locale.ROOT);
    OptionalInt named = text.equals("*") ? OptionalInt.of(-1) : ProtocolNames.find(text);
    return named.orElseThrow(
        () -> value.malformed("protocol '" + text + "', legal *, Tcp, Udp, Icmp, Esp and Ah"));
  }

  /** The values of a field and of its plural. */
  private static List<JsonValue> both(JsonValue properties, String one, String several)
      throws MalformedLineException {
    List<JsonValue> values = new ArrayList<>(properties.items(several));
    properties.get(one).ifPresent(values::add);
    return values;
  }

  private static Ranges addresses(JsonValue properties, String end, String label, Draft list)
      throws MalformedLineException {
    Ranges some = Ranges.NONE;
    for (JsonValue prefix : both(properties, end + "AddressPrefix", end + "AddressPrefixes")) {
      String text = prefix.text();
      if (text.equals("*")) {
        return Ranges.ADDRESSES;
      }
      if (Addresses.isIpv6(text)) {
        list.losses.add(Loss.lost(prefix.origin(), "rule " + label + ": IPv6 prefix left out"));
      } else if (text.matches("[0-9./]+")) {
        some = some.or(Ranges.of(Addresses.cidr(prefix)));
      } else {
        list.losses.add(
            Loss.lost(
                prefix.origin(),
                "rule " + label + ": addresses of the tag " + text + " are not known; left out"));
      }
    }
    for (JsonValue application : properties.items(end + "ApplicationSecurityGroups")) {
      list.losses.add(
          Loss.lost(application.origin(), "rule " + label + ": members of a group are not known"));
    }
    return some;
  }

  private static Ranges ports(JsonValue properties, String end) throws MalformedLineException {
    Ranges some = Ranges.NONE;
    for (JsonValue range : both(properties, end + "PortRange", end + "PortRanges")) {
      String text = range.text();
      if (text.equals("*")) {
        return Ranges.PORTS;
      }
      if (!text.matches("[0-9]{1,5}(-[0-9]{1,5})?")) {
        throw range.malformed("ports '" + text + "', legal *, 443 and 8000-8100");
      }
      String[] ends = text.split("-");
      int first = Integer.parseInt(ends[0]);
      int last = Integer.parseInt(ends[ends.length - 1]);
      if (last > 65535 || first > last) {
        throw range.malformed("ports '" + text + "', legal 0..65535 with the smaller first");
      }
      some = some.or(Ranges.of(first, last));
    }
    return some;
  }

  @Override
  public List<Loss> write(List<FilterList> lists, StringBuilder out) {
    throw new IllegalArgumentException("azure can only be read");
  }
}
