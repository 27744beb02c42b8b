package io.vpcrig.config.foreign;

import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Direction;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.Origin;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * CloudStack's access lists as filter lists, {@code NAME:ingress} and {@code NAME:egress}, as they
 * are meant (cloudstack.md 2.2), and back. What no ingress rule matches is denied, what no egress
 * rule matches allowed.
 */
final class AccessLists {
  /** Highest ICMP code that CloudStack takes. */
  private static final int MAX_CODE = 16;

  private AccessLists() {}

  static Action otherwise(Direction direction) {
    return direction == Direction.INGRESS ? Action.DENY : Action.ALLOW;
  }

  /** Adds both directions of a list. */
  static void add(RuleLists.Eager lists, AclList list) {
    for (Direction direction : Direction.values()) {
      RuleLists.Eager.Draft draft =
          lists.list(ListName.of(list.name(), direction), otherwise(direction));
      for (AclRule rule : list.rules(direction)) {
        Ranges ports = ports(rule);
        for (Cidr cidr : rule.cidrs()) {
          draft.rules.add(
              CloudRules.rule(
                  direction,
                  cidr,
                  rule.protocol(),
                  ports,
                  rule.action(),
                  Integer.toString(rule.number()),
                  rule.origin()));
        }
      }
    }
  }

  private static Ranges ports(AclRule rule) {
    if (rule.protocol() == Protocol.ICMP) {
      return Icmp.ranges(rule.icmpType(), rule.icmpCode());
    }
    return Transports.hasPorts(rule.protocol())
        ? Ranges.of(rule.ports().orElse(PortRange.ALL))
        : Ranges.PORTS;
  }

  /** Access lists that mean the same; lists that differ in direction alone become one. */
  static List<AclList> of(List<FilterList> lists, List<Loss> losses) {
    Map<String, List<AclRule>> rules = new LinkedHashMap<>();
    for (FilterList list : lists) {
      Direction direction = ListName.direction(list);
      List<AclRule> all =
          rules.computeIfAbsent(ListName.of(list.name()).plain(60), key -> new ArrayList<>());
      if (all.stream().anyMatch(rule -> rule.direction() == direction)) {
        throw new IllegalArgumentException(
            "two lists for one direction, the second is " + list.name());
      }
      for (CloudItem item : CloudItem.of(list, otherwise(direction), losses)) {
        if (item.protocol() == Protocol.ICMP && item.last() > MAX_CODE) {
          losses.add(
              Loss.lost(
                  Origin.BUILT_IN,
                  list.name()
                      + ": ICMP code "
                      + item.last()
                      + ", legal up to "
                      + MAX_CODE
                      + "; left out"));
        } else {
          all.add(rule(item, all.size() + 1));
        }
      }
    }
    List<AclList> made = new ArrayList<>();
    rules.forEach((name, all) -> made.add(new AclList(name, all, Origin.BUILT_IN)));
    return made;
  }

  private static AclRule rule(CloudItem item, int number) {
    boolean icmp = item.protocol() == Protocol.ICMP;
    boolean hasPorts = Transports.hasPorts(item.protocol());
    return new AclRule(
        number,
        item.direction(),
        item.action(),
        item.protocol(),
        !icmp && !hasPorts && item.protocol() != Protocol.ALL,
        hasPorts ? Optional.of(new PortRange(item.first(), item.last())) : Optional.empty(),
        icmp ? item.first() : -1,
        icmp ? item.last() : -1,
        List.of(item.cidr()),
        Origin.BUILT_IN);
  }
}
