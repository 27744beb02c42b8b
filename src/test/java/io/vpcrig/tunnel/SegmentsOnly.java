package io.vpcrig.tunnel;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Origin;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Semantics;
import io.vpcrig.model.StaticRoute;
import io.vpcrig.model.Vpc;
import io.vpcrig.model.VxlanSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Builds small VPCs of segments only: no lists, no NAT. */
final class SegmentsOnly {
  private final List<Segment.Public> publics = new ArrayList<>();
  private final List<Segment.Tier> tiers = new ArrayList<>();
  private final List<Segment.PrivateGateway> gateways = new ArrayList<>();
  private final List<StaticRoute> routes = new ArrayList<>();
  private final List<Integer> sourceNat = new ArrayList<>();

  private SegmentsOnly() {}

  static SegmentsOnly vpc() {
    return new SegmentsOnly();
  }

  /**
   * The segments of the VPC file in the design: 0 public (VLAN 100), 1 web (VNI 5001), 2 app (VLAN
   * 102), 3 db (VNI 5003), 4 shop (QinQ 200.7), 5 dc (private gateway, VLAN 300, route
   * 172.20.0.0/16). Guests leave with 203.0.113.11.
   */
  static SegmentsOnly example() {
    return vpc()
        .publicNet("public", vlan(100), "203.0.113.10/24")
        .tier("web", vxlan(5001), "10.10.1.1/24")
        .tier("app", vlan(102), "10.10.2.1/24")
        .tier("db", vxlan(5003), "10.10.3.1/24")
        .tier("shop", new Encapsulation.QinQ(200, 7), "10.10.4.1/24")
        .gateway("dc", vlan(300), "192.168.50.2/24", "192.168.50.1")
        .route("172.20.0.0/16", "dc")
        .sourceNat("203.0.113.11");
  }

  static Encapsulation vlan(int id) {
    return new Encapsulation.Vlan(id);
  }

  static Encapsulation vxlan(int vni) {
    return new Encapsulation.Vxlan(vni);
  }

  static Encapsulation untagged() {
    return new Encapsulation.Untagged();
  }

  /** A public network; the host part of {@code cidr} is the router's address, its gateway is .1. */
  SegmentsOnly publicNet(String name, Encapsulation encapsulation, String cidr) {
    Cidr subnet = Ipv4Text.parseCidr(cidr);
    publics.add(
        new Segment.Public(
            name,
            encapsulation,
            subnet,
            subnet.address(),
            Optional.of(subnet.network() + 1),
            OptionalLong.empty(),
            Origin.BUILT_IN));
    return this;
  }

  SegmentsOnly tier(String name, Encapsulation encapsulation, String gateway) {
    tiers.add(
        new Segment.Tier(
            name,
            encapsulation,
            Ipv4Text.parseCidr(gateway),
            OptionalLong.empty(),
            Optional.empty(),
            Origin.BUILT_IN));
    return this;
  }

  SegmentsOnly gateway(String name, Encapsulation encapsulation, String cidr, String gateway) {
    gateways.add(
        new Segment.PrivateGateway(
            name,
            encapsulation,
            Ipv4Text.parseCidr(cidr),
            Ipv4Text.parse(gateway),
            OptionalLong.empty(),
            "default_deny",
            false,
            Origin.BUILT_IN));
    return this;
  }

  SegmentsOnly route(String cidr, String gateway) {
    routes.add(new StaticRoute(Ipv4Text.parseCidr(cidr), gateway, Origin.BUILT_IN));
    return this;
  }

  SegmentsOnly sourceNat(String address) {
    sourceNat.add(Ipv4Text.parse(address));
    return this;
  }

  Vpc build() {
    return new Vpc(
        "test",
        Ipv4Text.parseCidr("10.10.0.0/16"),
        Semantics.INTENDED,
        publics,
        tiers,
        gateways,
        VxlanSettings.DEFAULT,
        Map.of(),
        List.of(),
        sourceNat,
        List.of(),
        List.of(),
        List.of(),
        routes,
        Origin.BUILT_IN);
  }
}
