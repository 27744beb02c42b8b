package io.vpcrig.config;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.Host;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.PortForward;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.StaticNat;
import java.util.List;
import java.util.Optional;

/** Sections {@code source-nat}, {@code static-nat} and {@code port-forwarding}. */
final class NatSection {

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
      Optional<Host> host = hosts.target(fields);
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
    Optional<Integer> protocol = fields.required("protocol", Texts::transport);
    Optional<PortRange> ports = fields.required("ports", Texts.ports(1));
    Optional<PortRange> to = fields.has("to") ? fields.optional("to", Texts.ports(1)) : ports;
    Optional<Host> host = hosts.target(fields);
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
            protocol.orElseThrow(),
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
}
