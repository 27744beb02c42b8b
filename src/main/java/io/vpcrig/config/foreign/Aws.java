package io.vpcrig.config.foreign;

import io.vpcrig.config.foreign.RuleLists.Eager.Draft;
import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Direction;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.MalformedLineException;
import io.vpcrig.model.Origin;
import io.vpcrig.model.Protocol;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Replies of AWS EC2's DescribeSecurityGroups and DescribeNetworkAcls. Lists are named by the
 * group's or list's id and a direction, {@code sg-1:ingress}. Network ACLs are written.
 */
final class Aws implements RuleFormat {
  private static final int MAX_RULE_NUMBER = 32766;

  @Override
  public String name() {
    return "aws";
  }

  @Override
  public String title() {
    return "AWS security groups and network ACLs, JSON";
  }

  @Override
  public boolean detects(RuleText text) {
    return text.first() == '{'
        && (text.text().contains("\"SecurityGroups\"") && text.text().contains("\"IpPermissions")
            || text.text().contains("\"NetworkAcls\""));
  }

  @Override
  public RuleLists read(RuleText text) throws MalformedLineException {
    JsonValue root = JsonValue.parse(text);
    RuleLists.Eager lists = new RuleLists.Eager();
    for (JsonValue group : root.items("SecurityGroups")) {
      String id = group.need("GroupId").text();
      permissions(group, "IpPermissions", id, Direction.INGRESS, lists);
      permissions(group, "IpPermissionsEgress", id, Direction.EGRESS, lists);
    }
    for (JsonValue acl : root.items("NetworkAcls")) {
      networkAcl(acl, lists);
    }
    return lists;
  }

  private static void permissions(
      JsonValue group, String key, String id, Direction direction, RuleLists.Eager lists)
      throws MalformedLineException {
    Draft list = lists.list(ListName.of(id, direction), Action.DENY);
    for (JsonValue permission : group.items(key)) {
      for (JsonValue range : permission.items("Ipv6Ranges")) {
        list.losses.add(Loss.lost(range.origin(), "an IPv6 range is left out"));
      }
      for (JsonValue pair : permission.items("UserIdGroupPairs")) {
        list.losses.add(
            Loss.lost(
                pair.origin(),
                "members of group " + pair.text("GroupId", "?") + " are not known; left out"));
      }
      for (JsonValue prefixes : permission.items("PrefixListIds")) {
        list.losses.add(
            Loss.lost(
                prefixes.origin(),
                "prefixes of " + prefixes.text("PrefixListId", "?") + " are not known; left out"));
      }
      int protocol = protocol(permission.need("IpProtocol"));
      if (protocol == ProtocolNames.ICMPV6) {
        list.losses.add(Loss.lost(permission.origin(), "ICMPv6 is of IPv6; left out"));
        continue;
      }
      int first = permission.number("FromPort", -1, 65535, -1);
      int last = permission.number("ToPort", -1, 65535, -1);
      Ranges ports = CloudRules.ports(protocol, first, last);
      String label = id + " permission " + permission.origin().line();
      for (JsonValue range : permission.items("IpRanges")) {
        Cidr cidr = Addresses.cidr(range.need("CidrIp"));
        list.rules.add(
            CloudRules.rule(direction, cidr, protocol, ports, Action.ALLOW, label, range.origin()));
      }
    }
  }

  /** -1 is any protocol. */
  private static int protocol(JsonValue value) throws MalformedLineException {
    OptionalInt named =
        value.text().equals("-1") ? OptionalInt.of(-1) : ProtocolNames.find(value.text());
    return named.orElseThrow(
        () ->
            value.malformed("the protocol is '" + value.content() + "', legal -1, 0..255, a name"));
  }

  private static void networkAcl(JsonValue acl, RuleLists.Eager lists)
      throws MalformedLineException {
    String id = acl.need("NetworkAclId").text();
    for (Direction direction : Direction.values()) {
      lists.list(ListName.of(id, direction), Action.DENY);
    }
    record Entry(int number, JsonValue value) {}
    List<Entry> entries = new ArrayList<>();
    for (JsonValue entry : acl.items("Entries")) {
      entries.add(new Entry(entry.need("RuleNumber").number("RuleNumber", 0, 32767), entry));
    }
    entries.sort(Comparator.comparingInt(Entry::number));
    for (Entry entry : entries) {
      entry(id, entry.number, entry.value, lists);
    }
  }

  private static void entry(String id, int number, JsonValue entry, RuleLists.Eager lists)
      throws MalformedLineException {
    boolean isEgress = entry.need("Egress").text().equals("true");
    Direction direction = isEgress ? Direction.EGRESS : Direction.INGRESS;
    Draft list = lists.list(ListName.of(id, direction), Action.DENY);
    if (entry.get("CidrBlock").isEmpty()) {
      list.losses.add(Loss.lost(entry.origin(), "rule " + number + " is of IPv6; left out"));
      return;
    }
    int protocol = protocol(entry.need("Protocol"));
    Ranges ports = Ranges.PORTS;
    if (Transports.hasPorts(protocol) && entry.get("PortRange").isPresent()) {
      JsonValue range = entry.need("PortRange");
      int first = range.need("From").number("From", 0, 65535);
      ports = Ranges.of(first, range.need("To").number("To", first, 65535));
    } else if (protocol == Protocol.ICMP && entry.get("IcmpTypeCode").isPresent()) {
      JsonValue message = entry.need("IcmpTypeCode");
      ports = Icmp.ranges(message.number("Type", -1, 255, -1), message.number("Code", -1, 255, -1));
    }
    String action = entry.need("RuleAction").text();
    if (!action.equals("allow") && !action.equals("deny")) {
      throw entry.malformed("RuleAction is '" + action + "', legal allow and deny");
    }
    list.rules.add(
        CloudRules.rule(
            direction,
            Addresses.cidr(entry.need("CidrBlock")),
            protocol,
            ports,
            action.equals("allow") ? Action.ALLOW : Action.DENY,
            Integer.toString(number),
            entry.origin()));
  }

  @Override
  public List<Loss> write(List<FilterList> lists, StringBuilder out) {
    List<Loss> losses = new ArrayList<>();
    Map<String, List<String>> entries = new LinkedHashMap<>();
    for (FilterList list : lists) {
      List<CloudItem> items = CloudItem.of(list, Action.DENY, losses);
      List<String> all =
          entries.computeIfAbsent(ListName.of(list.name()).base(), key -> new ArrayList<>());
      if (items.size() > MAX_RULE_NUMBER) {
        losses.add(
            Loss.lost(
                Origin.BUILT_IN,
                list.name()
                    + ": "
                    + items.size()
                    + " rules, legal up to "
                    + MAX_RULE_NUMBER
                    + "; the rest is left out"));
      }
      for (int i = 0; i < Math.min(items.size(), MAX_RULE_NUMBER); i++) {
        all.add(json(items.get(i), i + 1));
      }
      all.add(
          json(
              new CloudItem(ListName.direction(list), Cidr.ANY, -1, 0, 65535, Action.DENY), 32767));
    }
    List<String> acls = new ArrayList<>();
    entries.forEach(
        (name, all) ->
            acls.add(
                "  {\"NetworkAclId\": \"%s\", \"Entries\": [\n%s\n  ]}"
                    .formatted(Json.escaped(name), String.join(",\n", all))));
    out.append("{\"NetworkAcls\": [\n").append(String.join(",\n", acls)).append("\n]}\n");
    return losses;
  }

  private static String json(CloudItem item, int number) {
    String ports =
        Transports.hasPorts(item.protocol())
            ? ", \"PortRange\": {\"From\": %d, \"To\": %d}".formatted(item.first(), item.last())
            : item.protocol() == Protocol.ICMP
                ? ", \"IcmpTypeCode\": {\"Type\": %d, \"Code\": %d}"
                    .formatted(item.first(), item.last())
                : "";
    return ("    {\"RuleNumber\": %d, \"Egress\": %b, \"Protocol\": \"%d\", \"RuleAction\": \"%s\","
            + " \"CidrBlock\": \"%s\"%s}")
        .formatted(
            number,
            item.direction() == Direction.EGRESS,
            item.protocol(),
            item.action() == Action.ALLOW ? "allow" : "deny",
            item.cidr(),
            ports);
  }
}
