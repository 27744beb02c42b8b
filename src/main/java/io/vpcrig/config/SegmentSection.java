package io.vpcrig.config;

import io.vpcrig.config.SegmentDraft.Kind;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Vpc;
import io.vpcrig.model.VxlanSettings;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Sections {@code segments}, {@code tiers}, {@code private-gateways} and {@code vxlan}. */
final class SegmentSection {
  /** Comes first among public networks, wherever it is written. */
  static final String FIRST_PUBLIC = "public";

  /** What every link carries (RFC 791 3.2). */
  private static final int LEAST_MTU = 68;

  private final Draft draft;

  SegmentSection(Draft draft) {
    this.draft = draft;
  }

  void readPublics(YamlValue section) {
    List<YamlValue.Entry> entries = section.named();
    for (boolean first : new boolean[] {true, false}) {
      for (YamlValue.Entry entry : entries) {
        if (entry.name().equals(FIRST_PUBLIC) == first) {
          entry
              .value()
              .fields(
                  "vlan",
                  "outer-vlan",
                  "vxlan",
                  "untagged",
                  "subnet",
                  "address",
                  "gateway",
                  "mac",
                  "mtu")
              .ifPresentOrElse(
                  fields -> readPublic(entry, fields), () -> draft.broken.add(entry.name()));
        }
      }
    }
  }

  private void readPublic(YamlValue.Entry entry, YamlFields fields) {
    Optional<Cidr> subnet = fields.required("subnet", Texts.network(1, 32));
    subnet.ifPresent(cidr -> HostBits.warn(fields.at("subnet"), cidr));
    declare(
        new SegmentDraft(
            Kind.PUBLIC,
            entry.name(),
            entry.key(),
            fields,
            tag(fields),
            subnet,
            "subnet",
            fields.required("address", Texts::address),
            fields.optional("gateway", Texts::address),
            mac(fields),
            Optional.empty(),
            false));
  }

  void readTiers(YamlValue section) {
    for (YamlValue.Entry entry : section.named()) {
      entry
          .value()
          .fields("gateway", "vlan", "outer-vlan", "vxlan", "untagged", "acl", "mac", "mtu")
          .ifPresentOrElse(fields -> readTier(entry, fields), () -> draft.broken.add(entry.name()));
    }
  }

  private void readTier(YamlValue.Entry entry, YamlFields fields) {
    Optional<Cidr> gateway = fields.required("gateway", Texts.network(1, 30));
    declare(
        new SegmentDraft(
            Kind.TIER,
            entry.name(),
            entry.key(),
            fields,
            tag(fields),
            gateway,
            "gateway",
            gateway.map(Cidr::address),
            Optional.empty(),
            mac(fields),
            fields.optional("acl", text -> text),
            false));
  }

  void readPrivateGateways(YamlValue section) {
    for (YamlValue item : section.items()) {
      item.fields(
              "name",
              "vlan",
              "outer-vlan",
              "vxlan",
              "untagged",
              "address",
              "gateway",
              "acl",
              "source-nat",
              "mac",
              "mtu")
          .ifPresent(fields -> readPrivateGateway(item, fields));
    }
  }

  private void readPrivateGateway(YamlValue item, YamlFields fields) {
    Optional<String> name = fields.required("name", Texts::name);
    Optional<Cidr> subnet = fields.required("address", Texts.network(1, 31));
    SegmentDraft gateway =
        new SegmentDraft(
            Kind.PRIVATE_GATEWAY,
            name.orElse(""),
            name.isPresent() ? fields.at("name") : item,
            fields,
            tag(fields),
            subnet,
            "address",
            subnet.map(Cidr::address),
            fields.required("gateway", Texts::address),
            mac(fields),
            fields.optional("acl", text -> text),
            fields.optional("source-nat", Texts::truth, false));
    if (name.isPresent()) {
      declare(gateway);
    }
  }

  void readVxlan(YamlValue section) {
    Optional<YamlFields> found = section.fields("port", "accept-ports", "local");
    if (found.isEmpty()) {
      return;
    }
    YamlFields fields = found.get();
    VxlanSettings usual = VxlanSettings.DEFAULT;
    int port = fields.optional("port", Texts.number("UDP port", 1, 65535), usual.port());
    Set<Integer> accepted = new LinkedHashSet<>();
    if (fields.has("accept-ports")) {
      for (YamlValue item : fields.items("accept-ports")) {
        item.read(Texts.number("UDP port", 1, 65535)).ifPresent(accepted::add);
      }
      if (accepted.isEmpty() && fields.isClean()) {
        fields.at("accept-ports").error("no port is accepted; name at least one or leave it out");
      }
    } else {
      accepted.addAll(usual.acceptPorts());
      accepted.add(port);
    }
    int local = fields.optional("local", Texts::address, usual.local());
    if (fields.isClean()) {
      draft.vxlan = new VxlanSettings(port, List.copyOf(accepted), local);
    }
  }

  private void declare(SegmentDraft segment) {
    segment
        .fields()
        .optional("mtu", Texts.number("MTU", LEAST_MTU, Vpc.NO_MTU))
        .ifPresent(mtu -> draft.mtus.put(segment.name(), mtu));
    SegmentDraft first = draft.segments.putIfAbsent(segment.name(), segment);
    if (first != null) {
      draft.broken.add(segment.name());
      segment
          .at()
          .error(
              "name '"
                  + segment.name()
                  + "' is already "
                  + first.described()
                  + "; segments, tiers and private gateways share their names: choose another");
    }
  }

  private static Optional<Encapsulation> tag(YamlFields fields) {
    Optional<Integer> vlan = fields.optional("vlan", SegmentSection::vlan);
    Optional<Integer> outer = fields.optional("outer-vlan", SegmentSection::vlan);
    Optional<Integer> vni =
        fields.optional(
            "vxlan", Texts.number("VXLAN network identifier", 0, 16_777_214, "choose another"));
    boolean untagged = fields.optional("untagged", Texts::truth, false);
    String[] given = {
      fields.has("vlan") ? "vlan" : "",
      fields.has("vxlan") ? "vxlan" : "",
      untagged ? "untagged" : ""
    };
    String one = "";
    for (String key : given) {
      if (!key.isEmpty() && !one.isEmpty()) {
        fields.at(key).error("'" + key + "' beside '" + one + "', legal one of them; remove one");
        return Optional.empty();
      }
      one = key.isEmpty() ? one : key;
    }
    if (one.isEmpty()) {
      fields
          .self()
          .error(
              "nothing says how its frames are tagged; add one of vlan: 1..4094, vxlan:"
                  + " 0..16777214, untagged: true");
      return Optional.empty();
    }
    if (fields.has("outer-vlan") && !one.equals("vlan")) {
      fields
          .at("outer-vlan")
          .error("'outer-vlan' beside '" + one + "', legal with 'vlan' (QinQ); remove it");
      return Optional.empty();
    }
    return switch (one) {
      case "vlan" ->
          fields.has("outer-vlan")
              ? vlan.flatMap(inner -> outer.map(o -> new Encapsulation.QinQ(o, inner)))
              : vlan.map(Encapsulation.Vlan::new);
      case "vxlan" -> vni.map(Encapsulation.Vxlan::new);
      default -> Optional.of(new Encapsulation.Untagged());
    };
  }

  private static Integer vlan(String text) {
    return Texts.number("VLAN", 1, 4094, "0 and 4095 are reserved (IEEE 802.1Q): choose another")
        .apply(text);
  }

  private static OptionalLong mac(YamlFields fields) {
    return fields.optional("mac", Texts::mac).stream().mapToLong(mac -> mac).findFirst();
  }
}
