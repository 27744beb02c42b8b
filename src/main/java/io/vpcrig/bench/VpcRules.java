package io.vpcrig.bench;

import io.vpcrig.acl.MatchRule;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Quirk;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Ingress lists of a VPC's tiers: one CIDR, any destination, tcp, udp or icmp, one port, a range or
 * all, and no last rule that catches everything (what no rule allows is dropped). No set of this
 * kind is public, so the shares are chosen, not fitted.
 */
final class VpcRules implements RuleFamily {
  private static final int RULES_PER_NETWORK = 40;
  private static final int LEAST_NETWORKS = 4;

  private static final Weighted<Integer> PROTOCOLS =
      weighted(
          new int[][] {
            {Protocol.TCP, 70}, {Protocol.UDP, 18}, {Protocol.ICMP, 8}, {Protocol.ALL, 4}
          });

  /** Where the networks lie: private space (RFC 1918), or anywhere. */
  private static final Weighted<Cidr> SPACES =
      weighted(new int[][] {{10, 60}, {172, 10}, {192, 10}, {0, 20}})
          .map(
              first ->
                  switch (first) {
                    case 10 -> new Cidr(10 << 24, 8);
                    case 172 -> new Cidr(172 << 24 | 16 << 16, 12);
                    case 192 -> new Cidr(192 << 24 | 168 << 16, 16);
                    default -> Cidr.ANY;
                  });

  private static final Weighted<Integer> LENGTHS =
      weighted(
          new int[][] {
            {32, 38}, {30, 2}, {29, 3}, {28, 5}, {27, 3}, {26, 4}, {25, 2}, {24, 24}, {22, 2},
            {20, 2}, {16, 6}, {12, 1}, {8, 2}, {0, 6}
          });

  private static final int SERVICE = 0;
  private static final int SINGLE = 1;
  private static final int SHORT_RANGE = 2;
  private static final int LONG_RANGE = 3;
  private static final int ALL_PORTS = 4;

  private static final Weighted<Integer> PORT_KINDS =
      weighted(
          new int[][] {
            {SERVICE, 58}, {SINGLE, 14}, {SHORT_RANGE, 14}, {LONG_RANGE, 6}, {ALL_PORTS, 8}
          });

  private static final int[] SERVICES = {
    22, 25, 53, 80, 110, 123, 143, 161, 389, 443, 445, 465, 514, 587, 636, 993, 1433, 1521, 2049,
    2379, 3306, 3389, 5432, 5601, 5672, 6379, 6443, 8080, 8443, 9000, 9090, 9092, 9200, 10250,
    11211, 27017
  };
  private static final PortRange[] LONG_RANGES = {
    new PortRange(1024, 65535),
    new PortRange(30000, 32767),
    new PortRange(49152, 65535),
    new PortRange(32768, 60999),
    new PortRange(8000, 8999)
  };

  /** Type 8, code 0, as the low half of a ports column. */
  private static final int ECHO_REQUEST = 8 << 8;

  @Override
  public List<MatchRule> draw(int count, SplittableRandom random) {
    int[] networks = new int[Math.max(LEAST_NETWORKS, count / RULES_PER_NETWORK)];
    for (int k = 0; k < networks.length; k++) {
      Cidr space = SPACES.draw(random);
      networks[k] = (space.network() | random.nextInt() & ~space.mask()) & Cidr.mask(24);
    }
    List<MatchRule> rules = new ArrayList<>(count);
    for (int k = 0; k < count; k++) {
      int length = LENGTHS.draw(random);
      int address = networks[random.nextInt(networks.length)] | random.nextInt(256);
      int protocol = PROTOCOLS.draw(random);
      rules.add(
          new MatchRule(
              new Cidr(address & Cidr.mask(length), length),
              Cidr.ANY,
              PortRange.ALL,
              ports(protocol, random),
              protocol,
              0,
              Quirk.NONE));
    }
    return rules;
  }

  private static PortRange ports(int protocol, SplittableRandom random) {
    return switch (protocol) {
      case Protocol.ALL -> PortRange.ALL;
      case Protocol.ICMP -> random.nextBoolean() ? PortRange.ALL : one(ECHO_REQUEST);
      default -> ports(random);
    };
  }

  private static PortRange ports(SplittableRandom random) {
    return switch (PORT_KINDS.draw(random)) {
      case SERVICE -> one(SERVICES[random.nextInt(SERVICES.length)]);
      case SINGLE -> one(random.nextInt(1, 65536));
      case SHORT_RANGE -> {
        int first = random.nextInt(1024, 65000);
        yield new PortRange(first, first + random.nextInt(1, 101));
      }
      case LONG_RANGE -> LONG_RANGES[random.nextInt(LONG_RANGES.length)];
      default -> PortRange.ALL;
    };
  }

  private static PortRange one(int port) {
    return new PortRange(port, port);
  }

  /**
   * @param rows value and weight
   */
  private static Weighted<Integer> weighted(int[][] rows) {
    return Weighted.of(IntStream.range(0, rows.length).boxed().toList(), k -> rows[k][1])
        .map(k -> rows[k][0]);
  }
}
