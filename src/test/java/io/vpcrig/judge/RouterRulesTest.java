package io.vpcrig.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vpcrig.model.AclList;
import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Origin;
import io.vpcrig.model.Semantics;
import io.vpcrig.model.Vpc;
import io.vpcrig.testing.VpcBuilder;
import io.vpcrig.testing.Vpcs;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The rules of the judge's router are those that cloudstack.md saw; numbers are its probes. Segment
 * 0 is public, 1 is t1, 2 is t2, 3 the gateway.
 */
class RouterRulesTest {
  private static final AclList QUIRKS =
      new AclList(
          "quirks",
          List.of(
              Vpcs.allowIn(10, "6 22"),
              Vpcs.allowIn(20, "tcp"),
              Vpcs.allowIn(30, "udp 53", "10.10.1.0/24", "10.10.2.0/24"),
              Vpcs.denyIn(40, "icmp 8 0")),
          Origin.BUILT_IN);

  @Test
  void intendedItemsStandAsTheyAreMeant() {
    assertEquals(
        List.of(
            "-A ACL_INBOUND_s1 -d 225.0.0.50/32 -j ACCEPT",
            "-A ACL_INBOUND_s1 -d 224.0.0.18/32 -j ACCEPT",
            "-A ACL_INBOUND_s1 -s 0.0.0.0/0 -p 6 -m tcp --dport 22:22 -j ACCEPT",
            "-A ACL_INBOUND_s1 -s 0.0.0.0/0 -p 6 -j ACCEPT",
            "-A ACL_INBOUND_s1 -s 10.10.1.0/24 -p 17 -m udp --dport 53:53 -j ACCEPT",
            "-A ACL_INBOUND_s1 -s 10.10.2.0/24 -p 17 -m udp --dport 53:53 -j ACCEPT",
            "-A ACL_INBOUND_s1 -s 0.0.0.0/0 -p icmp -m icmp --icmp-type 8/0 -j DROP",
            "-A ACL_INBOUND_s1 -j DROP"),
        lines(vpc(Semantics.INTENDED), " ACL_INBOUND_s1 "));
  }

  @Test
  void p18ToP20ShippedItemsLosePortsAndRank() {
    assertEquals(
        List.of(
            "-A ACL_INBOUND_s1 -d 225.0.0.50/32 -j ACCEPT",
            "-A ACL_INBOUND_s1 -d 224.0.0.18/32 -j ACCEPT",
            "-I ACL_INBOUND_s1 3 -s 0.0.0.0/0 -p 6 -j ACCEPT",
            "-I ACL_INBOUND_s1 4 -s 0.0.0.0/0 -p 6 -m tcp --dport 0:0 -j ACCEPT",
            "-I ACL_INBOUND_s1 5 -s 10.10.1.0/24 -p 17 -m udp --dport 53:53 -j ACCEPT",
            "-I ACL_INBOUND_s1 5 -s 10.10.2.0/24 -p 17 -m udp --dport 53:53 -j ACCEPT",
            "-I ACL_INBOUND_s1 6 -s 0.0.0.0/0 -p icmp -m icmp --icmp-type 8/0 -j DROP",
            "-A ACL_INBOUND_s1 -j DROP"),
        lines(vpc(Semantics.SHIPPED), " ACL_INBOUND_s1 "));
  }

  @Test
  void forwardAsksGatewaysThenStateThenTheWayOutThenTiers() {
    assertEquals(
        List.of(
            "-A FORWARD -i s12 -j ACCEPT",
            "-A FORWARD -o s3 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
            "-A FORWARD -d 192.168.50.0/24 -o s3 -j ACL_INBOUND_s3",
            "-A FORWARD -d 172.20.0.0/16 -o s3 -j ACL_INBOUND_s3",
            "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
            "-A FORWARD -s 10.10.0.0/16 ! -d 10.10.0.0/16 -j ACCEPT",
            "-A FORWARD -d 10.10.1.0/24 -o s1 -j ACL_INBOUND_s1",
            "-A FORWARD -d 10.10.2.0/24 -o s2 -j ACL_INBOUND_s2"),
        lines(vpc(Semantics.SHIPPED), "-A FORWARD "));
  }

  @Test
  void staticNatStandsBeforeForwardingBeforeSourceNat() {
    assertEquals(
        List.of(
            "-A PREROUTING -d 203.0.113.12/32 -j DNAT --to-destination 10.10.1.11",
            "-A PREROUTING -s 0.0.0.0/0 -d 203.0.113.11/32 -p tcp --dport 8080:8080 -j DNAT"
                + " --to-destination 10.10.1.10:80",
            "-A POSTROUTING -s 10.10.1.11/32 -o s0 -j SNAT --to-source 203.0.113.12",
            "-A POSTROUTING -s 10.10.1.0/24 -d 10.10.1.11/32 -o s1 -j SNAT --to-source 10.10.1.1",
            "-A POSTROUTING -s 10.10.1.0/24 -d 10.10.1.10/32 -o s1 -p tcp --dport 80:80 -j SNAT"
                + " --to-source 10.10.1.1",
            "-A POSTROUTING -o s0 -j SNAT --to-source 203.0.113.10"),
        lines(vpc(Semantics.SHIPPED), "NAT --to"));
  }

  private static Vpc vpc(Semantics semantics) {
    return VpcBuilder.probe()
        .semantics(semantics)
        .list(QUIRKS)
        .acl("t1", "quirks")
        .staticNat("203.0.113.12", "b")
        .forward("203.0.113.11", 8080, "a", 80)
        .gateway(
            "dc", new Encapsulation.Vlan(300), "192.168.50.2/24", "192.168.50.1", "default_allow")
        .route("172.20.0.0/16", "dc")
        .build();
  }

  private static List<String> lines(Vpc vpc, String part) {
    return RouterRules.of(vpc)
        .lines()
        .filter(line -> line.startsWith("-") && line.contains(part))
        .filter(line -> !part.startsWith(" ") || !line.startsWith("-A FORWARD"))
        .toList();
  }
}
