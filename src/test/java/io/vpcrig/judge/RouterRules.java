package io.vpcrig.judge;

import static io.vpcrig.judge.Addressing.prefix;

import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Direction;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.PortForward;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Semantics;
import io.vpcrig.model.StaticNat;
import io.vpcrig.model.StaticRoute;
import io.vpcrig.model.Vpc;
import java.util.List;
import java.util.Optional;

/**
 * The iptables rules that CloudStack's virtual router has for a VPC, as text for {@code
 * iptables-restore}; the numbers are sections of cloudstack.md. Under {@code shipped} the rules are
 * what the scripts make, quirks included (2.5); under {@code intended} they say what the items
 * mean. Interface {@code sK} is the leg in segment K of {@link Vpc#segments}.
 *
 * <p>Left out, since nothing tested meets it: accounting chains, VPN, the control network, load
 * balancers.
 */
final class RouterRules {
  private final Vpc vpc;
  private final List<Segment> segments;
  private final boolean shipped;
  private final StringBuilder text = new StringBuilder();

  private RouterRules(Vpc vpc) {
    this.vpc = vpc;
    this.segments = vpc.segments();
    this.shipped = vpc.semantics() == Semantics.SHIPPED;
  }

  static String of(Vpc vpc) {
    RouterRules rules = new RouterRules(vpc);
    rules.mangle();
    rules.nat();
    rules.filter();
    return rules.text.toString();
  }

  /** Once for all VPCs: the marker passes and is not tracked. */
  static String once() {
    return """
    *raw
    -A PREROUTING -i %s -j CT --notrack
    COMMIT
    """
        .formatted(Namespaces.MARKER);
  }

  // --- 2.3 mangle: marks of the public networks, egress lists on the address that was dialled
  // -----

  private void mangle() {
    line("*mangle");
    chains("ACL_OUTBOUND_");
    marks();
    for (int k = 0; k < segments.size(); k++) {
      if (list(segments.get(k)).isPresent()) {
        outbound(k);
      }
    }
    line("COMMIT");
  }

  /** 2.3, 3.1: answers leave by the public network that the connection came by. */
  private void marks() {
    if (vpc.publics().size() < 2) {
      return;
    }
    line("-A PREROUTING -m conntrack --ctstate RELATED,ESTABLISHED -j CONNMARK --restore-mark");
    for (int k = 0; k < vpc.publics().size(); k++) {
      line(
          "-A PREROUTING -i s%d -m conntrack --ctstate NEW -j CONNMARK --set-mark 0x%x",
          k, Addressing.FIRST_MARK + k);
    }
  }

  private void outbound(int k) {
    Segment segment = segments.get(k);
    String jump =
        "-A PREROUTING -i s%d %%s ! -d %s/32 -m conntrack --ctstate NEW -j ACL_OUTBOUND_s%d"
            .formatted(k, Ipv4Text.format(segment.address()), k);
    if (shipped) {
      // 5.1, P25: only sources that belong behind the segment are judged.
      line(jump.formatted("-s " + prefix(segment.subnet())));
      for (StaticRoute route : routesBy(segment)) {
        line(jump.formatted("-s " + prefix(route.cidr())));
      }
    } else {
      line(jump.formatted(""));
    }
    multicast("ACL_OUTBOUND_s" + k);
    items("ACL_OUTBOUND_s" + k, list(segment).orElseThrow(), Direction.EGRESS);
  }

  // --- 3.1 nat: static NAT before port forwarding; whose address a connection leaves with
  // ----------

  private void nat() {
    line("*nat");
    for (StaticNat nat : vpc.staticNats()) {
      line(
          "-A PREROUTING -d %s/32 -j DNAT --to-destination %s",
          Ipv4Text.format(nat.publicAddress()), Ipv4Text.format(nat.host().address()));
    }
    vpc.portForwards().forEach(this::forward);
    for (StaticNat nat : vpc.staticNats()) {
      for (int k = 0; k < vpc.publics().size(); k++) {
        line(
            "-A POSTROUTING -s %s/32 -o s%d -j SNAT --to-source %s",
            Ipv4Text.format(nat.host().address()), k, Ipv4Text.format(nat.publicAddress()));
      }
    }
    hairpins();
    for (int k = 0; k < segments.size(); k++) {
      if (segments.get(k) instanceof Segment.PrivateGateway gateway && gateway.sourceNat()) {
        line("-A POSTROUTING -o s%d -j SNAT --to-source %s", k, Ipv4Text.format(gateway.address()));
      }
    }
    if (!vpc.sourceNatAddresses().isEmpty()) {
      String address = Ipv4Text.format(vpc.sourceNatAddresses().getFirst());
      for (int k = 0; k < vpc.publics().size(); k++) {
        line("-A POSTROUTING -o s%d -j SNAT --to-source %s", k, address);
      }
    }
    line("COMMIT");
  }

  private void forward(PortForward forward) {
    String to =
        "-p %s --dport %s -j DNAT --to-destination %s:%s"
            .formatted(
                Protocol.name(forward.protocol()),
                ports(forward.ports()),
                Ipv4Text.format(forward.host().address()),
                forward.to());
    List<Cidr> sources = forward.sources().isEmpty() ? List.of(Cidr.ANY) : forward.sources();
    for (Cidr source : sources) {
      line(
          "-A PREROUTING -s %s -d %s/32 %s",
          prefix(source), Ipv4Text.format(forward.publicAddress()), to);
    }
  }

  /** 0 fact 9, P13-P16: who reaches a public address of his own tier is seen as the gateway. */
  private void hairpins() {
    for (StaticNat nat : vpc.staticNats()) {
      hairpin(nat.host().tier(), nat.host().address(), "");
    }
    for (PortForward forward : vpc.portForwards()) {
      hairpin(
          forward.host().tier(),
          forward.host().address(),
          "-p %s --dport %s ".formatted(Protocol.name(forward.protocol()), ports(forward.to())));
    }
  }

  private void hairpin(String tier, int host, String what) {
    for (int k = 0; k < segments.size(); k++) {
      Segment segment = segments.get(k);
      if (segment.name().equals(tier)) {
        line(
            "-A POSTROUTING -s %s -d %s/32 -o s%d %s-j SNAT --to-source %s",
            prefix(segment.subnet()),
            Ipv4Text.format(host),
            k,
            what,
            Ipv4Text.format(segment.address()));
      }
    }
  }

  // --- 2.3 filter --------------------------------------------------------------------------------

  private void filter() {
    line("*filter");
    line(":INPUT DROP [0:0]");
    line(":FORWARD DROP [0:0]");
    chains("ACL_INBOUND_");
    input();
    line("-A FORWARD -i %s -j ACCEPT", Namespaces.MARKER);
    privateGateways();
    line("-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT");
    line("-A FORWARD -s %s ! -d %s -j ACCEPT", prefix(vpc.cidr()), prefix(vpc.cidr()));
    for (int k = 0; k < segments.size(); k++) {
      if (segments.get(k) instanceof Segment.Tier tier) {
        line("-A FORWARD -d %s -o s%d -j ACL_INBOUND_s%d", prefix(tier.subnet()), k, k);
      }
    }
    for (int k = 0; k < segments.size(); k++) {
      if (!(segments.get(k) instanceof Segment.Public)) {
        inbound(k);
      }
    }
    line("COMMIT");
  }

  /** 2.3: what the router takes for itself; per tier no test of the destination. */
  private void input() {
    line("-A INPUT -d 224.0.0.18/32 -j ACCEPT");
    line("-A INPUT -d 225.0.0.50/32 -j ACCEPT");
    line("-A INPUT -p icmp -j ACCEPT");
    line("-A INPUT -i lo -j ACCEPT");
    line("-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT");
    for (int k = 0; k < segments.size(); k++) {
      if (segments.get(k) instanceof Segment.Tier tier) {
        String from = "-A INPUT -i s%d -s %s ".formatted(k, prefix(tier.subnet()));
        line("-A INPUT -i s%d -p udp --dport 67 -j ACCEPT", k);
        line(from + "-p udp --dport 53 -j ACCEPT");
        line(from + "-p tcp --dport 53 -j ACCEPT");
        line(
            from + "-p tcp -m multiport --dports 80,443,8080 -m conntrack --ctstate NEW -j ACCEPT");
      }
    }
  }

  /** 2.3 (1), 5.1: the gateways' lists stand before all else, behind their own accept. */
  private void privateGateways() {
    for (int k = 0; k < segments.size(); k++) {
      if (segments.get(k) instanceof Segment.PrivateGateway gateway) {
        // Under shipped whoever sends there is judged; the list was meant for the VPC.
        String from = shipped ? "" : "-s " + prefix(vpc.cidr()) + " ";
        line("-A FORWARD -o s%d -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT", k);
        line("-A FORWARD %s-d %s -o s%d -j ACL_INBOUND_s%d", from, prefix(gateway.subnet()), k, k);
        for (StaticRoute route : routesBy(gateway)) {
          line("-A FORWARD %s-d %s -o s%d -j ACL_INBOUND_s%d", from, prefix(route.cidr()), k, k);
        }
      }
    }
  }

  private void inbound(int k) {
    String chain = "ACL_INBOUND_s" + k;
    multicast(chain);
    list(segments.get(k)).ifPresent(list -> items(chain, list, Direction.INGRESS));
    line("-A %s -j DROP", chain);
  }

  // --- 2.2, 2.5 lists
  // ------------------------------------------------------------------------------

  private void chains(String prefix) {
    for (int k = 0; k < segments.size(); k++) {
      if (!(segments.get(k) instanceof Segment.Public)) {
        line(":%ss%d - [0:0]", prefix, k);
      }
    }
  }

  private void multicast(String chain) {
    line("-A %s -d 225.0.0.50/32 -j ACCEPT", chain);
    line("-A %s -d 224.0.0.18/32 -j ACCEPT", chain);
  }

  private void items(String chain, AclList list, Direction direction) {
    int rank = 0;
    for (AclRule rule : list.rules(direction)) {
      rank++;
      for (Cidr cidr : rule.cidrs()) {
        String match =
            "%s %s %s-j %s"
                .formatted(
                    direction == Direction.INGRESS ? "-s" : "-d",
                    prefix(cidr),
                    protocol(rule),
                    rule.action() == Action.ALLOW ? "ACCEPT" : "DROP");
        if (shipped) {
          // P20: each CIDR is put in at the item's rank, before those already there; behind the
          // two for multicast.
          line("-I %s %d %s", chain, 2 + rank, match);
        } else {
          line("-A %s %s", chain, match);
        }
      }
    }
  }

  private String protocol(AclRule rule) {
    return switch (rule.protocol()) {
      case Protocol.ALL -> "";
      case Protocol.ICMP -> "-p icmp " + icmpType(rule);
      case Protocol.TCP, Protocol.UDP ->
          "-p %d %s".formatted(rule.protocol(), destinationPorts(rule));
      default -> "-p %d ".formatted(rule.protocol());
    };
  }

  /** P18: by number no ports are sent; P19: by name without ports, 0:0 is. */
  private String destinationPorts(AclRule rule) {
    String match = "-m " + Protocol.name(rule.protocol()) + " --dport ";
    if (shipped) {
      return rule.protocolByNumber()
          ? ""
          : match + rule.ports().map(RouterRules::ports).orElse("0:0") + " ";
    }
    return rule.ports().map(ports -> match + ports(ports) + " ").orElse("");
  }

  private static String icmpType(AclRule rule) {
    if (rule.icmpType() < 0) {
      return "";
    }
    return "-m icmp --icmp-type "
        + rule.icmpType()
        + (rule.icmpCode() < 0 ? "" : "/" + rule.icmpCode())
        + " ";
  }

  private static String ports(PortRange range) {
    return range.first() + ":" + range.last();
  }

  /** 2.1: a tier may have no list; a private gateway always has one. */
  private Optional<AclList> list(Segment segment) {
    return switch (segment) {
      case Segment.Tier tier -> vpc.list(tier);
      case Segment.PrivateGateway gateway -> Optional.of(vpc.list(gateway.acl()));
      case Segment.Public network -> Optional.empty();
    };
  }

  private List<StaticRoute> routesBy(Segment segment) {
    return vpc.staticRoutes().stream()
        .filter(route -> route.gateway().equals(segment.name()))
        .toList();
  }

  private void line(String format, Object... values) {
    text.append(format.formatted(values)).append('\n');
  }
}
