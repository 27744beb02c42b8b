package io.vpcrig.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.IcmpNames;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.LoadBalancer;
import io.vpcrig.model.PortForward;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Vpc;
import java.util.Locale;
import java.util.stream.Collectors;

/** A VPC in words, for its drawing and its lists. */
final class VpcJson {
  private VpcJson() {}

  static ObjectNode of(Vpc vpc) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("name", vpc.name()).put("cidr", vpc.cidr().toString());
    root.put("file", vpc.origin().file());
    segments(vpc, root.putArray("segments"));
    services(vpc, root.putArray("services"));
    ArrayNode lists = root.putArray("lists");
    vpc.lists().values().forEach(list -> list(vpc, list, lists.addObject()));
    list(vpc, AclList.DEFAULT_DENY, lists.addObject().put("builtIn", true));
    list(vpc, AclList.DEFAULT_ALLOW, lists.addObject().put("builtIn", true));
    return root;
  }

  private static void segments(Vpc vpc, ArrayNode all) {
    for (Segment segment : vpc.segments()) {
      ObjectNode node = all.addObject().put("name", segment.name());
      node.put("tag", tag(segment.encapsulation()));
      Cidr subnet = segment.subnet();
      node.put("subnet", new Cidr(subnet.network(), subnet.length()).toString());
      node.put("address", Ipv4Text.format(segment.address()));
      switch (segment) {
        case Segment.Public net -> {
          node.put("kind", "public");
          net.gateway().ifPresent(gateway -> node.put("gateway", Ipv4Text.format(gateway)));
        }
        case Segment.Tier tier -> {
          node.put("kind", "tier");
          tier.acl().ifPresent(list -> node.put("list", list));
          node.put(
              "hosts",
              vpc.hosts().stream().filter(host -> host.tier().equals(tier.name())).count());
        }
        case Segment.PrivateGateway gateway -> {
          node.put("kind", "gateway");
          node.put("gateway", Ipv4Text.format(gateway.gateway())).put("list", gateway.acl());
          node.put("sourceNat", gateway.sourceNat());
          ArrayNode routes = node.putArray("routes");
          vpc.staticRoutes().stream()
              .filter(route -> route.gateway().equals(gateway.name()))
              .forEach(route -> routes.add(route.cidr().toString()));
        }
      }
    }
  }

  private static String tag(Encapsulation encapsulation) {
    return switch (encapsulation) {
      case Encapsulation.Untagged none -> "untagged";
      case Encapsulation.Vlan vlan -> "vlan " + vlan.id();
      case Encapsulation.QinQ tags -> "vlan " + tags.outer() + "." + tags.inner();
      case Encapsulation.Vxlan vxlan -> "vxlan " + vxlan.vni();
    };
  }

  /** What the router does with addresses: kind, where it listens, where that leads. */
  private static void services(Vpc vpc, ArrayNode all) {
    for (int address : vpc.sourceNatAddresses()) {
      service(all, "source NAT", "tiers", Ipv4Text.format(address), "");
    }
    vpc.staticNats()
        .forEach(
            nat ->
                service(
                    all,
                    "static NAT",
                    Ipv4Text.format(nat.publicAddress()),
                    nat.host().name(),
                    nat.host().tier()));
    for (PortForward forward : vpc.portForwards()) {
      service(
          all,
          "port forwarding",
          Protocol.name(forward.protocol())
              + " "
              + Ipv4Text.format(forward.publicAddress())
              + ":"
              + forward.ports(),
          forward.host().name() + ":" + forward.to(),
          forward.host().tier());
    }
    for (LoadBalancer balancer : vpc.loadBalancers()) {
      service(
          all,
          "load balancer " + balancer.name(),
          Protocol.name(balancer.protocol())
              + " "
              + Ipv4Text.format(balancer.address())
              + ":"
              + balancer.port(),
          balancer.members().stream()
              .map(member -> member.host().name() + ":" + balancer.toPort())
              .collect(Collectors.joining(", ", "", ", " + balancer.algorithm().label())),
          balancer.tier());
    }
  }

  private static void service(ArrayNode all, String kind, String from, String to, String tier) {
    all.addObject().put("kind", kind).put("from", from).put("to", to).put("tier", tier);
  }

  private static void list(Vpc vpc, AclList list, ObjectNode to) {
    to.put("name", list.name());
    to.put("origin", list.origin().toString());
    ArrayNode users = to.putArray("usedBy");
    for (Segment segment : vpc.segments()) {
      boolean uses =
          switch (segment) {
            case Segment.Public net -> false;
            case Segment.Tier tier -> tier.acl().filter(list.name()::equals).isPresent();
            case Segment.PrivateGateway gateway -> gateway.acl().equals(list.name());
          };
      if (uses) {
        users.add(segment.name());
      }
    }
    ArrayNode rules = to.putArray("rules");
    list.rules().forEach(rule -> rule(rule, rules.addObject()));
  }

  private static void rule(AclRule rule, ObjectNode to) {
    to.put("number", rule.number());
    to.put("direction", rule.direction().name().toLowerCase(Locale.ROOT));
    to.put("action", rule.action().name().toLowerCase(Locale.ROOT));
    to.put(
        "protocol",
        rule.protocol() == Protocol.ALL
            ? "all"
            : rule.protocolByNumber()
                ? Integer.toString(rule.protocol())
                : Protocol.name(rule.protocol()));
    to.put(
        "what",
        rule.icmpType() >= 0
            ? rule.icmpCode() >= 0
                ? IcmpNames.format(rule.icmpType(), rule.icmpCode())
                : "type " + rule.icmpType()
            : rule.ports().map(PortRange::toString).orElse(""));
    to.put("cidrs", rule.cidrs().stream().map(Cidr::toString).collect(Collectors.joining(", ")));
    to.put("line", rule.origin().line());
  }
}
