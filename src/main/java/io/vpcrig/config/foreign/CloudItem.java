package io.vpcrig.config.foreign;

import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Direction;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.FilterRule;
import io.vpcrig.model.Protocol;
import java.util.ArrayList;
import java.util.List;

/**
 * A rule as clouds say it.
 *
 * @param cidr the other end, without host bits
 * @param first first port of TCP and UDP; type of ICMP, -1 for any
 * @param last last port; code, -1 for any
 */
record CloudItem(Direction direction, Cidr cidr, int protocol, int first, int last, Action action) {
  /**
   * The items of a list, in order.
   *
   * @param otherwise what the cloud does with what no item matches
   */
  static List<CloudItem> of(FilterList list, Action otherwise, List<Loss> losses) {
    Direction direction = ListName.direction(list);
    List<CloudItem> items = new ArrayList<>();
    for (FilterRule rule : list.rules()) {
      Cidr ours = direction == Direction.INGRESS ? rule.destination() : rule.source();
      if (!Transports.isAny(ours) || !Transports.isAny(rule.sourcePorts())) {
        losses.add(
            Loss.lost(
                rule.origin(),
                "rule "
                    + rule.label()
                    + " tests both addresses or the source port, and an item only the other end's"
                    + " address; left out"));
        continue;
      }
      for (FilterRule part : Transports.split(rule, losses)) {
        add(items, part, direction);
      }
    }
    if (list.otherwise() != otherwise) {
      items.add(new CloudItem(direction, Cidr.ANY, Protocol.ALL, 0, 65535, list.otherwise()));
    }
    return items;
  }

  private static void add(List<CloudItem> items, FilterRule rule, Direction direction) {
    Cidr cidr =
        Addresses.network(direction == Direction.INGRESS ? rule.source() : rule.destination());
    int protocol = rule.protocol();
    if (protocol != Protocol.ICMP) {
      int first = rule.destinationPorts().first();
      int last = rule.destinationPorts().last();
      items.add(new CloudItem(direction, cidr, protocol, first, last, rule.action()));
      return;
    }
    if (Transports.isAny(rule.destinationPorts())) {
      items.add(new CloudItem(direction, cidr, protocol, -1, -1, rule.action()));
      return;
    }
    for (Icmp icmp : Icmp.of(rule.destinationPorts())) {
      if (icmp.isWholeType()) {
        items.add(new CloudItem(direction, cidr, protocol, icmp.type(), -1, rule.action()));
        continue;
      }
      for (int code = icmp.firstCode(); code <= icmp.lastCode(); code++) {
        items.add(new CloudItem(direction, cidr, protocol, icmp.type(), code, rule.action()));
      }
    }
  }
}
