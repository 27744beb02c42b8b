package io.vpcrig.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Vpc;
import io.vpcrig.testing.VpcBuilder;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The router's addresses and what it accepts for them. */
class RouterItselfTest {
  private static final int PUBLIC = 0;
  private static final int T1 = 1;
  private static final int T2 = 2;
  private static final int DC = 3;
  private static final int ICMP = 1;
  private static final int TCP = 6;
  private static final int UDP = 17;

  private final Vpc vpc =
      VpcBuilder.probe()
          .gateway(
              "dc", new Encapsulation.Vlan(300), "192.168.50.2/24", "192.168.50.1", "default_deny")
          .sourceNat("203.0.113.10", "198.18.0.5")
          .forward("203.0.113.11", 80, "a", 80)
          .staticNat("203.0.113.12", "b")
          .balance("shop", "203.0.113.13", TCP, 80, "t1", "a")
          .build();
  private final RouterAddresses router = RouterAddresses.compile(vpc);
  private final InputTable input = InputTable.compile(vpc);

  @Test
  void ownsItsLegsAndEveryPublicAddress() {
    for (String own :
        new String[] {
          "10.10.1.1",
          "10.10.2.1",
          "192.168.50.2",
          "203.0.113.10",
          "203.0.113.11",
          "203.0.113.12",
          "203.0.113.13",
          "198.18.0.5"
        }) {
      assertTrue(router.isOwn(Ipv4Text.parse(own)), own);
    }
    for (String other :
        new String[] {"10.10.1.10", "10.10.1.0", "203.0.113.1", "192.168.50.1", "0.0.0.0"}) {
      assertFalse(router.isOwn(Ipv4Text.parse(other)), other);
    }
  }

  @Test
  void isAtHomeOnlyInTheSegmentOfAnAddress() {
    assertTrue(router.isAtHome(T1, Ipv4Text.parse("10.10.1.1")));
    assertFalse(router.isAtHome(T2, Ipv4Text.parse("10.10.1.1")));
    assertTrue(router.isAtHome(PUBLIC, Ipv4Text.parse("203.0.113.12")));
    assertFalse(router.isAtHome(T1, Ipv4Text.parse("203.0.113.12")));
    assertTrue(router.isAtHome(DC, Ipv4Text.parse("192.168.50.2")));
    // In nobody's subnet: at home in the first public network.
    assertTrue(router.isAtHome(PUBLIC, Ipv4Text.parse("198.18.0.5")));
    assertFalse(router.isAtHome(PUBLIC, Ipv4Text.parse("203.0.113.1")));
  }

  @Test
  void aPublicAddressIsAtHomeInThePublicNetworkThatHoldsIt() {
    RouterAddresses two =
        RouterAddresses.compile(
            VpcBuilder.probe()
                .publicNetwork(
                    "second", new Encapsulation.Vlan(101), "198.18.0.10/24", Optional.empty())
                .forward("198.18.0.11", 80, "a", 80)
                .build());
    assertTrue(two.isAtHome(1, Ipv4Text.parse("198.18.0.11")));
    assertFalse(two.isAtHome(0, Ipv4Text.parse("198.18.0.11")));
  }

  @Test
  void knowsItsAddressAndMacInEachSegment() {
    assertEquals(Ipv4Text.parse("10.10.2.1"), router.address(T2));
    assertEquals(0x0200_0a0a_0201L, router.mac(T2));
    assertEquals(Ipv4Text.parse("192.168.50.2"), router.address(DC));
  }

  @Test
  void knowsWhatIsForMany() {
    for (String many : new String[] {"224.0.0.1", "239.1.2.3", "255.255.255.255", "10.10.1.255"}) {
      assertTrue(router.isForMany(Ipv4Text.parse(many)), many);
    }
    for (String one : new String[] {"10.10.3.255", "223.255.255.255", "203.0.113.10"}) {
      assertFalse(router.isForMany(Ipv4Text.parse(one)), one);
    }
  }

  @Test
  void p23AcceptsIcmpFromEverywhere() {
    assertTrue(accepts(PUBLIC, "198.51.100.50", ICMP, 8 << 8));
    assertTrue(accepts(T1, "10.10.1.10", ICMP, 13 << 8));
    assertTrue(accepts(DC, "192.168.50.9", ICMP, 8 << 8));
  }

  @Test
  void p6AndP8AcceptNameServiceAndWebFromATier() {
    for (int port : new int[] {53, 80, 443, 8080}) {
      assertTrue(accepts(T1, "10.10.1.10", TCP, port), "tcp " + port);
      assertTrue(accepts(T2, "10.10.2.10", TCP, port), "tcp " + port);
    }
    assertTrue(accepts(T1, "10.10.1.10", UDP, 53));
    assertFalse(accepts(T1, "10.10.1.10", UDP, 80));
    assertFalse(accepts(T1, "10.10.1.10", TCP, 22));
    assertFalse(accepts(T1, "10.10.1.10", TCP, 3922));
    assertFalse(accepts(T1, "10.10.1.10", TCP, 67));
  }

  @Test
  void acceptsForTheWebOnlyWhatBeginsAConnection() {
    int source = Ipv4Text.parse("10.10.1.10");
    assertFalse(input.accepts(T1, source, TCP, 40_000 << 16 | 80, false));
    assertFalse(input.accepts(T1, source, TCP, 40_000 << 16 | 8080, false));
    assertTrue(input.accepts(T1, source, TCP, 40_000 << 16 | 53, false));
    assertTrue(input.accepts(T1, source, ICMP, 8 << 8, false));
  }

  @Test
  void nothingComesFromItselfOrFromEverybody() {
    for (String martian : new String[] {"10.10.1.1", "203.0.113.12", "10.10.2.255"}) {
      assertFalse(router.maySend(Ipv4Text.parse(martian)), martian);
    }
    for (String host : new String[] {"10.10.1.10", "0.0.0.0", "203.0.113.1"}) {
      assertTrue(router.maySend(Ipv4Text.parse(host)), host);
    }
  }

  @Test
  void acceptsOnlyDhcpFromForeignSourcesInATier() {
    assertTrue(accepts(T1, "0.0.0.0", UDP, 67));
    assertFalse(accepts(T1, "10.10.2.10", UDP, 53));
    assertFalse(accepts(T1, "10.10.2.10", TCP, 80));
  }

  @Test
  void acceptsNothingButIcmpFromOutside() {
    for (int port : new int[] {53, 67, 80, 443, 8080, 22}) {
      assertFalse(accepts(PUBLIC, "198.51.100.50", TCP, port), "tcp " + port);
      assertFalse(accepts(PUBLIC, "198.51.100.50", UDP, port), "udp " + port);
      assertFalse(accepts(DC, "192.168.50.9", TCP, port), "tcp " + port);
    }
    assertFalse(accepts(PUBLIC, "198.51.100.50", 47, 0));
    assertFalse(accepts(T1, "10.10.1.10", 50, 0));
  }

  private boolean accepts(int segment, String source, int protocol, int port) {
    return input.accepts(segment, Ipv4Text.parse(source), protocol, 40_000 << 16 | port, true);
  }
}
