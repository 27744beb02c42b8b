package io.vpcrig.nat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Vpc;
import io.vpcrig.testing.VpcBuilder;
import org.junit.jupiter.api.Test;

/**
 * What NAT has to do with in the probe table of cloudstack.md 2.5; the lists' part is elsewhere.
 */
class ProbeTableNatTest {
  private static final int TCP = 6;
  private static final TupleInUse NONE_YET = (s, d, ports, p) -> false;

  @Test
  void p1LeavesWithTheSourceNatAddress() {
    assertEquals(
        "203.0.113.10:40000", source(VpcBuilder.probe().build(), "10.10.1.10", "198.51.100.50"));
  }

  @Test
  void p10AndP14LeadFromAnotherTierToThePrivatePort() {
    Vpc vpc = VpcBuilder.probe().forward("203.0.113.11", 8080, "c", 80).build();
    assertEquals("10.10.2.10:80", destination(vpc, "10.10.1.10", "203.0.113.11", 8080));
  }

  @Test
  void p12TranslatesToThePrivatePort() {
    Vpc vpc = VpcBuilder.probe().forward("203.0.113.11", 2812, "a", 3389).build();
    assertEquals("10.10.1.10:3389", destination(vpc, "198.51.100.50", "203.0.113.11", 2812));
  }

  @Test
  void p13AndP15ShowTheGatewayWithADistinctPort() {
    Vpc vpc = VpcBuilder.probe().forward("203.0.113.11", 8080, "a", 80).build();
    assertEquals("10.10.1.10:80", destination(vpc, "10.10.1.11", "203.0.113.11", 8080));
    int gateway = Ipv4Text.parse("10.10.1.1");
    int server = Ipv4Text.parse("10.10.1.10");
    int ports = 40_000 << 16 | 80;
    long first =
        SourcePortChooser.choose(
            gateway, Ipv4Text.parse("10.10.1.11"), server, ports, TCP, NONE_YET);
    assertEquals("10.10.1.1:40000", text(first));
    // The target host itself dials with the same port: it too becomes the gateway.
    TupleInUse firstIsThere =
        (s, d, p, protocol) -> s == server && d == gateway && p == (80 << 16 | 40_000);
    long second = SourcePortChooser.choose(gateway, server, server, ports, TCP, firstIsThere);
    assertEquals(gateway, SourcePortChooser.address(second));
    assertNotEquals(ports, SourcePortChooser.ports(second));
  }

  @Test
  void p16StaticNatWorksBothWays() {
    Vpc vpc = VpcBuilder.probe().staticNat("203.0.113.12", "a").build();
    assertEquals("203.0.113.12:40000", source(vpc, "10.10.1.10", "198.51.100.50"));
    assertEquals("203.0.113.10:40000", source(vpc, "10.10.1.11", "198.51.100.50"));
    assertEquals("10.10.1.10:22", destination(vpc, "198.51.100.50", "203.0.113.12", 22));
    assertEquals("10.10.1.10:22", destination(vpc, "10.10.1.11", "203.0.113.12", 22));
    assertEquals("10.10.1.10:22", destination(vpc, "10.10.2.10", "203.0.113.12", 22));
  }

  private static String destination(Vpc vpc, String from, String to, int port) {
    NatTable table = NatCompiler.compile(vpc);
    int ports = 40_000 << 16 | port;
    int match = table.destination(Ipv4Text.parse(to), ports, TCP, Ipv4Text.parse(from));
    return Ipv4Text.format(table.address(match)) + ":" + (table.ports(match, ports) & 0xffff);
  }

  /** Static NAT of the guest before source NAT, as POSTROUTING has them. */
  private static String source(Vpc vpc, String from, String to) {
    NatTable table = NatCompiler.compile(vpc);
    int guest = Ipv4Text.parse(from);
    int server = Ipv4Text.parse(to);
    int ports = 40_000 << 16 | 80;
    int own = table.staticSource(guest);
    return text(
        own != 0
            ? SourcePortChooser.choose(own, guest, server, ports, TCP, NONE_YET)
            : SourcePortChooser.choose(table, guest, server, ports, TCP, NONE_YET));
  }

  private static String text(long choice) {
    return Ipv4Text.format(SourcePortChooser.address(choice))
        + ":"
        + (SourcePortChooser.ports(choice) >>> 16);
  }
}
