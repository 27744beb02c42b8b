package io.vpcrig.tunnel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Ipv4Text;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SegmentTableTest {
  private static final SegmentTable TABLE = SegmentCompiler.compile(SegmentsOnly.example().build());

  @Test
  void keepsTheOrderOfTheVpcAndItsColumns() {
    assertEquals(6, TABLE.size());
    assertEquals("dc", TABLE.name(5));
    assertEquals(SegmentTable.PUBLIC, TABLE.kind(0));
    assertEquals(SegmentTable.TIER, TABLE.kind(4));
    assertEquals(SegmentTable.GATEWAY, TABLE.kind(5));
    assertEquals(Ipv4Text.parse("192.168.50.0"), TABLE.network(5));
    assertEquals(Ipv4Text.parse("192.168.50.255"), TABLE.broadcast(5));
    assertEquals(Ipv4Text.parse("192.168.50.2"), TABLE.routerAddress(5));
    assertEquals(0x0200_c0a8_3202L, TABLE.routerMac(5));
    assertEquals(-256, TABLE.mask(5));
    assertEquals(SegmentTable.QINQ, TABLE.encapsulation(4));
    assertEquals(200 << 12 | 7, TABLE.tag(4));
  }

  @Test
  void findsSegmentsByTag() {
    assertEquals(0, TABLE.byVlan(100));
    assertEquals(SegmentTable.NONE, TABLE.byVlan(0));
    assertEquals(SegmentTable.NONE, TABLE.byVlan(4095));
    assertEquals(4, TABLE.byQinq(200, 7));
    assertEquals(SegmentTable.NONE, TABLE.byQinq(7, 200));
    assertEquals(3, TABLE.byVni(5003));
    assertEquals(SegmentTable.NONE, TABLE.byVni(0));
    assertTrue(TABLE.acceptsVxlanPort(8472));
    for (int port = 0; port < 65_536; port++) {
      assertEquals(port == 4789 || port == 8472, TABLE.acceptsVxlanPort(port));
    }
  }

  @Test
  void theLongestPrefixPlacesASource() {
    SegmentTable table =
        SegmentCompiler.compile(
            SegmentsOnly.vpc()
                .publicNet("public", SegmentsOnly.vlan(100), "203.0.113.10/24")
                .publicNet("bare", SegmentsOnly.untagged(), "198.51.100.10/24")
                .tier("web", SegmentsOnly.vlan(1), "10.10.1.1/24")
                .gateway("dc", SegmentsOnly.vlan(2), "192.168.1.2/24", "192.168.1.1")
                .gateway("hq", SegmentsOnly.vlan(3), "192.168.2.2/24", "192.168.2.1")
                .route("172.16.0.0/12", "dc")
                .route("172.20.0.0/16", "hq")
                .route("172.20.7.0/24", "dc")
                .build());
    assertEquals(2, table.untagged(Ipv4Text.parse("10.10.1.77")));
    assertEquals(3, table.untagged(Ipv4Text.parse("172.17.0.1")));
    assertEquals(4, table.untagged(Ipv4Text.parse("172.20.0.1")));
    assertEquals(3, table.untagged(Ipv4Text.parse("172.20.7.1")));
    assertEquals(0, table.untagged(Ipv4Text.parse("203.0.113.5")));
    assertEquals(1, table.untagged(Ipv4Text.parse("8.8.8.8")));
    assertEquals(1, table.untagged());
  }

  @Test
  void aNetworkWithoutBroadcastHasOnlyTheGeneralOne() {
    SegmentTable table =
        SegmentCompiler.compile(
            SegmentsOnly.vpc().tier("a", SegmentsOnly.vlan(1), "10.10.1.0/31").build());
    assertEquals(-1, table.broadcast(0));
    assertEquals(SegmentTable.NONE, table.untagged());
  }

  @Test
  void anUnknownNameForUntaggedFramesIsRefused() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> SegmentCompiler.compile(SegmentsOnly.example().build(), Optional.of("wbe")));
    assertEquals(
        "no segment is named 'wbe'; there are public, web, app, db, shop, dc",
        refused.getMessage());
  }

  @Test
  void theIndexHoldsAnyKeysAndNothingElse() {
    Random random = new Random(11);
    for (int size : new int[] {0, 1, 2, 100, 5000}) {
      Map<Integer, Integer> entries = new HashMap<>();
      while (entries.size() < size) {
        int key = random.nextInt(4) == 0 ? entries.size() - 50 : random.nextInt();
        entries.putIfAbsent(key, entries.size());
      }
      IntIndex index = new IntIndex(entries);
      entries.forEach((key, value) -> assertEquals(value, index.get(key)));
      for (int n = 0; n < 10_000; n++) {
        int key = random.nextInt();
        assertEquals(entries.getOrDefault(key, SegmentTable.NONE), index.get(key));
      }
    }
  }

  @Test
  void manyNetworksAreTold() {
    SegmentsOnly vpc = SegmentsOnly.vpc();
    for (int k = 0; k < 100; k++) {
      vpc.tier("t" + k, new Encapsulation.Vxlan(70_000 + 17 * k), "10.10." + k + ".1/24");
    }
    SegmentTable table = SegmentCompiler.compile(vpc.build());
    for (int k = 0; k < 100; k++) {
      assertEquals(k, table.byVni(70_000 + 17 * k));
      assertEquals(SegmentTable.NONE, table.byVni(70_001 + 17 * k));
    }
  }
}
