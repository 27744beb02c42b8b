package io.vpcrig.testing;

import static java.util.stream.Collectors.joining;

import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Direction;
import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.LoadBalancer;
import io.vpcrig.model.PortForward;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Vpc;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** A VPC written as a VPC file, so that what a test found can be tried on the command line. */
public final class VpcText {
  private final StringBuilder text = new StringBuilder();

  private VpcText() {}

  public static String of(Vpc vpc) {
    return new VpcText().write(vpc);
  }

  private String write(Vpc vpc) {
    line(
        "vpc: {name: %s, cidr: %s, semantics: %s}",
        vpc.name(), vpc.cidr(), vpc.semantics().name().toLowerCase(Locale.ROOT));
    line("segments:");
    for (Segment.Public p : vpc.publics()) {
      line(
          "  %s: {%s, subnet: %s, address: %s%s%s}",
          p.name(),
          tag(p.encapsulation()),
          Ipv4Text.format(p.subnet().network()) + "/" + p.subnet().length(),
          Ipv4Text.format(p.address()),
          p.gateway().map(g -> ", gateway: " + Ipv4Text.format(g)).orElse(""),
          mac(p.mac()));
    }
    line("tiers:");
    for (Segment.Tier t : vpc.tiers()) {
      line(
          "  %s: {gateway: %s, %s%s%s}",
          t.name(),
          t.subnet(),
          tag(t.encapsulation()),
          t.acl().map(acl -> ", acl: " + acl).orElse(""),
          mac(t.mac()));
    }
    lists(vpc);
    section("hosts", !vpc.hosts().isEmpty());
    vpc.hosts()
        .forEach(
            h ->
                line(
                    "  %s: {tier: %s, address: %s%s}",
                    h.name(), h.tier(), Ipv4Text.format(h.address()), mac(h.mac())));
    if (!vpc.sourceNat().isEmpty()) {
      line(
          "source-nat: [%s]",
          vpc.sourceNat().stream().map(Ipv4Text::format).collect(joining(", ")));
    }
    section("static-nat", !vpc.staticNats().isEmpty());
    vpc.staticNats()
        .forEach(
            n ->
                line(
                    "  - {public: %s, host: %s}",
                    Ipv4Text.format(n.publicAddress()), n.host().name()));
    section("port-forwarding", !vpc.portForwards().isEmpty());
    vpc.portForwards().forEach(this::forward);
    balancers(vpc);
    gateways(vpc);
    return text.toString();
  }

  private void lists(Vpc vpc) {
    section("acls", !vpc.lists().isEmpty());
    for (AclList list : vpc.lists().values()) {
      line("  %s:%s", list.name(), list.rules().isEmpty() ? " []" : "");
      list.rules().forEach(this::rule);
    }
  }

  private void rule(AclRule rule) {
    List<String> parts = new ArrayList<>();
    parts.add("number: " + rule.number());
    parts.add("direction: " + (rule.direction() == Direction.INGRESS ? "ingress" : "egress"));
    parts.add("action: " + rule.action().name().toLowerCase(Locale.ROOT));
    parts.add(
        "protocol: "
            + (rule.protocolByNumber() && rule.protocol() != Protocol.ICMP
                ? Integer.toString(rule.protocol())
                : Protocol.name(rule.protocol())));
    rule.ports().ifPresent(ports -> parts.add("ports: " + ports));
    if (rule.icmpType() >= 0) {
      parts.add("icmp-type: " + rule.icmpType());
    }
    if (rule.icmpCode() >= 0) {
      parts.add("icmp-code: " + rule.icmpCode());
    }
    parts.add("cidr: " + (rule.cidrs().size() == 1 ? rule.cidrs().getFirst() : rule.cidrs()));
    line("    - {%s}", String.join(", ", parts));
  }

  private void forward(PortForward f) {
    line(
        "  - {public: %s, protocol: %s, ports: %s, host: %s, to: %s%s}",
        Ipv4Text.format(f.publicAddress()),
        Protocol.name(f.protocol()),
        f.ports(),
        f.host().name(),
        f.to(),
        f.sources().isEmpty() ? "" : ", cidrs: " + f.sources());
  }

  private void balancers(Vpc vpc) {
    section("load-balancing", !vpc.loadBalancers().isEmpty());
    vpc.loadBalancers().forEach(this::balancer);
  }

  private void balancer(LoadBalancer b) {
    List<String> parts = new ArrayList<>();
    parts.add("name: " + b.name());
    parts.add((b.internal() ? "address: " : "public: ") + Ipv4Text.format(b.address()));
    parts.add("protocol: " + Protocol.name(b.protocol()));
    parts.add("port: " + b.port() + ", to: " + b.toPort());
    parts.add("algorithm: " + b.algorithm().label());
    parts.add("tier: " + b.tier());
    parts.add(
        "members: "
            + b.members().stream()
                .map(m -> "{host: " + m.host().name() + ", weight: " + m.weight() + "}")
                .toList());
    if (!b.sources().isEmpty()) {
      parts.add("cidrs: " + b.sources());
    }
    parts.add("source: " + (b.keepsClient() ? "client" : "router"));
    b.stickiness()
        .ifPresent(
            s ->
                parts.add(
                    "stickiness: {method: source, table-size: %d, expire: %s}"
                        .formatted(s.tableSize(), duration(s.expireNs()))));
    b.health()
        .ifPresent(
            h ->
                parts.add(
                    "health: {fails: %d, silent: %s, down: %s}"
                        .formatted(h.fails(), duration(h.silentNs()), duration(h.downNs()))));
    line("  - {%s}", String.join(", ", parts));
  }

  private static String duration(long ns) {
    return ns / 1_000_000 + "ms";
  }

  private void gateways(Vpc vpc) {
    section("private-gateways", !vpc.privateGateways().isEmpty());
    vpc.privateGateways()
        .forEach(
            g ->
                line(
                    "  - {name: %s, %s, address: %s, gateway: %s, acl: %s, source-nat: %s%s}",
                    g.name(),
                    tag(g.encapsulation()),
                    g.subnet(),
                    Ipv4Text.format(g.gateway()),
                    g.acl(),
                    g.sourceNat(),
                    mac(g.mac())));
    section("static-routes", !vpc.staticRoutes().isEmpty());
    vpc.staticRoutes().forEach(r -> line("  - {cidr: %s, gateway: %s}", r.cidr(), r.gateway()));
  }

  private static String tag(Encapsulation tag) {
    return switch (tag) {
      case Encapsulation.Untagged untagged -> "untagged: true";
      case Encapsulation.Vlan vlan -> "vlan: " + vlan.id();
      case Encapsulation.QinQ both -> "outer-vlan: " + both.outer() + ", vlan: " + both.inner();
      case Encapsulation.Vxlan vxlan -> "vxlan: " + vxlan.vni();
    };
  }

  private static String mac(OptionalLong mac) {
    return mac.isPresent() ? ", mac: \"" + Ipv4Text.formatMac(mac.getAsLong()) + '"' : "";
  }

  private void section(String name, boolean present) {
    if (present) {
      line("%s:", name);
    }
  }

  private void line(String format, Object... values) {
    text.append(format.formatted(values)).append('\n');
  }
}
