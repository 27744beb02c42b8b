package io.vpcrig.config;

import static io.vpcrig.config.Refusals.BASE;
import static io.vpcrig.config.Refusals.accepts;
import static io.vpcrig.config.Refusals.refuses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vpcrig.model.Host;
import io.vpcrig.model.PortForward;
import io.vpcrig.model.PortRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NatRulesTest {
  private static String list(String section, String... items) {
    StringBuilder text = new StringBuilder(section).append(":\n");
    for (String item : items) {
      text.append("  - {").append(item).append("}\n");
    }
    return text.toString();
  }

  private static String statics(String... items) {
    return BASE + list("static-nat", items);
  }

  private static String forwards(String... items) {
    return BASE + list("port-forwarding", items);
  }

  private static String balancers(String... items) {
    return BASE + list("load-balancing", items);
  }

  private static final String WEB1 = "protocol: tcp, host: web1, ";
  private static final String SHOP = "name: shop, public: 203.0.113.11, tier: web, ";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "198.51.100.1 | is in no public network, legal 203.0.113.1..203.0.113.254",
        "203.0.113.0 | is the network address of public network public (line 3)",
        "203.0.113.255 | is the broadcast address of public network public (line 3)",
        "203.0.113.1 | is the gateway of public network public (line 3)"
      })
  void refusesPublicAddressesThatAreNone(String address, String part) {
    String message = "address " + address + " " + part;
    refuses(BASE + "source-nat: [§" + address + "]\n", "source-nat[0]", message);
    refuses(statics("public: §" + address + ", host: web1"), "static-nat[0].public", message);
    refuses(
        forwards("public: §" + address + ", " + WEB1 + "ports: 80"),
        "port-forwarding[0].public",
        message);
    refuses(
        balancers("name: a, public: §" + address + ", port: 80, tier: web, members: [web1]"),
        "load-balancing[0].public",
        message);
  }

  @Test
  void refusesAPublicAddressWhereThereIsNoPublicNetwork() {
    refuses(
        "vpc: {name: v, cidr: 10.10.0.0/16}\nsource-nat: [§203.0.113.10]\n",
        "source-nat[0]",
        "is public, but there is no public network; add segments: public");
  }

  @Test
  void refusesASourceNatAddressTwice() {
    refuses(
        BASE + "source-nat: [203.0.113.10, §203.0.113.10]\n",
        "source-nat[1]",
        "address 203.0.113.10 stands here twice; remove one");
  }

  @Test
  void refusesUnknownHosts() {
    refuses(
        statics("public: 203.0.113.12, host: §wbe1"),
        "static-nat[0].host",
        "no host is named 'wbe1'; did you mean 'web1'?");
  }

  @Test
  void refusesAnAddressInNoTier() {
    refuses(
        statics("public: 203.0.113.12, address: §10.10.9.9"),
        "static-nat[0].address",
        "address 10.10.9.9 is in no tier; there are web, app");
  }

  @Test
  void refusesTheRouterAsTarget() {
    refuses(
        statics("public: 203.0.113.12, address: §10.10.1.1"),
        "static-nat[0].address",
        "address 10.10.1.1 is the gateway of tier web");
  }

  @Test
  void refusesHostAndAddressTogether() {
    refuses(
        statics("public: 203.0.113.12, host: web1, address: §10.10.1.10"),
        "static-nat[0].address",
        "'address' beside 'host', legal one of them");
  }

  @Test
  void refusesNeitherHostNorAddress() {
    refuses(
        BASE + "static-nat:\n  - §{public: 203.0.113.12}\n",
        "static-nat[0]",
        "'host' or 'address' is missing; add one");
  }

  @Test
  void findsTheHostOfAnAddress() {
    var nats =
        accepts(
                statics(
                    "public: 203.0.113.12, address: 10.10.1.10",
                    "public: 203.0.113.13, address: 10.10.2.77"))
            .staticNats();
    assertEquals("web1", nats.getFirst().host().name());
    Host nameless = nats.get(1).host();
    assertEquals("10.10.2.77", nameless.name());
    assertEquals("app", nameless.tier());
  }

  @Test
  void refusesAStaticNatOnTheSourceNatAddress() {
    refuses(
        statics("public: §203.0.113.20, host: web1") + "source-nat: [203.0.113.20]\n",
        "static-nat[0].public",
        "address 203.0.113.20 is the source NAT address, legal any other public address");
  }

  @Test
  void refusesAStaticNatOnTheSourceNatAddressByDefault() {
    refuses(
        statics("public: §203.0.113.10, host: web1"),
        "static-nat[0].public",
        "address 203.0.113.10 is the source NAT address");
  }

  @Test
  void refusesTwoStaticNatsOfOneAddress() {
    refuses(
        statics("public: 203.0.113.12, host: web1", "public: §203.0.113.12, host: web2"),
        "static-nat[1].public",
        "address 203.0.113.12 has a static NAT on line 12, legal one; choose another address");
  }

  @Test
  void refusesTwoStaticNatsOfOneHost() {
    refuses(
        statics("public: 203.0.113.12, host: web1", "public: 203.0.113.13, host: §web1"),
        "static-nat[1].host",
        "host web1 has a static NAT on line 12, legal one; remove one");
  }

  @Test
  void refusesAPortForwardOnAStaticNatAddress() {
    refuses(
        statics("public: 203.0.113.12, host: web1")
            + list("port-forwarding", "public: §203.0.113.12, " + WEB1 + "ports: 80"),
        "port-forwarding[0].public",
        "address 203.0.113.12 has a static NAT on line 12, which takes all its ports");
  }

  @Test
  void refusesABalancerOnAStaticNatAddress() {
    refuses(
        statics("public: 203.0.113.12, host: web1")
            + list("load-balancing", "name: a, public: §203.0.113.12, port: 80, tier: web"),
        "load-balancing[0].public",
        "has a static NAT on line 12");
  }

  @ParameterizedTest
  @ValueSource(strings = {"icmp", "all", "6", "tcpp"})
  void refusesPortForwardsOfOtherProtocols(String protocol) {
    refuses(
        forwards("public: 203.0.113.11, protocol: §" + protocol + ", ports: 80, host: web1"),
        "port-forwarding[0].protocol",
        "protocol '" + protocol + "', legal tcp, udp");
  }

  @Test
  void refusesRangesOfDifferentLength() {
    refuses(
        forwards("public: 203.0.113.11, " + WEB1 + "ports: 80-89, to: §80-90"),
        "port-forwarding[0].to",
        "private ports 80-90 are 11, public ports 80-89 are 10; legal as many");
  }

  @Test
  void refusesARangeThatIsMoved() {
    refuses(
        forwards("public: 203.0.113.11, " + WEB1 + "ports: 80-89, to: §8080-8089"),
        "port-forwarding[0].to",
        "private ports 8080-8089 for public ports 80-89, legal for a range: the same ports");
  }

  @Test
  void takesOnePortToAnyPortAndARangeToItself() {
    var forwards =
        accepts(
                forwards(
                    "public: 203.0.113.11, " + WEB1 + "ports: 8443, to: 443",
                    "public: 203.0.113.11, " + WEB1 + "ports: 90-99",
                    "public: 203.0.113.11, " + WEB1 + "ports: 100-101, to: 100-101",
                    "public: 203.0.113.11, protocol: udp, host: web2, ports: 8443"))
            .portForwards();
    assertEquals(new PortRange(443, 443), forwards.getFirst().to());
    assertEquals(new PortRange(90, 99), forwards.get(1).to());
  }

  @Test
  void refusesPortZero() {
    refuses(
        forwards("public: 203.0.113.11, " + WEB1 + "ports: §0"),
        "port-forwarding[0].ports",
        "port 0, legal 1..65535");
  }

  @Test
  void refusesPublicPortsThatOverlap() {
    refuses(
        forwards(
            "public: 203.0.113.11, " + WEB1 + "ports: 80-90",
            "public: 203.0.113.11, " + WEB1 + "ports: §85-95"),
        "port-forwarding[1].ports",
        "tcp port 85-95 of 203.0.113.11 is taken by the port forward on line 12 (80-90)",
        "choose another port, or give both forwards cidrs that are apart");
  }

  @Test
  void takesOnePortForClientsThatAreApart() {
    PortForward first =
        accepts(
                forwards(
                    "public: 203.0.113.11, " + WEB1 + "ports: 80, cidrs: 198.51.100.0/25",
                    "public: 203.0.113.11, protocol: tcp, host: web2, ports: 80, cidrs:"
                        + " [198.51.100.128/25]"))
            .portForwards()
            .getFirst();
    assertEquals("[198.51.100.0/25]", first.sources().toString());
  }

  @Test
  void refusesOnePortForClientsThatAreNotApart() {
    refuses(
        forwards(
            "public: 203.0.113.11, " + WEB1 + "ports: 80, cidrs: 198.51.100.0/25",
            "public: 203.0.113.11, " + WEB1 + "ports: §80, cidrs: 198.51.100.0/24"),
        "port-forwarding[1].ports",
        "is taken by the port forward on line 12");
  }

  @Test
  void refusesAPortForwardOnABalancedPort() {
    refuses(
        forwards("public: 203.0.113.11, " + WEB1 + "ports: 80-90")
            + list("load-balancing", SHOP + "port: §85, members: [web1]"),
        "load-balancing[0].port",
        "tcp port 85 of 203.0.113.11 is taken by the port forward on line 12 (80-90)");
  }

  @Test
  void refusesABalancerOnAForwardedPortThoughTheirClientsAreApart() {
    refuses(
        forwards("public: 203.0.113.11, " + WEB1 + "ports: 80, cidrs: 198.51.100.0/25")
            + list(
                "load-balancing", SHOP + "port: §80, members: [web1], cidrs: [198.51.100.128/25]"),
        "load-balancing[0].port",
        "tcp port 80 of 203.0.113.11 is taken by the port forward on line 12 (80)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp", "udp"})
  void refusesABalancerInPlaceOfTheRoutersNameService(String protocol) {
    String shop = "name: shop, tier: web, members: [web1], protocol: " + protocol;
    String part =
        "port 53 of 203.0.113.10, which is the source NAT address, is the router's own name"
            + " service, legal any other port";
    refuses(balancers(shop + ", public: 203.0.113.10, port: §53"), "load-balancing[0].port", part);
  }

  @Test
  void takesABalancerOfNameServicesWhereTheRouterHasNone() {
    String shop = "name: shop, tier: web, members: [web1], ";
    accepts(balancers(shop + "public: 203.0.113.11, port: 53"));
    accepts(balancers(shop + "public: 203.0.113.10, port: 54, to: 53"));
    accepts(balancers(shop + "address: 10.10.1.200, port: 53"));
  }

  @Test
  void takesForwardsAndBalancersOnTheSourceNatAddress() {
    var vpc =
        accepts(
            forwards("public: 203.0.113.10, " + WEB1 + "ports: 53")
                + list(
                    "load-balancing",
                    "name: a, public: 203.0.113.10, port: 80, tier: web, members: [web1]")
                + "source-nat: [203.0.113.10, 203.0.113.13]\n");
    assertEquals(2, vpc.sourceNatAddresses().size());
    assertEquals(vpc.sourceNatAddresses().getFirst(), vpc.loadBalancers().getFirst().address());
  }

  @Test
  void refusesAStaticNatOnAnyOfSeveralSourceNatAddresses() {
    refuses(
        statics("public: §203.0.113.13, host: web1") + "source-nat: [203.0.113.10, 203.0.113.13]\n",
        "static-nat[0].public",
        "address 203.0.113.13 is the source NAT address, legal any other public address");
  }

  @Test
  void refusesTwoBalancersOfOnePort() {
    refuses(
        balancers(
            SHOP + "port: 80, members: [web1]",
            "name: b, public: 203.0.113.11, tier: web, port: §80, members: [web2]"),
        "load-balancing[1].port",
        "is taken by the load balancer on line 12 (80)");
  }

  @Test
  void refusesOneAddressForTwoTiers() {
    refuses(
        forwards(
            "public: 203.0.113.11, " + WEB1 + "ports: 80",
            "public: §203.0.113.11, protocol: tcp, host: app1, ports: 81"),
        "port-forwarding[1].public",
        "address 203.0.113.11 serves tier web (port forward on line 12), legal one tier for an"
            + " address; use another address for tier app");
  }

  @Test
  void refusesTheSourceNatAddressForTwoTiersToo() {
    refuses(
        forwards("public: 203.0.113.10, " + WEB1 + "ports: 80")
            + list(
                "load-balancing",
                "name: a, public: §203.0.113.10, port: 81, tier: app, members: [app1]"),
        "load-balancing[0].public",
        "address 203.0.113.10 serves tier web (port forward on line 12)");
  }

  @Test
  void refusesMembersOfAnotherTier() {
    refuses(
        balancers(SHOP + "port: 80, members: [web1, §app1]"),
        "load-balancing[0].members[1]",
        "host app1 is in tier app, legal hosts of tier web; remove it or change the tier");
  }

  @Test
  void refusesAMemberTwice() {
    refuses(
        balancers(SHOP + "port: 80, members: [web1, §10.10.1.10]"),
        "load-balancing[0].members[1]",
        "host web1 is a member already; remove one");
  }

  @Test
  void refusesUnknownAlgorithms() {
    refuses(
        balancers(SHOP + "port: 80, members: [web1], algorithm: §roundrobbin"),
        "load-balancing[0].algorithm",
        "algorithm 'roundrobbin', legal roundrobin, leastconn, source, maglev; did you mean"
            + " 'roundrobin'?");
  }

  @Test
  void refusesRangesOfBalancedPorts() {
    refuses(
        balancers(SHOP + "port: §80-81, members: [web1]"),
        "load-balancing[0].port",
        "port '80-81', legal 1..65535; write a whole decimal number");
  }

  @Test
  void refusesBalancersOfUnknownTiers() {
    refuses(
        balancers("name: a, public: 203.0.113.11, port: 80, tier: §wep"),
        "load-balancing[0].tier",
        "no tier is named 'wep'; did you mean 'web'?");
  }

  @Test
  void refusesTwoBalancersOfOneName() {
    refuses(
        balancers(
            SHOP + "port: 80, members: [web1]",
            SHOP.replace("shop", "§shop") + "port: 81, members: [web1]"),
        "load-balancing[1].name",
        "name 'shop' is used on line 12, legal once");
  }

  private static String routes(String... items) {
    return BASE
        + "private-gateways: [{name: dc, vlan: 300, address: 192.168.50.2/24, gateway:"
        + " 192.168.50.1}]\n"
        + list("static-routes", items);
  }

  @Test
  void refusesRoutesByUnknownGateways() {
    refuses(
        routes("cidr: 172.20.0.0/16, gateway: §dcc"),
        "static-routes[0].gateway",
        "no private gateway is named 'dcc'; did you mean 'dc'?");
  }

  @Test
  void refusesRoutesByATier() {
    refuses(
        routes("cidr: 172.20.0.0/16, gateway: §web"),
        "static-routes[0].gateway",
        "'web' is a tier, not a private gateway; there is dc");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10.10.5.0/24 | overlaps the VPC's 10.10.0.0/16, legal apart",
        "10.0.0.0/8 | overlaps the VPC's 10.10.0.0/16",
        "169.254.1.0/24 | overlaps link-local 169.254.0.0/16",
        "0.0.0.0/0 | has prefix length 0, legal 1..32"
      })
  void refusesRoutesToWhereNoneMayLead(String cidr, String part) {
    refuses(routes("cidr: §" + cidr + ", gateway: dc"), "static-routes[0].cidr", part);
  }

  @Test
  void refusesRoutesThatOverlap() {
    refuses(
        routes("cidr: 172.20.5.0/24, gateway: dc", "cidr: §172.20.0.0/16, gateway: dc"),
        "static-routes[1].cidr",
        "route to 172.20.0.0/16 overlaps the route to 172.20.5.0/24 (line 13), legal apart");
  }
}
