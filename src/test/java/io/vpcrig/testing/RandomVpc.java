package io.vpcrig.testing;

import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Direction;
import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Host;
import io.vpcrig.model.LoadBalancer;
import io.vpcrig.model.Origin;
import io.vpcrig.model.PortForward;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Semantics;
import io.vpcrig.model.StaticNat;
import io.vpcrig.model.StaticRoute;
import io.vpcrig.model.Vpc;
import io.vpcrig.model.VxlanSettings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;

/**
 * Valid VPCs made by chance: the same seed gives the same VPC. One to five tiers, one or two public
 * networks, up to two private gateways; all kinds of rules, NAT and routes; either semantics. No
 * segment is untagged, so that a frame's tag always says where it is.
 */
public final class RandomVpc {
  private static final Origin ORIGIN = Origin.BUILT_IN;

  private final Random random;
  private final Cidr cidr;
  private final List<Segment.Tier> tiers = new ArrayList<>();
  private final List<Segment.Public> publics = new ArrayList<>();
  private final List<Segment.PrivateGateway> gateways = new ArrayList<>();
  private final List<StaticRoute> routes = new ArrayList<>();
  private final Map<String, AclList> lists = new LinkedHashMap<>();
  private final List<Host> hosts = new ArrayList<>();
  private final List<Integer> publicAddresses = new ArrayList<>();
  private final Set<Encapsulation> tags = new LinkedHashSet<>();

  private RandomVpc(long seed) {
    random = new Random(seed);
    int second = random.nextInt(256);
    cidr =
        switch (random.nextInt(3)) {
          case 0 -> new Cidr(10 << 24 | second << 16 | random.nextInt(256) << 8, 16);
          case 1 -> new Cidr(172 << 24 | (16 + random.nextInt(4)) << 16, 16);
          default -> new Cidr(100 << 24 | 64 << 16 | random.nextInt(4) << 22, 16);
        };
  }

  /** The VPC of a seed. */
  public static Vpc of(long seed) {
    return new RandomVpc(seed).make(seed);
  }

  private Vpc make(long seed) {
    int tierCount = 1 + random.nextInt(5);
    int listCount = random.nextInt(5);
    publicNetworks(1 + random.nextInt(2));
    List<String> listNames = new ArrayList<>(List.of("default_deny", "default_allow"));
    for (int k = 0; k < listCount; k++) {
      listNames.add("list" + k);
    }
    for (int k = 0; k < tierCount; k++) {
      tier(k, listNames);
    }
    for (int k = random.nextInt(3); k > 0; k--) {
      gateway(k, listNames);
    }
    int routeCount = gateways.isEmpty() ? 0 : random.nextInt(4);
    for (int k = 0; k < routeCount; k++) {
      route(k);
    }
    for (Segment.Tier tier : tiers) {
      hosts(tier);
    }
    for (int k = 0; k < listCount; k++) {
      lists.put("list" + k, list("list" + k));
    }
    List<Integer> sourceNat = new ArrayList<>();
    if (random.nextBoolean()) {
      sourceNat.add(publics.getFirst().address());
      if (random.nextInt(4) == 0) {
        sourceNat.add(publicAddresses.removeFirst());
      }
    }
    List<StaticNat> staticNats = staticNats();
    List<PortForward> forwards = forwards();
    return new Vpc(
        "random-" + seed,
        cidr,
        random.nextBoolean() ? Semantics.INTENDED : Semantics.SHIPPED,
        publics,
        tiers,
        gateways,
        VxlanSettings.DEFAULT,
        lists,
        hosts,
        sourceNat,
        staticNats,
        forwards,
        balancers(forwards),
        routes,
        ORIGIN);
  }

  private void publicNetworks(int count) {
    int[] networks = {0xcb00_7100, 0xc633_6400};
    for (int k = 0; k < count; k++) {
      int own = networks[k] + 10;
      publics.add(
          new Segment.Public(
              "public" + k,
              tag(),
              new Cidr(own, 24),
              own,
              random.nextInt(4) == 0 ? Optional.empty() : Optional.of(networks[k] + 1),
              OptionalLong.empty(),
              ORIGIN));
      for (int address = 11; address <= 16; address++) {
        publicAddresses.add(networks[k] + address);
      }
    }
    Collections.shuffle(publicAddresses, random);
  }

  private void tier(int k, List<String> listNames) {
    int length = random.nextInt(3) == 0 ? 22 + random.nextInt(7) : 24;
    int network = cidr.network() + (k << 12) + (random.nextInt(4) << 10);
    Optional<String> acl = random.nextInt(5) == 0 ? Optional.empty() : Optional.of(any(listNames));
    tiers.add(
        new Segment.Tier(
            "tier" + k,
            tag(),
            new Cidr(network + 1, length),
            random.nextInt(4) == 0 ? OptionalLong.of(0x0a00_0000_0000L + k) : OptionalLong.empty(),
            acl,
            ORIGIN));
  }

  private void gateway(int k, List<String> listNames) {
    int network = 0xc0a8_0000 + (k * 16 << 8);
    gateways.add(
        new Segment.PrivateGateway(
            "gateway" + k,
            tag(),
            new Cidr(network + 2, 24),
            network + 1,
            OptionalLong.empty(),
            any(listNames),
            random.nextBoolean(),
            ORIGIN));
  }

  /** Prefixes of different lengths that touch nothing else. */
  private void route(int k) {
    int network = 172 << 24 | (24 + k) << 16;
    routes.add(
        new StaticRoute(new Cidr(network, 16 + random.nextInt(13)), any(gateways).name(), ORIGIN));
  }

  private void hosts(Segment.Tier tier) {
    int room = tier.subnet().last() - tier.subnet().network();
    for (int k = 0; k < 1 + random.nextInt(4); k++) {
      int address = tier.subnet().network() + 4 + k;
      if (4 + k < room) {
        hosts.add(
            new Host(
                tier.name() + "-host" + k,
                tier.name(),
                address,
                random.nextBoolean()
                    ? OptionalLong.empty()
                    : OptionalLong.of(0x0e00_0000_0000L | address & 0xffff_ffffL),
                ORIGIN));
      }
    }
  }

  // --- lists ---------------------------------------------------------------------------------

  private AclList list(String name) {
    List<AclRule> rules = new ArrayList<>();
    Set<Integer> numbers = new LinkedHashSet<>();
    int count = random.nextInt(13);
    while (numbers.size() < count) {
      numbers.add(1 + random.nextInt(60));
    }
    numbers.forEach(number -> rules.add(rule(number)));
    return new AclList(name, rules, ORIGIN);
  }

  private AclRule rule(int number) {
    int protocol =
        any(List.of(6, 6, 6, 6, 17, 17, 17, 1, 1, 1, Protocol.ALL, Protocol.ALL, 47, 132));
    boolean named = protocol == Protocol.ALL || protocol < 20 && random.nextInt(4) != 0;
    boolean ported = protocol == Protocol.TCP || protocol == Protocol.UDP;
    int type =
        protocol == Protocol.ICMP && random.nextBoolean() ? any(List.of(8, 8, 8, 13, 17)) : -1;
    return new AclRule(
        number,
        random.nextInt(3) == 0 ? Direction.EGRESS : Direction.INGRESS,
        random.nextInt(3) == 0 ? Action.DENY : Action.ALLOW,
        protocol,
        !named,
        ported && random.nextInt(4) != 0 ? Optional.of(ports()) : Optional.empty(),
        type,
        type >= 0 && random.nextBoolean() ? random.nextInt(3) : -1,
        cidrs(),
        ORIGIN);
  }

  private PortRange ports() {
    int first = any(List.of(22, 53, 80, 443, 1024, 8000, 8080, 3389, 40000));
    return switch (random.nextInt(5)) {
      case 0, 1 -> new PortRange(first, first);
      case 2, 3 -> new PortRange(first, first + random.nextInt(1000));
      default -> new PortRange(random.nextInt(3), 65535 - random.nextInt(3));
    };
  }

  private List<Cidr> cidrs() {
    List<Cidr> cidrs = new ArrayList<>();
    for (int k = random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 1; k > 0; k--) {
      cidrs.add(cidr());
    }
    return cidrs.stream().distinct().toList();
  }

  private Cidr cidr() {
    return switch (random.nextInt(8)) {
      case 0, 1 -> Cidr.ANY;
      case 2, 3 -> any(tiers).subnet();
      case 4 -> new Cidr(any(hosts).address(), random.nextInt(3) == 0 ? 30 : 32);
      case 5 -> new Cidr(any(publicAddresses), 28 + random.nextInt(5));
      case 6 -> gateways.isEmpty() ? cidr : any(gateways).subnet();
      default -> new Cidr(random.nextInt(), random.nextInt(33));
    };
  }

  // --- NAT -----------------------------------------------------------------------------------

  private List<StaticNat> staticNats() {
    List<StaticNat> nats = new ArrayList<>();
    List<Host> left = new ArrayList<>(hosts);
    Collections.shuffle(left, random);
    for (int k = random.nextInt(3); k > 0 && !left.isEmpty(); k--) {
      nats.add(new StaticNat(publicAddresses.removeFirst(), left.removeFirst(), ORIGIN));
    }
    return nats;
  }

  /** A public address serves one tier; ports of one address and protocol do not overlap. */
  private List<PortForward> forwards() {
    List<PortForward> forwards = new ArrayList<>();
    for (int k = 0; k < random.nextInt(8); k++) {
      int which = random.nextInt(4);
      int address = which == 3 ? publics.getFirst().address() : publicAddresses.get(which);
      String tier = tiers.get((which & 3) % tiers.size()).name();
      List<Host> choice = hosts.stream().filter(h -> h.tier().equals(tier)).toList();
      int protocol = random.nextInt(3) == 0 ? Protocol.UDP : Protocol.TCP;
      int first = any(List.of(80, 443, 2222, 8080, 30000)) + random.nextInt(3);
      int size = random.nextInt(3) == 0 ? 1 + random.nextInt(100) : 1;
      PortRange ports = new PortRange(first, first + size - 1);
      boolean taken =
          forwards.stream()
              .anyMatch(
                  f ->
                      f.publicAddress() == address
                          && f.protocol() == protocol
                          && f.ports().overlaps(ports));
      if (!taken && !choice.isEmpty()) {
        int to = size == 1 ? any(List.of(22, 80, 443, 8080, first)) : first;
        forwards.add(
            new PortForward(
                address,
                protocol,
                ports,
                any(choice),
                new PortRange(to, to + size - 1),
                random.nextInt(3) == 0 ? List.of(cidr(), cidr()) : List.of(),
                ORIGIN));
      }
    }
    if (!forwards.isEmpty() && random.nextInt(3) == 0) {
      twin(forwards);
    }
    return forwards;
  }

  /** Two forwards of the same port, for different clients. */
  private void twin(List<PortForward> forwards) {
    PortForward old = any(forwards);
    int k = forwards.indexOf(old);
    forwards.set(k, forClients(old, new Cidr(0, 1)));
    forwards.add(forClients(old, new Cidr(1 << 31, 1)));
  }

  private static PortForward forClients(PortForward old, Cidr clients) {
    return new PortForward(
        old.publicAddress(),
        old.protocol(),
        old.ports(),
        old.host(),
        old.to(),
        List.of(clients),
        ORIGIN);
  }

  /** Up to three on the last public address, if no forward has it, and one inside a tier. */
  private List<LoadBalancer> balancers(List<PortForward> forwards) {
    List<LoadBalancer> made = new ArrayList<>();
    int address = publicAddresses.getLast();
    boolean free = forwards.stream().noneMatch(f -> f.publicAddress() == address);
    Segment.Tier tier = any(tiers);
    if (free) {
      for (int k = random.nextInt(4); k > 0; k--) {
        made.add(balancer("shop" + k, address, false, 79 + k, tier));
      }
    }
    if (random.nextInt(3) == 0) {
      Segment.Tier inside = any(tiers);
      made.add(balancer("inside", inside.subnet().last() - 2, true, 80, inside));
    }
    return made;
  }

  private LoadBalancer balancer(
      String name, int address, boolean internal, int port, Segment.Tier tier) {
    boolean tcp = random.nextInt(6) != 0;
    List<LoadBalancer.Member> members =
        hosts.stream()
            .filter(host -> host.tier().equals(tier.name()) && host.address() != address)
            .map(host -> new LoadBalancer.Member(host, random.nextInt(4)))
            .toList();
    boolean sticky = random.nextInt(3) == 0;
    boolean healthy = tcp && random.nextBoolean();
    return new LoadBalancer(
        name,
        address,
        internal,
        tcp ? Protocol.TCP : Protocol.UDP,
        port,
        random.nextBoolean() ? port : 8080,
        any(List.of(LoadBalancer.Algorithm.values())),
        tier.name(),
        members,
        random.nextInt(4) == 0 ? List.of(new Cidr(0, 1)) : List.of(),
        random.nextBoolean(),
        sticky
            ? Optional.of(
                new LoadBalancer.Stickiness(1 + random.nextInt(4), seconds(1 + random.nextInt(60))))
            : Optional.empty(),
        healthy
            ? Optional.of(
                new LoadBalancer.Health(
                    1 + random.nextInt(3),
                    seconds(1 + random.nextInt(9)),
                    seconds(1 + random.nextInt(60))))
            : Optional.empty(),
        ORIGIN);
  }

  private static long seconds(int count) {
    return count * 1_000_000_000L;
  }

  private Encapsulation tag() {
    while (true) {
      Encapsulation tag =
          switch (random.nextInt(3)) {
            case 0 -> new Encapsulation.Vlan(1 + random.nextInt(4094));
            case 1 -> new Encapsulation.Vxlan(random.nextInt(16_777_215));
            default -> new Encapsulation.QinQ(1 + random.nextInt(4094), 1 + random.nextInt(4094));
          };
      if (tags.add(tag)) {
        return tag;
      }
    }
  }

  private <T> T any(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
