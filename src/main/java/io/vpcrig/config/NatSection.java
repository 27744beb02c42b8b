package io.vpcrig.config;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.Host;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.LoadBalancer;
import io.vpcrig.model.PortForward;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.StaticNat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sections {@code source-nat}, {@code static-nat}, {@code port-forwarding} and {@code
 * load-balancing}.
 */
final class NatSection {
  private static final List<String> PROTOCOLS = List.of("tcp", "udp");
  private static final List<String> ALGORITHMS = List.of("roundrobin", "leastconn", "source");

  private final Draft draft;
  private final HostSection hosts;

  NatSection(Draft draft, HostSection hosts) {
    this.draft = draft;
    this.hosts = hosts;
  }

  void readSourceNat(YamlValue section) {
    for (YamlValue item : section.items()) {
      Optional<Integer> address = item.read(Texts::address);
      if (address.isPresent() && draft.sourceNat.putIfAbsent(address.get(), item) != null) {
        item.error("address " + Ipv4Text.format(address.get()) + " stands here twice; remove one");
      }
    }
  }

  void readStaticNat(YamlValue section) {
    for (YamlValue item : section.items()) {
      Optional<YamlFields> found = item.fields("public", "host", "address");
      if (found.isEmpty()) {
        continue;
      }
      YamlFields fields = found.get();
      Optional<Integer> address = fields.required("public", Texts::address);
      Optional<Host> host = target(fields);
      if (address.isPresent() && host.isPresent()) {
        draft.staticNats.add(
            new Located<>(new StaticNat(address.get(), host.get(), fields.origin()), fields));
      }
    }
  }

  void readPortForwarding(YamlValue section) {
    for (YamlValue item : section.items()) {
      item.fields("public", "protocol", "ports", "host", "address", "to", "cidrs")
          .flatMap(this::portForward)
          .ifPresent(draft.portForwards::add);
    }
  }

  private Optional<Located<PortForward>> portForward(YamlFields fields) {
    Optional<Integer> address = fields.required("public", Texts::address);
    Optional<String> protocol = fields.required("protocol", Texts.word("protocol", PROTOCOLS));
    Optional<PortRange> ports = fields.required("ports", Texts.ports(1));
    Optional<PortRange> to = fields.has("to") ? fields.optional("to", Texts.ports(1)) : ports;
    Optional<Host> host = target(fields);
    List<Cidr> sources = AclSection.readCidrs(fields, "cidrs", List.of());
    if (ports.isPresent() && to.isPresent()) {
      checkRanges(ports.get(), to.get(), fields.at("to"));
    }
    if (!fields.isClean() || host.isEmpty()) {
      return Optional.empty();
    }
    PortForward forward =
        new PortForward(
            address.orElseThrow(),
            number(protocol.orElseThrow()),
            ports.orElseThrow(),
            host.get(),
            to.orElseThrow(),
            sources,
            fields.origin());
    return Optional.of(new Located<>(forward, fields));
  }

  private static void checkRanges(PortRange ports, PortRange to, YamlValue at) {
    if (ports.size() != to.size()) {
      at.error(
          "private ports "
              + to
              + " are "
              + to.size()
              + ", public ports "
              + ports
              + " are "
              + ports.size()
              + "; legal as many, so leave 'to' out or forward one port at a time");
    } else if (ports.size() > 1 && !ports.equals(to)) {
      at.error(
          "private ports "
              + to
              + " for public ports "
              + ports
              + ", legal for a range: the same ports; leave 'to' out or forward one port at a"
              + " time");
    }
  }

  void readLoadBalancing(YamlValue section) {
    Map<String, Integer> lines = new HashMap<>();
    for (YamlValue item : section.items()) {
      item.fields("name", "public", "protocol", "port", "to", "algorithm", "tier", "members")
          .flatMap(fields -> balancer(fields, lines))
          .ifPresent(draft.loadBalancers::add);
    }
  }

  private Optional<Located<LoadBalancer>> balancer(YamlFields fields, Map<String, Integer> lines) {
    Optional<String> name = fields.required("name", Texts::name);
    name.ifPresent(n -> refuseDuplicate(n, fields.at("name"), lines));
    Optional<Integer> address = fields.required("public", Texts::address);
    String protocol = fields.optional("protocol", Texts.word("protocol", PROTOCOLS), "tcp");
    Optional<Integer> port = fields.required("port", Texts.number("port", 1, 65535));
    Optional<Integer> to =
        fields.has("to") ? fields.optional("to", Texts.number("port", 1, 65535)) : port;
    String algorithm =
        fields.optional("algorithm", Texts.word("algorithm", ALGORITHMS), "roundrobin");
    Optional<String> tier = fields.required("tier", text -> text);
    tier.ifPresent(t -> hosts.findTier(t, fields.at("tier")));
    boolean broken = tier.isEmpty() || draft.isBroken(tier.get());
    List<Host> members = new ArrayList<>();
    for (YamlValue item : fields.items("members")) {
      Optional<String> text = item.text();
      Optional<Host> member = text.flatMap(t -> member(t, item));
      if (text.isPresent() && member.isEmpty()) {
        broken = true;
      }
      if (member.isPresent() && tier.isPresent()) {
        addMember(member.get(), tier.get(), members, item);
      }
    }
    if (!fields.isClean() || broken) {
      return Optional.empty();
    }
    LoadBalancer balancer =
        new LoadBalancer(
            name.orElseThrow(),
            address.orElseThrow(),
            number(protocol),
            port.orElseThrow(),
            to.orElseThrow(),
            algorithm,
            tier.orElseThrow(),
            members,
            fields.origin());
    return Optional.of(new Located<>(balancer, fields));
  }

  private static void refuseDuplicate(String name, YamlValue at, Map<String, Integer> lines) {
    Integer first = lines.putIfAbsent(name, at.origin().line());
    if (first != null) {
      at.error("name '" + name + "' is used on line " + first + ", legal once; choose another");
    }
  }

  private Optional<Host> member(String text, YamlValue at) {
    if (draft.hosts.containsKey(text) || !text.matches("[0-9.]+")) {
      return hosts.find(text, at);
    }
    return at.read(Texts::address).flatMap(address -> hosts.findByAddress(address, at));
  }

  private static void addMember(Host host, String tier, List<Host> members, YamlValue at) {
    if (!host.tier().equals(tier)) {
      at.error(
          "host "
              + host.name()
              + " is in tier "
              + host.tier()
              + ", legal hosts of tier "
              + tier
              + "; remove it or change the tier");
    } else if (members.stream().anyMatch(other -> other.address() == host.address())) {
      at.error("host " + host.name() + " is a member already; remove one");
    } else {
      members.add(host);
    }
  }

  private Optional<Host> target(YamlFields fields) {
    if (fields.has("host") == fields.has("address")) {
      YamlValue at = fields.at("address");
      at.error(
          fields.has("host")
              ? "'address' beside 'host', legal one of them; remove one"
              : "'host' or 'address' is missing; add one");
      return Optional.empty();
    }
    if (fields.has("host")) {
      YamlValue at = fields.at("host");
      return at.text().flatMap(text -> hosts.find(text, at));
    }
    YamlValue at = fields.at("address");
    return at.read(Texts::address).flatMap(address -> hosts.findByAddress(address, at));
  }

  private static int number(String protocol) {
    return protocol.equals("tcp") ? Protocol.TCP : Protocol.UDP;
  }
}
