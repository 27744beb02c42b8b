package io.vpcrig.config;

import static io.vpcrig.config.Refusals.BASE;
import static io.vpcrig.config.Refusals.accepts;
import static io.vpcrig.config.Refusals.refuses;
import static io.vpcrig.config.Refusals.warns;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.LoadBalancer;
import io.vpcrig.model.LoadBalancer.Algorithm;
import io.vpcrig.model.LoadBalancer.Health;
import io.vpcrig.model.LoadBalancer.Stickiness;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a load balancer in a VPC file may say, and what is refused. */
class BalanceRulesTest {
  private static final String SHOP = "name: shop, public: 203.0.113.11, port: 80, tier: web, ";
  private static final String INSIDE = "name: inside, port: 80, tier: web, members: [web1], ";

  @Test
  void readsTheShortestBalancerWithDefaultsLikeHaproxys() {
    LoadBalancer balancer = read(SHOP + "members: [web1, 10.10.1.11]");
    assertEquals(Algorithm.ROUNDROBIN, balancer.algorithm());
    assertEquals(List.of(1, 1), balancer.members().stream().map(m -> m.weight()).toList());
    assertEquals(80, balancer.toPort());
    assertFalse(balancer.internal());
    assertFalse(balancer.keepsClient(), "members see the router");
    assertEquals(Optional.empty(), balancer.stickiness());
    assertEquals(Optional.empty(), balancer.health());
    assertEquals(List.of(), balancer.sources());
  }

  @Test
  void readsEverythingABalancerCanHave() {
    LoadBalancer balancer =
        read(
            SHOP
                + "to: 8080, algorithm: maglev, source: client, cidrs: [198.51.100.0/24],"
                + " members: [{host: web1, weight: 256}, {address: 10.10.1.50}, {host: web2,"
                + " weight: 0}], stickiness: {method: source, table-size: 2k, expire: 90s},"
                + " health: {fails: 2, silent: 500ms, down: 1h}");
    assertEquals(Algorithm.MAGLEV, balancer.algorithm());
    assertTrue(balancer.keepsClient());
    assertEquals(List.of(256, 1, 0), balancer.members().stream().map(m -> m.weight()).toList());
    assertEquals(Ipv4Text.parse("10.10.1.50"), balancer.members().get(1).host().address());
    assertEquals(Optional.of(new Stickiness(2048, 90_000_000_000L)), balancer.stickiness());
    assertEquals(Optional.of(new Health(2, 500_000_000L, 3_600_000_000_000L)), balancer.health());
    assertEquals("[198.51.100.0/24]", balancer.sources().toString());
  }

  @Test
  void readsHaproxysDefaultsOfStickinessAndHealth() {
    LoadBalancer balancer =
        read(SHOP + "members: [web1], stickiness: {method: source}, health: {}");
    assertEquals(Optional.of(new Stickiness(204_800, 1_800_000_000_000L)), balancer.stickiness());
    assertEquals(Optional.of(new Health(3, 5_000_000_000L, 30_000_000_000L)), balancer.health());
  }

  @Test
  void readsAnInternalBalancer() {
    LoadBalancer balancer = read(INSIDE + "address: 10.10.1.200");
    assertTrue(balancer.internal());
    assertEquals(Ipv4Text.parse("10.10.1.200"), balancer.address());
  }

  @Test
  void oneVirtualAddressMayHaveSeveralPorts() {
    accepts(
        file(
            INSIDE + "address: 10.10.1.200",
            INSIDE.replace("inside", "other").replace("80", "81") + "address: 10.10.1.200"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "members: [{host: web1, weight: §257}] | members[0].weight | weight 257, legal 0..256",
        "members: [{host: web1, weight: §-1}] | members[0].weight | weight -1, legal 0..256",
        "members: [{host: web1, weight: §heavy}] | members[0].weight | weight 'heavy', legal"
            + " 0..256",
        "members: [{host: web1, §wait: 1}] | members[0].wait | unknown key 'wait'",
        "members: [§{weight: 3}] | members[0] | 'host' or 'address' is missing; add one",
        "members: [{host: web1, address: §10.10.1.10}] | members[0].address | legal one of them",
        "members: [web1, §{host: web1}] | members[1] | host web1 is a member already",
        "members: [web1, §{host: app1}] | members[1] | host app1 is in tier app, legal hosts of",
        "members: [{host: §wep1}] | members[0].host | no host is named 'wep1'",
        "source: §guest | source | source 'guest', legal router, client",
        "algorithm: §random | algorithm | legal roundrobin, leastconn, source, maglev",
        "protocol: §icmp | protocol | protocol 'icmp', legal tcp, udp",
        "cidrs: §\"::/0\" | cidrs | is IPv6",
        "cidrs: [§10.0.0.0/33] | cidrs[0] | 33",
        "stickiness: §source | stickiness | legal: a mapping with method, table-size, expire",
        "stickiness: §{expire: 30m} | stickiness | 'method' is missing",
        "stickiness: {method: §LbCookie} | stickiness.method | method 'LbCookie', legal source",
        "stickiness: {method: source, table-size: §0} | stickiness.table-size | table size 0, legal"
            + " 1..",
        "stickiness: {method: source, table-size: §2m} | stickiness.table-size | table size 2m,"
            + " legal 1..1048576",
        "stickiness: {method: source, table-size: §many} | stickiness.table-size | table size"
            + " 'many'",
        "stickiness: {method: source, expire: §30} | stickiness.expire | expire '30', legal"
            + " 1s..30d",
        "stickiness: {method: source, expire: §31d} | stickiness.expire | expire '31d', legal"
            + " 1s..30d",
        "stickiness: {method: source, §size: 4} | stickiness.size | unknown key 'size'",
        "health: §3 | health | legal: a mapping with fails, silent, down",
        "health: {fails: §0} | health.fails | fails 0, legal 1..1000",
        "health: {silent: §61s} | health.silent | silent '61s', legal 100ms..60s",
        "health: {silent: §99ms} | health.silent | silent '99ms', legal 100ms..60s",
        "health: {down: §2d} | health.down | down '2d', legal 1s..1d; write a whole number",
        "health: {down: §soon} | health.down | down 'soon', legal 1s..1d",
        "health: {§rise: 2} | health.rise | unknown key 'rise'",
        "protocol: udp, health: §{fails: 1} | health | legal for tcp only; leave it out",
        "address: §10.10.1.200 | address | 'address' beside 'public', legal one of them",
      })
  void refusesWhatAPublicBalancerCantSay(String fields, String path, String part) {
    refuses(file(SHOP + fields), "load-balancing[0]." + path, part);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "§10.10.2.200 | is outside tier web (line 5)",
        "§10.10.1.1 | is the gateway of",
        "§10.10.1.255 | is the broadcast address of",
        "§10.10.1.10 | address 10.10.1.10 is host web1's (line 8), legal an address of tier web",
        "§10.10.1 | 10.10.1"
      })
  void refusesVirtualAddressesThatNoHostCouldHave(String address, String part) {
    refuses(file(INSIDE + "address: " + address), "load-balancing[0].address", part);
  }

  @Test
  void refusesAVirtualAddressThatAMemberHas() {
    refuses(
        file("name: a, port: 80, tier: web, address: §10.10.1.77, members: [10.10.1.77]"),
        "load-balancing[0].address",
        "address 10.10.1.77 is host 10.10.1.77's");
  }

  @Test
  void refusesABalancerWithoutAnyAddress() {
    refuses(file("§" + INSIDE.strip()), "load-balancing[0]", "'public' is missing; add it");
  }

  @Test
  void refusesTwoInternalBalancersOfOnePort() {
    refuses(
        file(
            INSIDE + "address: 10.10.1.200",
            INSIDE.replace("inside", "other").replace("80", "§80") + "address: 10.10.1.200"),
        "load-balancing[1].port",
        "tcp port 80 of 10.10.1.200 is taken by the load balancer on line 12");
  }

  @Test
  void warnsOfMembersThatAllDrain() {
    warns(
        file("§" + SHOP + "members: [{host: web1, weight: 0}]"),
        "load-balancing",
        "no member with a weight above 0");
  }

  private static LoadBalancer read(String fields) {
    return accepts(file(fields)).loadBalancers().getFirst();
  }

  private static String file(String... balancers) {
    StringBuilder text = new StringBuilder(BASE).append("load-balancing:\n");
    for (String balancer : balancers) {
      text.append(
          balancer.startsWith("§")
              ? "  - §{" + balancer.substring(1) + "}\n"
              : "  - {" + balancer + "}\n");
    }
    return text.toString();
  }
}
