package io.vpcrig.config.foreign;

import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Direction;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.MalformedLineException;
import io.vpcrig.model.Origin;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Replies of CloudStack's API (cloudstack.md 2.2, 9.2): listNetworkACLs, which has the items, and
 * listNetworkACLLists, which has the lists without them; one reply, or a JSON list of several. Both
 * replies are written.
 */
final class CloudStack implements RuleFormat {
  private static final String ITEMS = "listnetworkaclsresponse";
  private static final String LISTS = "listnetworkacllistsresponse";

  @Override
  public String name() {
    return "cloudstack";
  }

  @Override
  public String title() {
    return "CloudStack replies of listNetworkACLs and listNetworkACLLists, JSON";
  }

  @Override
  public boolean detects(RuleText text) {
    return (text.first() == '{' || text.first() == '[')
        && (text.text().contains('"' + ITEMS + '"') || text.text().contains('"' + LISTS + '"'));
  }

  @Override
  public RuleLists read(RuleText text) throws MalformedLineException {
    JsonValue root = JsonValue.parse(text);
    RuleLists.Eager lists = new RuleLists.Eager();
    Map<String, Found> found = new LinkedHashMap<>();
    List<JsonValue> replies = root.isList() ? root.items() : List.of(root);
    for (JsonValue reply : replies) {
      if (reply.get(LISTS).isPresent()) {
        for (JsonValue list : reply.need(LISTS).items("networkacllist")) {
          found.put(list.need("id").text(), new Found(list.need("name").text(), list.origin()));
        }
      }
    }
    for (JsonValue reply : replies) {
      if (reply.get(ITEMS).isPresent()) {
        for (JsonValue item : reply.need(ITEMS).items("networkacl")) {
          String name = item.text("aclname", "acl");
          Found list =
              found.computeIfAbsent(
                  item.text("aclid", name), key -> new Found(name, item.origin()));
          list.rules.addAll(item(item, list.losses));
        }
      }
    }
    boolean hasItems = replies.stream().anyMatch(reply -> reply.get(ITEMS).isPresent());
    for (Found list : found.values()) {
      if (!hasItems) {
        list.losses.add(
            Loss.lost(
                list.origin,
                "items of list " + list.name + " are not told; add the reply of listNetworkACLs"));
      }
      list.addTo(lists);
    }
    return lists;
  }

  /** A list of which replies tell. */
  private record Found(String name, Origin origin, List<AclRule> rules, List<Loss> losses) {
    private Found(String name, Origin origin) {
      this(name, origin, new ArrayList<>(), new ArrayList<>());
    }

    private void addTo(RuleLists.Eager lists) throws MalformedLineException {
      try {
        AccessLists.add(lists, new AclList(name, rules, origin));
      } catch (IllegalArgumentException e) {
        throw new MalformedLineException(
            origin.file(), origin.line(), origin.column(), "list " + name + ": " + e.getMessage());
      }
      for (Direction direction : Direction.values()) {
        lists.list(ListName.of(name, direction), Action.DENY).losses.addAll(losses);
      }
    }
  }

  /** The rule of an item; none if all its CIDRs are of IPv6. */
  private static List<AclRule> item(JsonValue item, List<Loss> losses)
      throws MalformedLineException {
    String written = item.need("protocol").text().toLowerCase(Locale.ROOT);
    OptionalInt protocol = ProtocolNames.find(written);
    if (protocol.isEmpty()) {
      throw item.need("protocol")
          .malformed("protocol '" + written + "', legal tcp, udp, icmp, all and 0..255");
    }
    List<Cidr> cidrs = new ArrayList<>();
    int number = item.need("number").number("number", 1, Integer.MAX_VALUE);
    for (String cidr : item.text("cidrlist", "0.0.0.0/0").split(",", -1)) {
      if (Addresses.isIpv6(cidr)) {
        losses.add(Loss.lost(item.origin(), "item " + number + ": IPv6 CIDR left out"));
      } else {
        cidrs.add(Addresses.cidr(item, cidr.strip()));
      }
    }
    if (cidrs.isEmpty()) {
      return List.of();
    }
    Optional<PortRange> ports = Optional.empty();
    if (Transports.hasPorts(protocol.getAsInt()) && item.get("startport").isPresent()) {
      int first = item.need("startport").number("startport", 0, 65535);
      ports = Optional.of(new PortRange(first, item.number("endport", first, 65535, first)));
    }
    return List.of(
        new AclRule(
            number,
            direction(item),
            item.text("action", "Allow").equalsIgnoreCase("Deny") ? Action.DENY : Action.ALLOW,
            protocol.getAsInt(),
            written.matches("[0-9]+") && protocol.getAsInt() != Protocol.ICMP,
            ports,
            item.number("icmptype", -1, 255, -1),
            item.number("icmpcode", -1, 255, -1),
            cidrs,
            item.origin()));
  }

  private static Direction direction(JsonValue item) throws MalformedLineException {
    return item.text("traffictype", "Ingress").equalsIgnoreCase("Egress")
        ? Direction.EGRESS
        : Direction.INGRESS;
  }

  @Override
  public List<Loss> write(List<FilterList> lists, StringBuilder out) {
    List<Loss> losses = new ArrayList<>();
    List<String> names = new ArrayList<>();
    List<String> items = new ArrayList<>();
    for (AclList list : AccessLists.of(lists, losses)) {
      names.add("  {\"id\": \"%1$s\", \"name\": \"%1$s\"}".formatted(list.name()));
      list.rules().forEach(rule -> items.add(json(list.name(), rule)));
    }
    out.append('[')
        .append(reply(LISTS, "networkacllist", names))
        .append(",\n")
        .append(reply(ITEMS, "networkacl", items))
        .append("]\n");
    return losses;
  }

  private static String reply(String envelope, String key, List<String> objects) {
    return "{\"%s\": {\"count\": %d, \"%s\": [\n%s\n]}}"
        .formatted(envelope, objects.size(), key, String.join(",\n", objects));
  }

  private static String json(String list, AclRule rule) {
    String ports =
        rule.ports()
            .map(
                range ->
                    ", \"startport\": \"%d\", \"endport\": \"%d\""
                        .formatted(range.first(), range.last()))
            .orElse("");
    String icmp =
        rule.protocol() == Protocol.ICMP
            ? ", \"icmptype\": %d, \"icmpcode\": %d".formatted(rule.icmpType(), rule.icmpCode())
            : "";
    return ("  {\"aclid\": \"%s\", \"aclname\": \"%s\", \"number\": %d, \"traffictype\": \"%s\","
            + " \"action\": \"%s\", \"protocol\": \"%s\"%s%s, \"cidrlist\": \"%s\","
            + " \"state\": \"Active\"}")
        .formatted(
            list,
            list,
            rule.number(),
            rule.direction() == Direction.INGRESS ? "Ingress" : "Egress",
            rule.action() == Action.ALLOW ? "Allow" : "Deny",
            Protocol.name(rule.protocol()),
            ports,
            icmp,
            rule.cidrs().getFirst());
  }
}
