package io.vpcrig.testing;

import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Direction;
import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Host;
import io.vpcrig.model.Ipv4Text;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Builds VPCs in tests, in few words. Addresses and prefixes are text. */
public final class Vpcs {
  private static final Origin ORIGIN = Origin.BUILT_IN;

  private final Cidr cidr;
  private Semantics semantics = Semantics.INTENDED;
  private final List<Segment.Public> publics = new ArrayList<>();
  private final Map<String, Segment.Tier> tiers = new LinkedHashMap<>();
  private final List<Segment.PrivateGateway> gateways = new ArrayList<>();
  private final Map<String, AclList> lists = new LinkedHashMap<>();
  private final Map<String, Host> hosts = new LinkedHashMap<>();
  private final List<Integer> sourceNat = new ArrayList<>();
  private final List<StaticNat> staticNats = new ArrayList<>();
  private final List<PortForward> forwards = new ArrayList<>();
  private final List<LoadBalancer> balancers = new ArrayList<>();
  private final List<StaticRoute> routes = new ArrayList<>();

  private Vpcs(Cidr cidr) {
    this.cidr = cidr;
  }

  public static Vpcs vpc(String cidr) {
    return new Vpcs(Ipv4Text.parseCidr(cidr));
  }

  public Vpcs semantics(Semantics wanted) {
    semantics = wanted;
    return this;
  }

  /** A public network: address and prefix of the router, next hop. */
  public Vpcs publicNetwork(String name, Encapsulation tag, String leg, String nextHop) {
    Cidr subnet = Ipv4Text.parseCidr(leg);
    publics.add(
        new Segment.Public(
            name,
            tag,
            subnet,
            subnet.address(),
            Optional.of(Ipv4Text.parse(nextHop)),
            OptionalLong.empty(),
            ORIGIN));
    return this;
  }

  /** A tier without a list: the router's address and prefix. */
  public Vpcs tier(String name, Encapsulation tag, String leg) {
    return tier(name, tag, leg, Optional.empty());
  }

  public Vpcs tier(String name, Encapsulation tag, String leg, String acl) {
    return tier(name, tag, leg, Optional.of(acl));
  }

  private Vpcs tier(String name, Encapsulation tag, String leg, Optional<String> acl) {
    tiers.put(
        name,
        new Segment.Tier(name, tag, Ipv4Text.parseCidr(leg), OptionalLong.empty(), acl, ORIGIN));
    return this;
  }

  /** Gives a tier another list. */
  public Vpcs attach(String tier, String acl) {
    Segment.Tier old = tiers.get(tier);
    tiers.put(
        tier,
        new Segment.Tier(
            tier, old.encapsulation(), old.subnet(), old.mac(), Optional.of(acl), ORIGIN));
    return this;
  }

  public Vpcs privateGateway(
      String name, Encapsulation tag, String leg, String nextHop, String acl, boolean snat) {
    gateways.add(
        new Segment.PrivateGateway(
            name,
            tag,
            Ipv4Text.parseCidr(leg),
            Ipv4Text.parse(nextHop),
            OptionalLong.empty(),
            acl,
            snat,
            ORIGIN));
    return this;
  }

  public Vpcs route(String prefix, String gateway) {
    routes.add(new StaticRoute(Ipv4Text.parseCidr(prefix), gateway, ORIGIN));
    return this;
  }

  public Vpcs list(String name, AclRule... rules) {
    lists.put(name, new AclList(name, List.of(rules), ORIGIN));
    return this;
  }

  public Vpcs host(String name, String tier, String address) {
    hosts.put(name, new Host(name, tier, Ipv4Text.parse(address), OptionalLong.empty(), ORIGIN));
    return this;
  }

  public Vpcs host(String name, String tier, String address, long mac) {
    hosts.put(name, new Host(name, tier, Ipv4Text.parse(address), OptionalLong.of(mac), ORIGIN));
    return this;
  }

  public Vpcs sourceNat(String address) {
    sourceNat.add(Ipv4Text.parse(address));
    return this;
  }

  public Vpcs staticNat(String publicAddress, String host) {
    staticNats.add(new StaticNat(Ipv4Text.parse(publicAddress), hosts.get(host), ORIGIN));
    return this;
  }

  public Vpcs forward(
      String publicAddress, int protocol, String ports, String host, int to, String... sources) {
    PortRange range = ports(ports).orElseThrow();
    forwards.add(
        new PortForward(
            Ipv4Text.parse(publicAddress),
            protocol,
            range,
            hosts.get(host),
            new PortRange(to, to + range.size() - 1),
            cidrs(sources),
            ORIGIN));
    return this;
  }

  public Host hostNamed(String name) {
    return hosts.get(name);
  }

  public Vpcs balancer(String name, String publicAddress, int port, String host) {
    Host member = hosts.get(host);
    return balancer(
        Balancers.of(name, publicAddress, Protocol.TCP, port, member.tier(), List.of(member)));
  }

  public Vpcs balancer(Balancers balancer) {
    balancers.add(balancer.build());
    return this;
  }

  public Vpc build() {
    return new Vpc(
        "test",
        cidr,
        semantics,
        publics,
        List.copyOf(tiers.values()),
        gateways,
        VxlanSettings.DEFAULT,
        lists,
        List.copyOf(hosts.values()),
        sourceNat,
        staticNats,
        forwards,
        balancers,
        routes,
        ORIGIN);
  }

  /** An ingress rule that allows. See {@link #rule}. */
  public static AclRule allowIn(int number, String match, String... cidrs) {
    return rule(number, Direction.INGRESS, Action.ALLOW, match, cidrs);
  }

  public static AclRule denyIn(int number, String match, String... cidrs) {
    return rule(number, Direction.INGRESS, Action.DENY, match, cidrs);
  }

  public static AclRule allowOut(int number, String match, String... cidrs) {
    return rule(number, Direction.EGRESS, Action.ALLOW, match, cidrs);
  }

  public static AclRule denyOut(int number, String match, String... cidrs) {
    return rule(number, Direction.EGRESS, Action.DENY, match, cidrs);
  }

  /**
   * A rule.
   *
   * @param match {@code all}, {@code tcp 22}, {@code udp 8000-8100}, {@code 6 22} (protocol by
   *     number), {@code icmp}, {@code icmp 8 0}
   * @param cidrs none: everything
   */
  public static AclRule rule(
      int number, Direction direction, Action action, String match, String... cidrs) {
    String[] words = match.split(" ");
    boolean byNumber = Character.isDigit(words[0].charAt(0));
    int protocol =
        switch (words[0]) {
          case "all" -> Protocol.ALL;
          case "tcp" -> Protocol.TCP;
          case "udp" -> Protocol.UDP;
          case "icmp" -> Protocol.ICMP;
          default -> Integer.parseInt(words[0]);
        };
    boolean icmp = protocol == Protocol.ICMP;
    return new AclRule(
        number,
        direction,
        action,
        protocol,
        byNumber,
        icmp || words.length == 1 ? Optional.empty() : ports(words[1]),
        icmp && words.length > 1 ? Integer.parseInt(words[1]) : -1,
        icmp && words.length > 2 ? Integer.parseInt(words[2]) : -1,
        cidrs.length == 0 ? List.of(Cidr.ANY) : cidrs(cidrs),
        ORIGIN);
  }

  private static List<Cidr> cidrs(String... texts) {
    return List.of(texts).stream().map(Ipv4Text::parseCidr).toList();
  }

  private static Optional<PortRange> ports(String text) {
    String[] ends = text.split("-");
    return Optional.of(
        new PortRange(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1])));
  }
}
