package io.vpcrig.bench.pipeline;

import io.vpcrig.model.AclList;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Host;
import io.vpcrig.model.Origin;
import io.vpcrig.model.PortForward;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Semantics;
import io.vpcrig.model.Vpc;
import io.vpcrig.model.VxlanSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The VPC that frames are sent through: one public network, and tiers 10.0.0.0/16, 10.1.0.0/16 and
 * so on, every other with the list {@code even} or {@code odd}. Segment 0 is the public one, tier k
 * segment k + 1.
 */
final class BenchVpc {
  static final String EVEN = "even";
  static final String ODD = "odd";

  /** 203.0.113.10: guests leave with it. */
  static final int PUBLIC = 203 << 24 | 113 << 8 | 10;

  /** 203.0.113.11: its ports from {@link #FIRST_PORT} on lead into tiers. */
  static final int FORWARDED = PUBLIC + 1;

  static final int FIRST_PORT = 20_000;
  static final int PUBLIC_GATEWAY = 203 << 24 | 113 << 8 | 1;
  private static final int PUBLIC_VLAN = 100;

  private BenchVpc() {}

  static Vpc of(Scenario scenario, long seed) {
    List<Segment.Tier> tiers = new ArrayList<>();
    for (int k = 0; k < scenario.tiers(); k++) {
      tiers.add(
          new Segment.Tier(
              tier(k),
              scenario.variant().encapsulation(k),
              new Cidr(address(k, 1), 16),
              OptionalLong.empty(),
              Optional.of(k % 2 == 0 ? EVEN : ODD),
              Origin.BUILT_IN));
    }
    Map<String, AclList> lists = new LinkedHashMap<>();
    for (String name : List.of(EVEN, ODD)) {
      lists.put(name, Services.list(name, scenario.rules(), seed + lists.size()));
    }
    List<Host> hosts = new ArrayList<>();
    List<PortForward> forwards = new ArrayList<>();
    for (int s = 0; s < Services.count(scenario.rules()); s++) {
      int tier = s % scenario.tiers();
      Host host =
          new Host("s" + s, tier(tier), server(s, tier), OptionalLong.empty(), Origin.BUILT_IN);
      hosts.add(host);
      forwards.add(
          new PortForward(
              FORWARDED,
              Protocol.TCP,
              one(FIRST_PORT + s),
              host,
              one(Services.port(s)),
              List.of(),
              Origin.BUILT_IN));
    }
    return new Vpc(
        "bench",
        new Cidr(10 << 24, 8),
        Semantics.INTENDED,
        List.of(
            new Segment.Public(
                "public",
                new Encapsulation.Vlan(PUBLIC_VLAN),
                new Cidr(PUBLIC, 24),
                PUBLIC,
                Optional.of(PUBLIC_GATEWAY),
                OptionalLong.empty(),
                Origin.BUILT_IN)),
        tiers,
        List.of(),
        VxlanSettings.DEFAULT,
        lists,
        hosts,
        List.of(PUBLIC),
        List.of(),
        forwards,
        List.of(),
        List.of(),
        Origin.BUILT_IN);
  }

  /** The address of a host in a tier. */
  static int address(int tier, int host) {
    return 10 << 24 | tier << 16 | host;
  }

  /** The host that a forwarded port leads to. */
  static int server(int service, int tier) {
    return address(tier, 0xf000 + service);
  }

  /** The segment of a tier. */
  static int segment(int tier) {
    return tier + 1;
  }

  private static String tier(int k) {
    return "tier" + k;
  }

  private static PortRange one(int port) {
    return new PortRange(port, port);
  }
}
