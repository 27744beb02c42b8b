package io.vpcrig.config;

import static io.vpcrig.config.Refusals.BASE;
import static io.vpcrig.config.Refusals.accepts;
import static io.vpcrig.config.Refusals.refuses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Vpc;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentRulesTest {
  private static final String VPC = "vpc: {name: v, cidr: 10.10.0.0/16}\n";

  private static String publicNetwork(String fields) {
    return VPC + "segments:\n  public: {" + fields + "}\n";
  }

  private static String tier(String fields) {
    return VPC + "tiers:\n  web: {" + fields + "}\n";
  }

  private static String gateway(String fields) {
    return BASE + "private-gateways:\n  - {name: dc, " + fields + "}\n";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10.10.0.0/33 | has prefix length '33', legal 0..32",
        "10.10.0.0 | has no prefix length; write it like 10.10.0.0/24",
        "10.10.0/16 | '10.10.0' is no IPv4 address; write four numbers 0..255 joined by dots",
        "10.10.256.0/16 | '10.10.256.0' is no IPv4 address",
        "10.10.00.0/16 | '10.10.00.0' is no IPv4 address",
        "10.10.0.0/31 | has prefix length 31, legal 1..30",
        "fd00::/8 | is IPv6, legal IPv4 only",
        "127.0.0.0/8 | touches 127.0.0.0/8, where no host can be",
        "224.0.0.0/4 | touches 224.0.0.0/3"
      })
  void refusesBadVpcCidrs(String cidr, String part) {
    refuses("vpc: {name: v, cidr: §" + cidr + "}\n", "vpc.cidr", part);
  }

  @Test
  void refusesUnknownSemantics() {
    refuses(
        "vpc: {name: v, cidr: 10.10.0.0/16, semantics: §shiped}\n",
        "vpc.semantics",
        "semantics 'shiped', legal intended, shipped; did you mean 'shipped'?");
  }

  @Test
  void refusesTiersThatOverlap() {
    refuses(
        VPC
            + """
            tiers:
              web: {gateway: 10.10.1.1/24, vlan: 101}
              app: {gateway: §10.10.1.129/25, vlan: 102}
            """,
        "tiers.app.gateway",
        "subnet 10.10.1.128/25 overlaps 10.10.1.0/24 of tier web (line 3), legal apart");
  }

  @Test
  void refusesATierOutsideTheVpc() {
    refuses(
        tier("gateway: §10.11.1.1/24, vlan: 101"),
        "tiers.web.gateway",
        "tier subnet 10.11.1.0/24 is outside the VPC's 10.10.0.0/16",
        "legal inside 10.10.0.0..10.10.255.255; change the tier or vpc.cidr");
  }

  @Test
  void refusesATierWiderThanTheVpc() {
    refuses(tier("gateway: §10.10.1.1/15, vlan: 101"), "tiers.web.gateway", "outside the VPC's");
  }

  @Test
  void refusesTheNetworkAddressAsGateway() {
    refuses(
        tier("gateway: §10.10.1.0/24, vlan: 101"),
        "tiers.web.gateway",
        "address 10.10.1.0 is the network address of 10.10.1.0/24, legal 10.10.1.1..10.10.1.254");
  }

  @Test
  void refusesTheBroadcastAddressAsGateway() {
    refuses(
        tier("gateway: §10.10.1.255/24, vlan: 101"),
        "tiers.web.gateway",
        "address 10.10.1.255 is the broadcast address of 10.10.1.0/24",
        "choose another");
  }

  @Test
  void refusesATierWithoutGateway() {
    refuses(VPC + "tiers:\n  web: §{vlan: 101}\n", "tiers.web", "'gateway' is missing; add it");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4095, 4096, -1})
  void refusesVlansThatAreNone(int vlan) {
    refuses(
        tier("gateway: 10.10.1.1/24, vlan: §" + vlan),
        "tiers.web.vlan",
        "VLAN " + vlan + ", legal 1..4094; 0 and 4095 are reserved (IEEE 802.1Q): choose another");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4094})
  void takesTheOutermostVlans(int vlan) {
    accepts(tier("gateway: 10.10.1.1/24, acl: default_deny, vlan: " + vlan));
  }

  @ParameterizedTest
  @ValueSource(strings = {"16777215", "-1", "9999999999"})
  void refusesNetworkIdentifiersOutOfRange(String vni) {
    refuses(
        tier("gateway: 10.10.1.1/24, vxlan: §" + vni),
        "tiers.web.vxlan",
        "VXLAN network identifier " + vni + ", legal 0..16777214; choose another");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 16_777_214})
  void takesTheOutermostNetworkIdentifiers(int vni) {
    accepts(tier("gateway: 10.10.1.1/24, acl: default_deny, vxlan: " + vni));
  }

  @Test
  void refusesTwoSegmentsWithOneVlan() {
    refuses(
        BASE.replace("vxlan: 5002", "vlan: §100"),
        "tiers.app.vlan",
        "VLAN 100 is the tag of public network public (line 3), legal once; choose another");
  }

  @Test
  void refusesTwoSegmentsWithOneNetworkIdentifier() {
    refuses(
        BASE.replace("vxlan: 5002", "vxlan: §5001").replace("vlan: 101", "vxlan: 5001"),
        "tiers.app.vxlan",
        "VXLAN network identifier 5001 is the tag of tier web (line 5)");
  }

  @Test
  void refusesTwoSegmentsWithOnePairOfTags() {
    refuses(
        BASE.replace("vxlan: 5002", "vlan: §7, outer-vlan: 8")
            .replace("vlan: 101", "vlan: 7, outer-vlan: 8"),
        "tiers.app.vlan",
        "VLAN 7 in VLAN 8 is the tag of tier web");
  }

  @Test
  void takesOneInnerTagInTwoOuterOnes() {
    Vpc vpc =
        accepts(
            BASE.replace("vxlan: 5002", "vlan: 7, outer-vlan: 8").replace("vlan: 101", "vlan: 7"));
    assertEquals(new Encapsulation.QinQ(8, 7), vpc.tiers().get(1).encapsulation());
  }

  @Test
  void refusesTwoUntaggedSegments() {
    refuses(
        BASE.replace("vlan: 100", "untagged: true").replace("vlan: 101", "untagged: §true"),
        "tiers.web.untagged",
        "'untagged' is the tag of public network public (line 3), legal for one segment; give this"
            + " one a vlan or vxlan");
  }

  @Test
  void refusesASegmentWithoutTag() {
    refuses(
        VPC + "tiers:\n  web: §{gateway: 10.10.1.1/24}\n",
        "tiers.web",
        "add one of vlan: 1..4094, vxlan: 0..16777214, untagged: true");
  }

  @Test
  void refusesASegmentWithTwoTags() {
    refuses(
        tier("gateway: 10.10.1.1/24, vlan: 5, vxlan: §6"),
        "tiers.web.vxlan",
        "'vxlan' beside 'vlan', legal one of them; remove one");
  }

  @Test
  void refusesAnOuterVlanWithoutAnInnerOne() {
    refuses(
        tier("gateway: 10.10.1.1/24, vxlan: 5, outer-vlan: §6"),
        "tiers.web.outer-vlan",
        "'outer-vlan' beside 'vxlan', legal with 'vlan' (QinQ)");
  }

  @Test
  void refusesListsThatAreNotThere() {
    refuses(
        tier("gateway: 10.10.1.1/24, vlan: 1, acl: §defautl_deny"),
        "tiers.web.acl",
        "no list is named 'defautl_deny'; did you mean 'default_deny'?");
  }

  @Test
  void refusesOneNameForATierAndAPublicNetwork() {
    refuses(
        BASE.replace("  web: {gateway", "  §public: {gateway").replace("tier: web", "tier: public"),
        "tiers.public",
        "name 'public' is already public network public (line 3)",
        "choose another");
  }

  @Test
  void refusesOneNameForATierAndAPrivateGateway() {
    refuses(
        BASE
            + "private-gateways: [{name: §app, vlan: 300, address: 192.168.50.2/24, gateway:"
            + " 192.168.50.1}]\n",
        "private-gateways[0].name",
        "name 'app' is already tier app (line 6)");
  }

  @Test
  void refusesAPublicAddressOutsideItsSubnet() {
    refuses(
        publicNetwork("vlan: 1, subnet: 203.0.113.0/24, address: §203.0.114.10"),
        "segments.public.address",
        "address 203.0.114.10 is outside the subnet of public network public (line 3)",
        "legal 203.0.113.1..203.0.113.254");
  }

  @Test
  void refusesAPublicGatewayOutsideItsSubnet() {
    refuses(
        publicNetwork("vlan: 1, subnet: 203.0.113.0/24, address: 203.0.113.10, gateway: §10.0.0.1"),
        "segments.public.gateway",
        "outside the subnet");
  }

  @Test
  void refusesTheRouterAsItsOwnNextHop() {
    refuses(
        publicNetwork(
            "vlan: 1, subnet: 203.0.113.0/24, address: 203.0.113.10, gateway: §203.0.113.10"),
        "segments.public.gateway",
        "gateway 203.0.113.10 is the router's own address",
        "give the next hop's address");
  }

  @Test
  void refusesAPublicNetworkInsideTheVpc() {
    refuses(
        publicNetwork("vlan: 1, subnet: §10.10.9.0/24, address: 10.10.9.1"),
        "segments.public.subnet",
        "public network subnet 10.10.9.0/24 overlaps the VPC's 10.10.0.0/16");
  }

  @Test
  void refusesPublicNetworksThatOverlap() {
    refuses(
        publicNetwork("vlan: 1, subnet: 203.0.113.0/24, address: 203.0.113.10")
            + "  other: {vlan: 2, subnet: §203.0.113.128/25, address: 203.0.113.130}\n",
        "segments.other.subnet",
        "overlaps 203.0.113.0/24 of public network public (line 3)");
  }

  @Test
  void putsTheNetworkNamedPublicFirst() {
    Vpc vpc =
        accepts(
            VPC
                + """
                segments:
                  backup: {vlan: 2, subnet: 198.51.100.0/24, address: 198.51.100.1}
                  public: {untagged: true, subnet: 203.0.113.0/31, address: 203.0.113.1, gateway: 203.0.113.0}
                """);
    assertEquals(
        List.of("public", "backup"), vpc.publics().stream().map(Segment.Public::name).toList());
    assertEquals(List.of(vpc.publics().getFirst().address()), vpc.sourceNatAddresses());
  }

  @Test
  void refusesAPrivateGatewayWhoseNextHopIsElsewhere() {
    refuses(
        gateway("vlan: 300, address: 192.168.50.2/24, gateway: §192.168.51.1"),
        "private-gateways[0].gateway",
        "address 192.168.51.1 is outside the subnet of private gateway dc (line 12)",
        "legal 192.168.50.1..192.168.50.254");
  }

  @Test
  void refusesAPrivateGatewayOnANetworkAddress() {
    refuses(
        gateway("vlan: 300, address: §192.168.50.0/24, gateway: 192.168.50.1"),
        "private-gateways[0].address",
        "is the network address of 192.168.50.0/24");
  }

  @Test
  void refusesAPrivateGatewayInsideTheVpc() {
    refuses(
        gateway("vlan: 300, address: §10.10.50.2/24, gateway: 10.10.50.1"),
        "private-gateways[0].address",
        "private gateway subnet 10.10.50.0/24 overlaps the VPC's 10.10.0.0/16, legal outside");
  }

  @Test
  void refusesAPrivateGatewayInsideAPublicNetwork() {
    refuses(
        gateway("vlan: 300, address: §203.0.113.130/25, gateway: 203.0.113.129"),
        "private-gateways[0].address",
        "subnet 203.0.113.128/25 overlaps 203.0.113.0/24 of public network public (line 3)");
  }

  @Test
  void refusesAPrivateGatewayWithoutName() {
    refuses(
        BASE
            + "private-gateways:\n  - §{vlan: 300, address: 192.168.50.2/24, gateway:"
            + " 192.168.50.1}\n",
        "private-gateways[0]",
        "'name' is missing; add it");
  }

  @Test
  void givesAPrivateGatewayDefaultDenyAndNoSourceNat() {
    Vpc vpc = accepts(gateway("vlan: 300, address: 192.168.50.2/24, gateway: 192.168.50.1"));
    Segment.PrivateGateway dc = vpc.privateGateways().getFirst();
    assertEquals("default_deny", dc.acl());
    assertEquals(false, dc.sourceNat());
  }

  @Test
  void refusesAMacAddressThatIsNone() {
    refuses(
        tier("gateway: 10.10.1.1/24, vlan: 1, mac: §02-00-0a-0a-01-01"),
        "tiers.web.mac",
        "is no MAC address; write six hexadecimal pairs joined by colons");
  }

  @Test
  void refusesAMulticastMacAddress() {
    refuses(
        tier("gateway: 10.10.1.1/24, vlan: 1, mac: §01:00:5e:00:00:01"),
        "tiers.web.mac",
        "MAC address '01:00:5e:00:00:01' is a multicast address, legal: an even first pair");
  }

  @Test
  void refusesTunnelPortsOutOfRange() {
    refuses(BASE + "vxlan: {port: §0}\n", "vxlan.port", "UDP port 0, legal 1..65535");
  }

  @Test
  void refusesAcceptedTunnelPortsOutOfRange() {
    refuses(
        BASE + "vxlan: {accept-ports: [4789, §65536]}\n",
        "vxlan.accept-ports[1]",
        "UDP port 65536, legal 1..65535");
  }

  @Test
  void refusesToAcceptNoTunnelPort() {
    refuses(
        BASE + "vxlan: {accept-ports: §[]}\n",
        "vxlan.accept-ports",
        "no port is accepted; name at least one or leave it out");
  }

  @Test
  void refusesATunnelEndpointThatIsNoHost() {
    refuses(BASE + "vxlan: {local: §239.1.1.1}\n", "vxlan.local", "where no host can be");
  }

  @Test
  void acceptsThePortItSendsTo() {
    assertEquals(
        List.of(4789, 8472, 5000), accepts(BASE + "vxlan: {port: 5000}\n").vxlan().acceptPorts());
  }

  @Test
  void refusesAHostInNoTier() {
    refuses(
        BASE.replace("tier: app", "tier: §ap"),
        "hosts.app1.tier",
        "no tier is named 'ap'; did you mean 'app'?");
  }

  @Test
  void refusesAHostInAPublicNetwork() {
    refuses(
        BASE.replace("tier: app", "tier: §public"),
        "hosts.app1.tier",
        "'public' is a public network, not a tier; there are web, app");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10.10.3.1 | is outside tier web (line 5)",
        "10.10.1.1 | is the gateway of tier web (line 5)",
        "10.10.1.0 | is the network address of tier web (line 5)",
        "10.10.1.255 | is the broadcast address of tier web (line 5)"
      })
  void refusesAHostAddressThatNoGuestCanHave(String address, String part) {
    refuses(
        BASE.replace("10.10.1.10", "§" + address),
        "hosts.web1.address",
        "address " + address + " " + part,
        "legal 10.10.1.1..10.10.1.254 but 10.10.1.1");
  }

  @Test
  void refusesTwoHostsWithOneAddress() {
    refuses(
        BASE.replace("10.10.1.11", "§10.10.1.10"),
        "hosts.web2.address",
        "address 10.10.1.10 is host web1's (line 8), legal once; choose another");
  }
}
