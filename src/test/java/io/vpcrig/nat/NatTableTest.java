package io.vpcrig.nat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.PortForward;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Vpc;
import io.vpcrig.testing.Allocation;
import io.vpcrig.testing.VpcBuilder;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NatTableTest {
  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int CLIENT = Ipv4Text.parse("198.51.100.50");

  @Test
  void forwardsAPortAndKeepsTheSourcePort() {
    NatTable table =
        NatCompiler.compile(VpcBuilder.probe().forward("203.0.113.11", 2812, "a", 3389).build());
    assertEquals("10.10.1.10:3389", lookUp(table, "203.0.113.11", 2812, TCP));
    assertEquals("none", lookUp(table, "203.0.113.11", 2813, TCP));
    assertEquals("none", lookUp(table, "203.0.113.11", 2812, UDP));
    assertEquals("none", lookUp(table, "203.0.113.12", 2812, TCP));
  }

  @Test
  void keepsTheOrderOfARange() {
    NatTable table =
        NatCompiler.compile(
            VpcBuilder.probe()
                .forward(
                    "203.0.113.11", UDP, new PortRange(8000, 8100), "a", new PortRange(9000, 9100))
                .build());
    assertEquals("none", lookUp(table, "203.0.113.11", 7999, UDP));
    assertEquals("10.10.1.10:9000", lookUp(table, "203.0.113.11", 8000, UDP));
    assertEquals("10.10.1.10:9057", lookUp(table, "203.0.113.11", 8057, UDP));
    assertEquals("10.10.1.10:9100", lookUp(table, "203.0.113.11", 8100, UDP));
    assertEquals("none", lookUp(table, "203.0.113.11", 8101, UDP));
  }

  @Test
  void forwardsAllPortsToTheLast() {
    NatTable table =
        NatCompiler.compile(
            VpcBuilder.probe()
                .forward("203.0.113.11", TCP, PortRange.ALL, "a", PortRange.ALL)
                .build());
    assertEquals("10.10.1.10:0", lookUp(table, "203.0.113.11", 0, TCP));
    assertEquals("10.10.1.10:65535", lookUp(table, "203.0.113.11", 65535, TCP));
  }

  @Test
  void staticNatBeatsForwardingBeatsBalancing() {
    VpcBuilder vpc =
        VpcBuilder.probe()
            .balance("shop", "203.0.113.12", TCP, 80, "t1", "a", "b")
            .balance("mail", "203.0.113.12", TCP, 25, "t1", "a", "b");
    assertEquals("balance 0", lookUp(NatCompiler.compile(vpc.build()), "203.0.113.12", 80, TCP));
    vpc.forward("203.0.113.12", 80, "b", 8080);
    NatTable both = NatCompiler.compile(vpc.build());
    assertEquals("10.10.1.11:8080", lookUp(both, "203.0.113.12", 80, TCP));
    assertEquals("balance 1", lookUp(both, "203.0.113.12", 25, TCP));
    assertEquals("none", lookUp(both, "203.0.113.12", 80, UDP));
    vpc.staticNat("203.0.113.12", "c");
    NatTable all = NatCompiler.compile(vpc.build());
    assertEquals("10.10.2.10:80", lookUp(all, "203.0.113.12", 80, TCP));
    assertEquals("10.10.2.10:25", lookUp(all, "203.0.113.12", 25, TCP));
    assertEquals("10.10.2.10:2048", lookUp(all, "203.0.113.12", 8 << 8, 1));
    assertEquals("10.10.2.10:0", lookUp(all, "203.0.113.12", 0, 47));
  }

  @Test
  void servesOnlyTheClientsOfAForwarding() {
    PortRange ssh = new PortRange(22, 22);
    NatTable table =
        NatCompiler.compile(
            VpcBuilder.probe()
                .forward("203.0.113.11", TCP, ssh, "a", ssh, "192.0.2.0/24", "198.51.100.50/31")
                .forward("203.0.113.11", TCP, ssh, "b", ssh, "198.51.0.0/16")
                .build());
    assertEquals("10.10.1.10:22", lookUp(table, "203.0.113.11", 22, TCP));
    assertEquals("10.10.1.11:22", lookUp(table, "203.0.113.11", 22, TCP, "198.51.100.52"));
    assertEquals("10.10.1.10:22", lookUp(table, "203.0.113.11", 22, TCP, "192.0.2.255"));
    assertEquals("none", lookUp(table, "203.0.113.11", 22, TCP, "192.0.3.0"));
  }

  @Test
  void tellsWhereAGuestLeavesAndWhatIsThePublicsOwn() {
    NatTable table =
        NatCompiler.compile(
            VpcBuilder.probe()
                .sourceNat("203.0.113.20", "203.0.113.21")
                .staticNat("203.0.113.12", "a")
                .forward("203.0.113.11", 80, "b", 80)
                .build());
    assertEquals(Ipv4Text.parse("203.0.113.12"), table.staticSource(Ipv4Text.parse("10.10.1.10")));
    assertEquals(0, table.staticSource(Ipv4Text.parse("10.10.1.11")));
    assertEquals(2, table.sourceNatCount());
    assertEquals(Ipv4Text.parse("203.0.113.21"), table.sourceNat(1));
    for (String own : new String[] {"10", "11", "12", "20", "21"}) {
      assertTrue(table.isOwnPublic(Ipv4Text.parse("203.0.113." + own)), own);
    }
    assertFalse(table.isOwnPublic(Ipv4Text.parse("203.0.113.1")));
    assertFalse(table.isOwnPublic(Ipv4Text.parse("10.10.1.1")));
  }

  @Test
  void leavesWithThePublicNetworksOwnAddressByDefault() {
    NatTable table = NatCompiler.compile(VpcBuilder.probe().build());
    assertEquals(1, table.sourceNatCount());
    assertEquals(Ipv4Text.parse("203.0.113.10"), table.sourceNat(0));
    NatTable none = NatCompiler.compile(new VpcBuilder("10.10.0.0/16").build());
    assertEquals(0, none.sourceNatCount());
  }

  @Test
  void agreesWithReadingTheRulesFromTopToBottom() {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 40; round++) {
      Vpc vpc = randomVpc(random);
      NatTable table = NatCompiler.compile(vpc);
      for (int k = 0; k < 2_000; k++) {
        int address = Ipv4Text.parse("203.0.113." + (10 + random.nextInt(4)));
        int ports = random.nextInt(65536) << 16 | random.nextInt(40);
        int protocol = random.nextBoolean() ? TCP : UDP;
        int client = Ipv4Text.parse("198.51." + random.nextInt(4) + "." + random.nextInt(256));
        int found = table.destination(address, ports, protocol, client);
        assertEquals(
            plainly(vpc, address, ports, protocol, client),
            found == NatTable.NONE ? "none" : text(table, found, ports),
            () -> "seed " + seed);
      }
    }
  }

  @Test
  void looksUpWithoutAllocating() {
    NatTable table = NatCompiler.compile(randomVpc(new SplittableRandom(1)));
    int[] next = {0};
    int[] sum = {0};
    Allocation.assertNone(
        50_000,
        () -> {
          int k = next[0]++;
          int match = table.destination(0xcb00_710a + (k & 3), k % 40, TCP, 0xc633_0000 + k);
          sum[0] += match == NatTable.NONE ? 0 : table.address(match) + table.ports(match, k);
          sum[0] += table.staticSource(k) + (table.isOwnPublic(k) ? 1 : 0);
        });
  }

  private static String lookUp(NatTable table, String address, int port, int protocol) {
    return lookUp(table, address, port, protocol, Ipv4Text.format(CLIENT));
  }

  private static String lookUp(
      NatTable table, String address, int port, int protocol, String client) {
    int ports = 40_000 << 16 | port;
    int found = table.destination(Ipv4Text.parse(address), ports, protocol, Ipv4Text.parse(client));
    return found == NatTable.NONE ? "none" : text(table, found, ports);
  }

  private static String text(NatTable table, int found, int ports) {
    if (table.kind(found) == NatKind.BALANCE) {
      return "balance " + table.index(found);
    }
    int newPorts = table.ports(found, ports);
    assertEquals(ports >>> 16, newPorts >>> 16, "source port");
    return Ipv4Text.format(table.address(found)) + ":" + (newPorts & 0xffff);
  }

  private static String plainly(Vpc vpc, int address, int ports, int protocol, int client) {
    int port = ports & 0xffff;
    for (var nat : vpc.staticNats()) {
      if (nat.publicAddress() == address) {
        return Ipv4Text.format(nat.host().address()) + ":" + port;
      }
    }
    for (PortForward forward : vpc.portForwards()) {
      if (forward.publicAddress() == address
          && forward.protocol() == protocol
          && forward.ports().contains(port)
          && (forward.sources().isEmpty()
              || forward.sources().stream().anyMatch((Cidr c) -> c.contains(client)))) {
        return Ipv4Text.format(forward.host().address())
            + ":"
            + (forward.to().first() + port - forward.ports().first());
      }
    }
    for (int k = 0; k < vpc.loadBalancers().size(); k++) {
      var balancer = vpc.loadBalancers().get(k);
      if (balancer.address() == address
          && balancer.protocol() == protocol
          && balancer.port() == port) {
        return "balance " + k;
      }
    }
    return "none";
  }

  private static Vpc randomVpc(SplittableRandom random) {
    VpcBuilder vpc = VpcBuilder.probe();
    String[] hosts = {"a", "b", "c"};
    if (random.nextInt(3) == 0) {
      vpc.staticNat("203.0.113." + (10 + random.nextInt(4)), "c");
    }
    for (int k = random.nextInt(30); k > 0; k--) {
      int first = random.nextInt(30);
      int size = random.nextInt(10);
      int to = random.nextInt(65536 - size);
      String[] clients = new String[random.nextInt(3)];
      for (int c = 0; c < clients.length; c++) {
        clients[c] = "198.51." + random.nextInt(4) + ".77/" + (22 + random.nextInt(11));
      }
      vpc.forward(
          "203.0.113." + (10 + random.nextInt(4)),
          random.nextBoolean() ? TCP : UDP,
          new PortRange(first, first + size),
          hosts[random.nextInt(3)],
          new PortRange(to, to + size),
          clients);
    }
    for (int k = random.nextInt(10); k > 0; k--) {
      vpc.balance(
          "lb" + k,
          "203.0.113." + (10 + random.nextInt(4)),
          random.nextBoolean() ? TCP : UDP,
          random.nextInt(1, 41),
          "t1",
          "a");
    }
    return vpc.build();
  }
}
