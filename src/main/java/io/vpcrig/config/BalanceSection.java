package io.vpcrig.config;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.Host;
import io.vpcrig.model.LoadBalancer;
import io.vpcrig.model.LoadBalancer.Algorithm;
import io.vpcrig.model.LoadBalancer.Health;
import io.vpcrig.model.LoadBalancer.Member;
import io.vpcrig.model.LoadBalancer.Stickiness;
import io.vpcrig.model.Protocol;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Section {@code load-balancing}. */
final class BalanceSection {
  private static final String[] KEYS = {
    "name",
    "public",
    "address",
    "protocol",
    "port",
    "to",
    "algorithm",
    "tier",
    "members",
    "cidrs",
    "source",
    "stickiness",
    "health"
  };
  private static final List<String> ALGORITHMS =
      Arrays.stream(Algorithm.values()).map(Algorithm::label).toList();
  private static final List<String> SOURCES = List.of("router", "client");

  private final Draft draft;
  private final HostSection hosts;
  private final Map<String, Integer> lines = new HashMap<>();

  BalanceSection(Draft draft, HostSection hosts) {
    this.draft = draft;
    this.hosts = hosts;
  }

  void read(YamlValue section) {
    for (YamlValue item : section.items()) {
      item.fields(KEYS).flatMap(this::balancer).ifPresent(draft.loadBalancers::add);
    }
  }

  private Optional<Located<LoadBalancer>> balancer(YamlFields fields) {
    Optional<String> name = fields.required("name", Texts::name);
    name.ifPresent(n -> refuseDuplicate(n, fields.at("name")));
    Optional<Integer> address = address(fields);
    int protocol = fields.optional("protocol", Texts::transport, Protocol.TCP);
    Optional<Integer> port = fields.required("port", Texts.number("port", 1, 65535));
    Optional<Integer> to =
        fields.has("to") ? fields.optional("to", Texts.number("port", 1, 65535)) : port;
    String algorithm =
        fields.optional("algorithm", Texts.word("algorithm", ALGORITHMS), "roundrobin");
    String source = fields.optional("source", Texts.word("source", SOURCES), "router");
    Optional<String> tier = fields.required("tier", text -> text);
    Optional<SegmentDraft> found = tier.flatMap(t -> hosts.findTier(t, fields.at("tier")));
    boolean internal = fields.has("address");
    boolean placed =
        !internal
            || address.isEmpty()
            || found.isEmpty()
            || HostSection.checkInTier(address.get(), found.get(), fields.at("address"));
    Optional<List<Member>> members = members(fields, tier);
    List<Cidr> sources = AclSection.readCidrs(fields, "cidrs", List.of());
    Optional<Stickiness> stickiness = fields.get("stickiness").flatMap(this::stickiness);
    Optional<Health> health = fields.get("health").flatMap(this::health);
    if (health.isPresent() && protocol == Protocol.UDP) {
      fields
          .at("health")
          .error(
              "udp has no answer that health could be told by, legal for tcp only; leave it out");
    }
    if (!fields.isClean()
        || !placed
        || members.isEmpty()
        || tier.isEmpty()
        || draft.isBroken(tier.get())) {
      return Optional.empty();
    }
    LoadBalancer balancer =
        new LoadBalancer(
            name.orElseThrow(),
            address.orElseThrow(),
            internal,
            protocol,
            port.orElseThrow(),
            to.orElseThrow(),
            Algorithm.valueOf(algorithm.toUpperCase(Locale.ROOT)),
            tier.get(),
            members.get(),
            sources,
            source.equals("client"),
            stickiness,
            health,
            fields.origin());
    return Optional.of(new Located<>(balancer, fields));
  }

  private void refuseDuplicate(String name, YamlValue at) {
    Integer first = lines.putIfAbsent(name, at.origin().line());
    if (first != null) {
      at.error("name '" + name + "' is used on line " + first + ", legal once; choose another");
    }
  }

  /** Public, or a virtual one inside the tier. */
  private static Optional<Integer> address(YamlFields fields) {
    if (!fields.has("address")) {
      return fields.required("public", Texts::address);
    }
    if (fields.has("public")) {
      fields
          .at("address")
          .error(
              "'address' beside 'public', legal one of them: 'address' is a virtual one inside the"
                  + " tier; remove one");
    }
    return fields.required("address", Texts::address);
  }

  // --- members ---

  /** Empty if one of them was not understood. */
  private Optional<List<Member>> members(YamlFields fields, Optional<String> tier) {
    List<Member> members = new ArrayList<>();
    boolean broken = false;
    for (YamlValue item : fields.items("members")) {
      Optional<Member> member = item.isMapping() ? weighted(item) : plain(item);
      broken |= member.isEmpty();
      if (member.isPresent() && tier.isPresent()) {
        add(member.get(), tier.get(), members, item);
      }
    }
    return broken ? Optional.empty() : Optional.of(members);
  }

  /** A host by name or address, of weight 1. */
  private Optional<Member> plain(YamlValue item) {
    return item.text().flatMap(text -> host(text, item)).map(host -> new Member(host, 1));
  }

  private Optional<Member> weighted(YamlValue item) {
    Optional<YamlFields> found = item.fields("host", "address", "weight");
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Optional<Host> host = hosts.target(found.get());
    Optional<Integer> weight =
        found.get().has("weight")
            ? found.get().optional("weight", Texts.number("weight", 0, LoadBalancer.MAX_WEIGHT))
            : Optional.of(1);
    return host.flatMap(h -> weight.map(w -> new Member(h, w)));
  }

  private Optional<Host> host(String text, YamlValue at) {
    if (draft.hosts.containsKey(text) || !text.matches("[0-9.]+")) {
      return hosts.find(text, at);
    }
    return at.read(Texts::address).flatMap(address -> hosts.findByAddress(address, at));
  }

  private static void add(Member member, String tier, List<Member> members, YamlValue at) {
    Host host = member.host();
    if (!host.tier().equals(tier)) {
      at.error(
          "host "
              + host.name()
              + " is in tier "
              + host.tier()
              + ", legal hosts of tier "
              + tier
              + "; remove it or change the tier");
    } else if (members.stream().anyMatch(other -> other.host().address() == host.address())) {
      at.error("host " + host.name() + " is a member already; remove one");
    } else {
      members.add(member);
    }
  }

  // --- stickiness and health ---

  private Optional<Stickiness> stickiness(YamlValue value) {
    Optional<YamlFields> found = value.fields("method", "table-size", "expire");
    if (found.isEmpty()) {
      return Optional.empty();
    }
    YamlFields fields = found.get();
    fields.required("method", Texts.word("method", List.of("source")));
    int size =
        fields.optional(
            "table-size", Texts.count("table size", 1, Stickiness.MAX_TABLE_SIZE), 200 << 10);
    Long expire =
        fields.optional("expire", Texts.duration("expire", "1s", "30d"), 1_800_000_000_000L);
    return fields.isClean() ? Optional.of(new Stickiness(size, expire)) : Optional.empty();
  }

  private Optional<Health> health(YamlValue value) {
    Optional<YamlFields> found = value.fields("fails", "silent", "down");
    if (found.isEmpty()) {
      return Optional.empty();
    }
    YamlFields fields = found.get();
    int fails = fields.optional("fails", Texts.number("fails", 1, 1000), 3);
    Long silent =
        fields.optional("silent", Texts.duration("silent", "100ms", "60s"), 5_000_000_000L);
    Long down = fields.optional("down", Texts.duration("down", "1s", "1d"), 30_000_000_000L);
    return fields.isClean() ? Optional.of(new Health(fails, silent, down)) : Optional.empty();
  }
}
