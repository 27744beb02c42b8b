package io.vpcrig.config.foreign;

import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Direction;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.FilterRule;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Writes lists for nftables: table {@code ip vpcrig}, a chain {@code acl_NAME} for each list;
 * ingress lists are reached from hook forward once replies are accepted, egress lists from hook
 * prerouting by new connections, before addresses are translated.
 */
final class NftWriter {
  static final String TABLE = "vpcrig";

  private final NftNotation out;
  private final List<Loss> losses = new ArrayList<>();
  private final Set<String> hooks = new HashSet<>();

  NftWriter(NftNotation out) {
    this.out = out;
  }

  List<Loss> write(List<FilterList> lists, StringBuilder text) {
    lists.forEach(this::list);
    text.append(out.table());
    return losses;
  }

  private void list(FilterList list) {
    boolean egress = ListName.direction(list) == Direction.EGRESS;
    String hook = egress ? "prerouting" : "forward";
    if (!hooks.add(hook)) {
      throw new IllegalArgumentException(
          "two lists for hook " + hook + ", the second is " + list.name());
    }
    String chain = "acl_" + ListName.of(list.name()).plain(100) + (egress ? "_out" : "_in");
    out.hook(hook, egress ? -150 : 0, egress ? Action.ALLOW : Action.DENY);
    out.chain(chain);
    if (egress) {
      out.rule(hook, List.of(out.states(List.of("new")), out.jump(chain)));
    } else {
      out.rule(
          hook, List.of(out.states(List.of("established", "related")), out.verdict(Action.ALLOW)));
      out.rule(hook, List.of(out.jump(chain)));
    }
    for (FilterRule rule : list.rules()) {
      for (FilterRule part : Transports.split(rule, losses)) {
        rules(chain, part);
      }
    }
    out.rule(chain, List.of(out.verdict(list.otherwise())));
  }

  private void rules(String chain, FilterRule rule) {
    List<String> tests = new ArrayList<>();
    address(tests, "saddr", rule.source());
    address(tests, "daddr", rule.destination());
    if (rule.protocol() == Protocol.ICMP && !Transports.isAny(rule.destinationPorts())) {
      for (Icmp icmp : Icmp.of(rule.destinationPorts())) {
        List<String> all = new ArrayList<>(tests);
        all.add(out.number("icmp", "type", new PortRange(icmp.type(), icmp.type())));
        if (!icmp.isWholeType()) {
          all.add(out.number("icmp", "code", new PortRange(icmp.firstCode(), icmp.lastCode())));
        }
        all.add(out.verdict(rule.action()));
        out.rule(chain, all);
      }
      return;
    }
    if (rule.protocol() != Protocol.ALL) {
      tests.add(out.number("ip", "protocol", new PortRange(rule.protocol(), rule.protocol())));
    }
    ports(tests, rule.protocol(), "sport", rule.sourcePorts());
    ports(tests, rule.protocol(), "dport", rule.destinationPorts());
    tests.add(out.verdict(rule.action()));
    out.rule(chain, tests);
  }

  private void address(List<String> tests, String field, Cidr cidr) {
    if (!Transports.isAny(cidr)) {
      tests.add(out.address(field, cidr));
    }
  }

  private void ports(List<String> tests, int protocol, String field, PortRange ports) {
    if (!Transports.isAny(ports)) {
      tests.add(out.number(Protocol.name(protocol), field, ports));
    }
  }
}
