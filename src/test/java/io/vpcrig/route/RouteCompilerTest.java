package io.vpcrig.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.testing.VpcBuilder;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RouteCompilerTest {
  private final VpcBuilder vpc =
      VpcBuilder.probe()
          .gateway(
              "dc", new Encapsulation.Vlan(300), "192.168.50.2/24", "192.168.50.1", "default_deny")
          .route("172.20.0.0/16", "dc")
          .route("172.20.9.0/24", "dc");

  @Test
  void knowsTiersPublicsAndPrivateGatewaysAsConnected() {
    assertRoute("10.10.1.77", "TIER 10.10.1.0/24 out 1 to 10.10.1.77");
    assertRoute("10.10.2.1", "TIER 10.10.2.0/24 out 2 to 10.10.2.1");
    assertRoute("203.0.113.200", "PUBLIC 203.0.113.0/24 out 0 to 203.0.113.200");
    assertRoute("192.168.50.9", "PRIVATE_GATEWAY 192.168.50.0/24 out 3 to 192.168.50.9");
  }

  @Test
  void sendsStaticRoutesToTheirGateway() {
    assertRoute("172.20.1.1", "STATIC 172.20.0.0/16 out 3 to 192.168.50.1");
    assertRoute("172.20.9.1", "STATIC 172.20.9.0/24 out 3 to 192.168.50.1");
  }

  @Test
  void sendsEverythingElseToTheGatewayOfTheFirstPublic() {
    vpc.publicNetwork(
        "second", new Encapsulation.Vlan(101), "198.18.0.10/24", Optional.of("198.18.0.1"));
    assertRoute("198.51.100.50", "DEFAULT 0.0.0.0/0 out 0 to 203.0.113.1");
    // Space of the VPC that no tier has follows it too.
    assertRoute("10.10.77.1", "DEFAULT 0.0.0.0/0 out 0 to 203.0.113.1");
    assertRoute("198.18.0.77", "PUBLIC 198.18.0.0/24 out 1 to 198.18.0.77");
  }

  @Test
  void takesEverybodyForANeighbourIfThePublicHasNoGateway() {
    RouteTable table =
        RouteCompiler.compile(
            new VpcBuilder("10.10.0.0/16")
                .publicNetwork(
                    "public", new Encapsulation.Untagged(), "203.0.113.10/24", Optional.empty())
                .build());
    int address = Ipv4Text.parse("198.51.100.50");
    assertEquals(address, table.neighbour(table.find(address), address));
  }

  @Test
  void hasNoDefaultWithoutAPublic() {
    RouteTable table =
        RouteCompiler.compile(
            new VpcBuilder("10.10.0.0/16")
                .tier("t1", new Encapsulation.Vlan(5), "10.10.1.1/24")
                .build());
    assertEquals(RouteTable.NONE, table.find(Ipv4Text.parse("198.51.100.50")));
  }

  @Test
  void theConnectedRouteBeatsAnEqualStaticOne() {
    vpc.route("10.10.1.0/24", "dc");
    assertRoute("10.10.1.77", "TIER 10.10.1.0/24 out 1 to 10.10.1.77");
  }

  @Test
  void refusesARouteThroughAnUnknownGateway() {
    vpc.route("172.30.0.0/16", "nowhere");
    assertThrows(IllegalArgumentException.class, () -> RouteCompiler.compile(vpc.build()));
  }

  @Test
  void neighboursHaveTheirConfiguredOrDerivedMac() {
    vpc.host("d", "t2", "10.10.2.11", OptionalLong.of(0x5254_0012_3456L));
    NeighbourTable table = NeighbourTable.compile(vpc.build());
    assertEquals(0x5254_0012_3456L, table.mac(Ipv4Text.parse("10.10.2.11")));
    assertEquals(0x0200_0a0a_020aL, table.mac(Ipv4Text.parse("10.10.2.10")));
    assertEquals(0x0200_cb00_7101L, table.mac(Ipv4Text.parse("203.0.113.1")));
  }

  private void assertRoute(String destination, String expected) {
    RouteTable table = RouteCompiler.compile(vpc.build());
    int address = Ipv4Text.parse(destination);
    RouteTable.Route route = table.route(table.find(address));
    int neighbour = table.neighbour(table.find(address), address);
    assertEquals(
        expected,
        route.kind()
            + " "
            + Ipv4Text.format(route.prefix())
            + "/"
            + route.length()
            + " out "
            + route.outSegment()
            + " to "
            + Ipv4Text.format(neighbour));
  }
}
