package io.vpcrig.config.foreign;

import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Direction;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.FilterRule;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Writes lists for {@code nft -j -f} (libnftables-json(5)): table {@code ip vpcrig}, a chain {@code
 * acl_NAME} for each list; ingress lists are reached from hook forward once replies are accepted,
 * egress lists from hook prerouting by new connections, before addresses are translated.
 */
final class NftWriter {
  private static final String PLACE = "\"family\": \"ip\", \"table\": \"vpcrig\"";

  private final List<Loss> losses = new ArrayList<>();
  private final List<String> objects = new ArrayList<>();
  private final Set<String> hooks = new HashSet<>();

  List<Loss> write(List<FilterList> lists, StringBuilder out) {
    objects.add("{\"metainfo\": {\"json_schema_version\": 1}}");
    objects.add("{\"table\": {\"family\": \"ip\", \"name\": \"vpcrig\"}}");
    lists.forEach(this::list);
    out.append("{\"nftables\": [\n").append(String.join(",\n", objects)).append("\n]}\n");
    return losses;
  }

  private void list(FilterList list) {
    boolean egress = ListName.direction(list) == Direction.EGRESS;
    String hook = egress ? "prerouting" : "forward";
    if (!hooks.add(hook)) {
      throw new IllegalArgumentException(
          "two lists for hook " + hook + ", the second is " + list.name());
    }
    objects.add(
        ("{\"chain\": {%s, \"name\": \"%s\", \"type\": \"filter\", \"hook\": \"%s\", \"prio\": %d,"
                + " \"policy\": \"%s\"}}")
            .formatted(PLACE, hook, hook, egress ? -150 : 0, egress ? "accept" : "drop"));
    String chain = "acl_" + ListName.of(list.name()).plain(100) + (egress ? "_out" : "_in");
    objects.add("{\"chain\": {%s, \"name\": \"%s\"}}".formatted(PLACE, chain));
    String jump = "{\"jump\": {\"target\": \"%s\"}}".formatted(chain);
    if (egress) {
      rule(hook, List.of(state("\"new\""), jump));
    } else {
      rule(hook, List.of(state("[\"established\", \"related\"]"), verdict(Action.ALLOW)));
      rule(hook, List.of(jump));
    }
    for (FilterRule rule : list.rules()) {
      for (FilterRule part : Transports.split(rule, losses)) {
        rules(chain, part);
      }
    }
    rule(chain, List.of(verdict(list.otherwise())));
  }

  private void rules(String chain, FilterRule rule) {
    List<String> tests = new ArrayList<>();
    address(tests, "saddr", rule.source());
    address(tests, "daddr", rule.destination());
    if (rule.protocol() == Protocol.ICMP && !Transports.isAny(rule.destinationPorts())) {
      for (Icmp icmp : Icmp.of(rule.destinationPorts())) {
        List<String> all = new ArrayList<>(tests);
        all.add(payload("icmp", "type", Integer.toString(icmp.type())));
        if (!icmp.isWholeType()) {
          all.add(payload("icmp", "code", range(new PortRange(icmp.firstCode(), icmp.lastCode()))));
        }
        all.add(verdict(rule.action()));
        rule(chain, all);
      }
      return;
    }
    if (rule.protocol() != Protocol.ALL) {
      tests.add(payload("ip", "protocol", Integer.toString(rule.protocol())));
    }
    ports(tests, rule.protocol(), "sport", rule.sourcePorts());
    ports(tests, rule.protocol(), "dport", rule.destinationPorts());
    tests.add(verdict(rule.action()));
    rule(chain, tests);
  }

  private void rule(String chain, List<String> statements) {
    objects.add(
        "{\"rule\": {%s, \"chain\": \"%s\", \"expr\": [%s]}}"
            .formatted(PLACE, chain, String.join(", ", statements)));
  }

  private static String state(String states) {
    return "{\"match\": {\"op\": \"in\", \"left\": {\"ct\": {\"key\": \"state\"}}, \"right\": %s}}"
        .formatted(states);
  }

  private static String verdict(Action action) {
    return action == Action.ALLOW ? "{\"accept\": null}" : "{\"drop\": null}";
  }

  private static void address(List<String> tests, String field, Cidr cidr) {
    if (!Transports.isAny(cidr)) {
      tests.add(
          payload(
              "ip",
              field,
              "{\"prefix\": {\"addr\": \"%s\", \"len\": %d}}"
                  .formatted(Ipv4Text.format(cidr.network()), cidr.length())));
    }
  }

  private static void ports(List<String> tests, int protocol, String field, PortRange ports) {
    if (!Transports.isAny(ports)) {
      tests.add(payload(Protocol.name(protocol), field, range(ports)));
    }
  }

  private static String range(PortRange ports) {
    return ports.first() == ports.last()
        ? Integer.toString(ports.first())
        : "{\"range\": [%d, %d]}".formatted(ports.first(), ports.last());
  }

  private static String payload(String protocol, String field, String right) {
    return ("{\"match\": {\"op\": \"==\", \"left\": {\"payload\": {\"protocol\": \"%s\","
            + " \"field\": \"%s\"}}, \"right\": %s}}")
        .formatted(protocol, field, right);
  }
}
