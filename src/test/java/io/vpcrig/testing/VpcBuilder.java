package io.vpcrig.testing;

import io.vpcrig.model.AclList;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Host;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.LoadBalancer;
import io.vpcrig.model.Origin;
import io.vpcrig.model.PortForward;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Semantics;
import io.vpcrig.model.StaticNat;
import io.vpcrig.model.StaticRoute;
import io.vpcrig.model.Vpc;
import io.vpcrig.model.VxlanSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Builds small VPCs for tests, with addresses as people write them. Nothing is validated. */
public final class VpcBuilder {
  private final Cidr cidr;
  private Semantics semantics = Semantics.INTENDED;
  private final List<Segment.Public> publics = new ArrayList<>();
  private final List<Segment.Tier> tiers = new ArrayList<>();
  private final List<Segment.PrivateGateway> gateways = new ArrayList<>();
  private final Map<String, AclList> lists = new LinkedHashMap<>();
  private final List<Host> hosts = new ArrayList<>();
  private final List<Integer> sourceNat = new ArrayList<>();
  private final List<StaticNat> staticNats = new ArrayList<>();
  private final List<PortForward> forwards = new ArrayList<>();
  private final List<LoadBalancer> balancers = new ArrayList<>();
  private final List<StaticRoute> routes = new ArrayList<>();

  public VpcBuilder(String cidr) {
    this.cidr = Ipv4Text.parseCidr(cidr);
  }

  /**
   * The VPC of the probe table: 10.10.0.0/16; tiers t1 10.10.1.0/24 (VXLAN 5001; hosts a .10, b
   * .11) and t2 10.10.2.0/24 (VLAN 102; host c .10); public 203.0.113.0/24 (VLAN 100), router .10,
   * gateway .1. Segment 0 is public, 1 is t1, 2 is t2. No lists, no NAT but source NAT.
   */
  public static VpcBuilder probe() {
    return new VpcBuilder("10.10.0.0/16")
        .publicNetwork(
            "public", new Encapsulation.Vlan(100), "203.0.113.10/24", Optional.of("203.0.113.1"))
        .tier("t1", new Encapsulation.Vxlan(5001), "10.10.1.1/24")
        .tier("t2", new Encapsulation.Vlan(102), "10.10.2.1/24")
        .host("a", "t1", "10.10.1.10")
        .host("b", "t1", "10.10.1.11")
        .host("c", "t2", "10.10.2.10");
  }

  public VpcBuilder semantics(Semantics value) {
    semantics = value;
    return this;
  }

  /** A public network; the host part of {@code address} is the router's. */
  public VpcBuilder publicNetwork(
      String name, Encapsulation encapsulation, String address, Optional<String> gateway) {
    Cidr subnet = Ipv4Text.parseCidr(address);
    publics.add(
        new Segment.Public(
            name,
            encapsulation,
            subnet,
            subnet.address(),
            gateway.map(Ipv4Text::parse),
            OptionalLong.empty(),
            Origin.BUILT_IN));
    return this;
  }

  /** A tier without a list; the host part of {@code address} is the router's. */
  public VpcBuilder tier(String name, Encapsulation encapsulation, String address) {
    tiers.add(
        new Segment.Tier(
            name,
            encapsulation,
            Ipv4Text.parseCidr(address),
            OptionalLong.empty(),
            Optional.empty(),
            Origin.BUILT_IN));
    return this;
  }

  /** Gives a tier a list, built in or added by {@link #list}. */
  public VpcBuilder acl(String tier, String list) {
    tiers.replaceAll(
        t ->
            t.name().equals(tier)
                ? new Segment.Tier(
                    t.name(), t.encapsulation(), t.subnet(), t.mac(), Optional.of(list), t.origin())
                : t);
    return this;
  }

  public VpcBuilder list(AclList list) {
    lists.put(list.name(), list);
    return this;
  }

  public VpcBuilder host(String name, String tier, String address) {
    return host(name, tier, address, OptionalLong.empty());
  }

  public VpcBuilder host(String name, String tier, String address, OptionalLong mac) {
    hosts.add(new Host(name, tier, Ipv4Text.parse(address), mac, Origin.BUILT_IN));
    return this;
  }

  public VpcBuilder sourceNat(String... addresses) {
    Arrays.stream(addresses).map(Ipv4Text::parse).forEach(sourceNat::add);
    return this;
  }

  public VpcBuilder staticNat(String publicAddress, String host) {
    staticNats.add(new StaticNat(Ipv4Text.parse(publicAddress), hostNamed(host), Origin.BUILT_IN));
    return this;
  }

  /** A port forwarding; {@code clients} are the CIDRs it serves, none: all. */
  public VpcBuilder forward(
      String publicAddress,
      int protocol,
      PortRange ports,
      String host,
      PortRange to,
      String... clients) {
    forwards.add(
        new PortForward(
            Ipv4Text.parse(publicAddress),
            protocol,
            ports,
            hostNamed(host),
            to,
            Arrays.stream(clients).map(Ipv4Text::parseCidr).toList(),
            Origin.BUILT_IN));
    return this;
  }

  /** A forwarding of one TCP port. */
  public VpcBuilder forward(String publicAddress, int port, String host, int to) {
    return forward(publicAddress, 6, new PortRange(port, port), host, new PortRange(to, to));
  }

  public VpcBuilder balance(
      String name, String publicAddress, int protocol, int port, String tier, String... members) {
    return balance(
        Balancers.of(
            name,
            publicAddress,
            protocol,
            port,
            tier,
            Arrays.stream(members).map(this::hostNamed).toList()));
  }

  public VpcBuilder balance(Balancers balancer) {
    balancers.add(balancer.build());
    return this;
  }

  /** A private gateway; the host part of {@code address} is the router's. */
  public VpcBuilder gateway(
      String name, Encapsulation encapsulation, String address, String gateway, String list) {
    return gateway(name, encapsulation, address, gateway, list, false);
  }

  public VpcBuilder gateway(
      String name,
      Encapsulation encapsulation,
      String address,
      String gateway,
      String list,
      boolean withSourceNat) {
    gateways.add(
        new Segment.PrivateGateway(
            name,
            encapsulation,
            Ipv4Text.parseCidr(address),
            Ipv4Text.parse(gateway),
            OptionalLong.empty(),
            list,
            withSourceNat,
            Origin.BUILT_IN));
    return this;
  }

  public VpcBuilder route(String prefix, String gateway) {
    routes.add(new StaticRoute(Ipv4Text.parseCidr(prefix), gateway, Origin.BUILT_IN));
    return this;
  }

  public Vpc build() {
    return new Vpc(
        "test",
        cidr,
        semantics,
        publics,
        tiers,
        gateways,
        VxlanSettings.DEFAULT,
        lists,
        hosts,
        sourceNat,
        staticNats,
        forwards,
        balancers,
        routes,
        Origin.BUILT_IN);
  }

  public Host hostNamed(String name) {
    return hosts.stream().filter(h -> h.name().equals(name)).findFirst().orElseThrow();
  }
}
