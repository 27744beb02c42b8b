package io.vpcrig.config.foreign;

import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Direction;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.FilterRule;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes lists for {@code iptables-restore}, in the shape of the chains of CloudStack's virtual
 * router (cloudstack.md 2.3): an ingress list is a chain {@code ACL_INBOUND_NAME} that
 * filter/FORWARD jumps to once replies are accepted; an egress list is {@code ACL_OUTBOUND_NAME}
 * and judges new connections in mangle/PREROUTING. A list named {@code TABLE/CHAIN} goes into that
 * chain, behind an accept of replies, since a list is about first packets. The router's own accepts
 * of its redundancy protocol are left out: they are not of the list.
 */
final class IptablesWriter {
  /** XT_EXTENSION_MAXNAMELEN less what stands before the list's name. */
  private static final int LONGEST_NAME = 28 - "ACL_OUTBOUND_".length();

  private static final String REPLIES = " -m state --state RELATED,ESTABLISHED -j ACCEPT";

  private static final String BUILT_IN =
      "(filter|mangle|raw|security)/(INPUT|FORWARD|OUTPUT|PREROUTING|POSTROUTING)(:.*)?";

  private final List<Loss> losses = new ArrayList<>();

  /** Declarations and rules of each table. */
  private final Map<String, List<String>> chains = new LinkedHashMap<>();

  private final Map<String, List<String>> rules = new LinkedHashMap<>();

  List<Loss> write(List<FilterList> lists, StringBuilder out) {
    for (FilterList list : lists) {
      if (list.name().matches(BUILT_IN)) {
        builtIn(list);
      } else {
        acl(list);
      }
    }
    for (String table : chains.keySet()) {
      out.append('*').append(table).append('\n');
      chains.get(table).forEach(line -> out.append(line).append('\n'));
      rules.get(table).forEach(line -> out.append(line).append('\n'));
      out.append("COMMIT\n");
    }
    return losses;
  }

  private void builtIn(FilterList list) {
    String[] path = list.name().split("[/:]");
    String policy = list.otherwise() == Action.ALLOW ? " ACCEPT" : " DROP";
    declare(path[0], path[1], policy, list);
    if (!list.rules().isEmpty() || list.otherwise() == Action.DENY) {
      add(path[0], "-A " + path[1] + REPLIES);
    }
    list.rules().forEach(rule -> rule(path[0], path[1], rule));
  }

  private void acl(FilterList list) {
    boolean egress = ListName.direction(list) == Direction.EGRESS;
    String table = egress ? "mangle" : "filter";
    String chain =
        (egress ? "ACL_OUTBOUND_" : "ACL_INBOUND_") + ListName.of(list.name()).plain(LONGEST_NAME);
    if (egress) {
      declare(table, "PREROUTING", " ACCEPT", list);
      add(table, "-A PREROUTING -m state --state NEW -j " + chain);
    } else {
      declare(table, "FORWARD", " DROP", list);
      add(table, "-A FORWARD" + REPLIES);
      add(table, "-A FORWARD -j " + chain);
    }
    declare(table, chain, " -", list);
    list.rules().forEach(rule -> rule(table, chain, rule));
    add(table, "-A " + chain + " -j " + verdict(list.otherwise()));
  }

  private void declare(String table, String chain, String policy, FilterList list) {
    List<String> all = chains.computeIfAbsent(table, key -> new ArrayList<>());
    rules.computeIfAbsent(table, key -> new ArrayList<>());
    String line = ":" + chain + policy + " [0:0]";
    if (all.stream().anyMatch(other -> other.startsWith(":" + chain + " "))) {
      throw new IllegalArgumentException(
          "two lists for chain " + table + "/" + chain + ", the second is " + list.name());
    }
    all.add(line);
  }

  private void add(String table, String line) {
    rules.get(table).add(line);
  }

  private static String verdict(Action action) {
    return action == Action.ALLOW ? "ACCEPT" : "DROP";
  }

  private void rule(String table, String chain, FilterRule rule) {
    if (rule.protocol() == 0) {
      losses.add(
          Loss.lost(
              rule.origin(),
              "rule " + rule.label() + ": protocol 0 means any protocol here; left out"));
      return;
    }
    for (FilterRule part : Transports.split(rule, losses)) {
      StringBuilder head = new StringBuilder("-A " + chain);
      if (!Transports.isAny(part.source())) {
        head.append(" -s ").append(network(part.source()));
      }
      if (!Transports.isAny(part.destination())) {
        head.append(" -d ").append(network(part.destination()));
      }
      if (part.protocol() != Protocol.ALL) {
        head.append(" -p ").append(Protocol.name(part.protocol()));
      }
      for (String test : tests(part)) {
        add(table, head + test + " -j " + verdict(part.action()));
      }
    }
  }

  private static String network(Cidr cidr) {
    return new Cidr(cidr.network(), cidr.length()).toString();
  }

  /** Tests of ports or types, one for each line that the rule needs. */
  private List<String> tests(FilterRule rule) {
    if (Transports.hasPorts(rule.protocol())) {
      String ports =
          ports("--sport", rule.sourcePorts()) + ports("--dport", rule.destinationPorts());
      return List.of(ports.isEmpty() ? "" : " -m " + Protocol.name(rule.protocol()) + ports);
    }
    if (rule.protocol() != Protocol.ICMP || Transports.isAny(rule.destinationPorts())) {
      return List.of("");
    }
    List<String> tests = new ArrayList<>();
    for (Icmp icmp : Icmp.of(rule.destinationPorts())) {
      if (icmp.type() == 255) {
        losses.add(
            Loss.lost(
                rule.origin(),
                "rule " + rule.label() + ": ICMP type 255 means any type here; left out"));
      } else if (icmp.isWholeType()) {
        tests.add(" -m icmp --icmp-type " + icmp.type());
      } else {
        for (int code = icmp.firstCode(); code <= icmp.lastCode(); code++) {
          tests.add(" -m icmp --icmp-type " + icmp.type() + "/" + code);
        }
      }
    }
    return tests;
  }

  private static String ports(String option, PortRange ports) {
    if (Transports.isAny(ports)) {
      return "";
    }
    return " "
        + option
        + " "
        + ports.first()
        + (ports.first() == ports.last() ? "" : ":" + ports.last());
  }
}
