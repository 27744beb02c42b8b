package io.vpcrig.config;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Semantics;
import io.vpcrig.model.Vpc;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The root of a VPC file to a model: sections in the order in which they refer to each other. */
final class VpcReader {
  private static final List<Cidr> PRIVATE =
      List.of(
          Ipv4Text.parseCidr("10.0.0.0/8"),
          Ipv4Text.parseCidr("172.16.0.0/12"),
          Ipv4Text.parseCidr("192.168.0.0/16"),
          Ipv4Text.parseCidr("100.64.0.0/10"));

  private final Draft draft = new Draft();

  /** The model; empty if anything was reported as an error. */
  Optional<Vpc> read(YamlValue root) {
    Optional<YamlFields> found =
        root.fields(
            "vpc",
            "segments",
            "tiers",
            "vxlan",
            "acls",
            "hosts",
            "source-nat",
            "static-nat",
            "port-forwarding",
            "load-balancing",
            "private-gateways",
            "static-routes",
            "conntrack",
            "redundancy");
    if (found.isEmpty()) {
      return Optional.empty();
    }
    YamlFields sections = found.get();
    SegmentSection segments = new SegmentSection(draft);
    HostSection hosts = new HostSection(draft);
    NatSection nat = new NatSection(draft, hosts);
    sections
        .get("vpc")
        .ifPresentOrElse(
            this::readVpc, () -> root.error("'vpc' is missing; add vpc: {name: NAME, cidr: CIDR}"));
    read(sections, "vxlan", segments::readVxlan);
    read(sections, "conntrack", new ConntrackSection(draft)::read);
    read(sections, "acls", new AclSection(draft)::read);
    read(sections, "segments", segments::readPublics);
    read(sections, "tiers", segments::readTiers);
    read(sections, "private-gateways", segments::readPrivateGateways);
    read(sections, "hosts", hosts::read);
    read(sections, "source-nat", nat::readSourceNat);
    read(sections, "static-nat", nat::readStaticNat);
    read(sections, "port-forwarding", nat::readPortForwarding);
    read(sections, "load-balancing", new BalanceSection(draft, hosts)::read);
    read(sections, "static-routes", new RouteSection(draft)::read);
    read(sections, "redundancy", new RedundancySection(draft)::read);
    new SegmentChecks(draft).run();
    new RouteChecks(draft).run();
    new NatChecks(draft).run();
    new BalanceChecks(draft).run();
    return root.problems().errors() == 0 ? Optional.of(draft.toVpc()) : Optional.empty();
  }

  /** A section with nothing in it is none. */
  private static void read(YamlFields sections, String name, Consumer<YamlValue> reader) {
    sections.get(name).filter(section -> !section.isEmpty()).ifPresent(reader);
  }

  private void readVpc(YamlValue section) {
    draft.origin = section.origin();
    Optional<YamlFields> found = section.fields("name", "cidr", "semantics", "domain", "dns");
    if (found.isEmpty()) {
      return;
    }
    YamlFields fields = found.get();
    draft.name = fields.required("name", Texts::name).orElse("");
    draft.cidr = fields.required("cidr", Texts.network(1, 30));
    String semantics =
        fields.optional(
            "semantics", Texts.word("semantics", List.of("intended", "shipped")), "intended");
    draft.semantics = semantics.equals("shipped") ? Semantics.SHIPPED : Semantics.INTENDED;
    draft.domain = fields.optional("domain", Texts::domain, draft.domain);
    for (YamlValue item : fields.items("dns")) {
      item.read(Texts::address).ifPresent(draft.resolvers::add);
    }
    draft.cidr.ifPresent(cidr -> adviseOn(cidr, fields.at("cidr")));
  }

  private static void adviseOn(Cidr cidr, YamlValue at) {
    HostBits.warn(at, cidr);
    if (PRIVATE.stream().noneMatch(range -> range.contains(cidr))) {
      at.warning(
          "'"
              + cidr
              + "' is not private; CloudStack takes 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 and"
              + " 100.64.0.0/10 unless allow.non.rfc1918.compliant.ips is set");
    }
  }
}
