package io.vpcrig.config;

import io.vpcrig.config.SegmentDraft.Kind;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.GuestSettings;
import io.vpcrig.model.Host;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Names;
import io.vpcrig.model.Origin;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Section {@code hosts}, and every other place that names a host or its address. */
final class HostSection {
  private final Draft draft;

  HostSection(Draft draft) {
    this.draft = draft;
  }

  void read(YamlValue section) {
    for (YamlValue.Entry entry : section.named()) {
      Optional<Located<Host>> host =
          entry
              .value()
              .fields("tier", "address", "mac", "user-data", "meta-data")
              .flatMap(fields -> readHost(entry, fields));
      draft.hosts.put(entry.name(), host);
      host.ifPresent(located -> declareAddress(located));
    }
  }

  private Optional<Located<Host>> readHost(YamlValue.Entry entry, YamlFields fields) {
    Optional<String> tier = fields.required("tier", text -> text);
    Optional<Integer> address = fields.required("address", Texts::address);
    Optional<Long> mac = fields.optional("mac", Texts::mac);
    Optional<SegmentDraft> found = tier.flatMap(name -> findTier(name, fields.at("tier")));
    if (address.isPresent() && found.isPresent()) {
      checkInTier(address.get(), found.get(), fields.at("address"));
    }
    readData(entry.name(), fields);
    if (!fields.isClean()) {
      return Optional.empty();
    }
    Host host =
        new Host(
            entry.name(),
            tier.orElseThrow(),
            address.orElseThrow(),
            mac.isPresent() ? OptionalLong.of(mac.get()) : OptionalLong.empty(),
            entry.key().origin());
    return Optional.of(new Located<>(host, fields));
  }

  private void readData(String host, YamlFields fields) {
    String userData = fields.optional("user-data", text -> text, "");
    Map<String, String> metaData = new LinkedHashMap<>();
    fields
        .get("meta-data")
        .ifPresent(
            section -> {
              for (YamlValue.Entry entry : section.named()) {
                entry.value().text().ifPresent(text -> metaData.put(entry.name(), text));
              }
            });
    draft.guestData.put(host, new GuestSettings.GuestData(userData, metaData));
  }

  private void declareAddress(Located<Host> located) {
    Host host = located.value();
    Host first = draft.hostsByAddress.putIfAbsent(host.address(), host);
    if (first != null) {
      located
          .fields()
          .at("address")
          .error(
              "address "
                  + Ipv4Text.format(host.address())
                  + " is host "
                  + first.name()
                  + "'s (line "
                  + first.origin().line()
                  + "), legal once; choose another");
    }
  }

  /** A tier by name; a name that no tier has is reported. */
  Optional<SegmentDraft> findTier(String name, YamlValue at) {
    SegmentDraft found = draft.segments.get(name);
    if (found != null && found.kind() == Kind.TIER) {
      return Optional.of(found);
    }
    if (!draft.isBroken(name)) {
      at.error(
          (found != null
                  ? "'" + name + "' is a " + found.kind().label() + ", not a tier"
                  : "no tier is named '" + YamlValue.shown(name) + "'")
              + Names.suggest(name, draft.names(Kind.TIER)));
    }
    return Optional.empty();
  }

  /**
   * A host by name or by address.
   *
   * @return empty if there is none, which is reported here or was where the host is declared
   */
  Optional<Host> find(String text, YamlValue at) {
    Optional<Located<Host>> named = draft.hosts.get(text);
    if (named != null) {
      return named.map(Located::value);
    }
    at.error(
        "no host is named '"
            + YamlValue.shown(text)
            + "'"
            + Names.suggest(text, draft.hosts.keySet()));
    return Optional.empty();
  }

  /** The host of {@code host} or {@code address}, one of which must be there. */
  Optional<Host> target(YamlFields fields) {
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
      return at.text().flatMap(text -> find(text, at));
    }
    YamlValue at = fields.at("address");
    return at.read(Texts::address).flatMap(address -> findByAddress(address, at));
  }

  /**
   * The host that has an address, named after it if it has no name; what no tier has is reported.
   */
  Optional<Host> findByAddress(int address, YamlValue at) {
    Host known = draft.hostsByAddress.get(address);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<SegmentDraft> tier = draft.tierOf(address);
    if (tier.isEmpty()) {
      if (draft.subnetsKnown(Kind.TIER)) {
        at.error(
            "address "
                + Ipv4Text.format(address)
                + " is in no tier"
                + Names.suggest("", draft.names(Kind.TIER)));
      }
      return Optional.empty();
    }
    if (!checkInTier(address, tier.get(), at)) {
      return Optional.empty();
    }
    Origin origin = at.origin();
    return Optional.of(
        new Host(
            Ipv4Text.format(address), tier.get().name(), address, OptionalLong.empty(), origin));
  }

  /** Whether a host can have an address in a tier; if not, that is reported. */
  static boolean checkInTier(int address, SegmentDraft tier, YamlValue at) {
    if (tier.subnet().isEmpty()) {
      return true;
    }
    Cidr subnet = tier.subnet().get();
    String legal =
        ", legal "
            + Ipv4Text.format(subnet.network() + 1)
            + ".."
            + Ipv4Text.format(subnet.last() - 1)
            + " but "
            + Ipv4Text.format(subnet.address());
    String text = Ipv4Text.format(address);
    if (!subnet.contains(address)) {
      at.error("address " + text + " is outside " + tier.described() + legal);
    } else if (address == subnet.address()) {
      at.error("address " + text + " is the gateway of " + tier.described() + legal);
    } else if (address == subnet.network() || address == subnet.last()) {
      at.error(
          "address "
              + text
              + " is the "
              + (address == subnet.last() ? "broadcast" : "network")
              + " address of "
              + tier.described()
              + legal);
    } else {
      return true;
    }
    return false;
  }
}
