package io.vpcrig.acl;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import java.util.SplittableRandom;

/** Headers near the rules of a set: inside them, at their ends, and just outside. */
final class RandomHeaders {
  private RandomHeaders() {}

  static HeaderTrace from(RuleSet rules, int count, SplittableRandom random) {
    var headers = new HeaderTrace();
    for (int i = 0; i < count; i++) {
      MatchRule rule = rules.rule(random.nextInt(rules.size()));
      MatchRule other = rules.rule(random.nextInt(rules.size()));
      boolean mixed = random.nextInt(4) == 0;
      headers.add(
          address(rule.source(), random),
          address((mixed ? other : rule).destination(), random),
          port(rule.sourcePorts(), random) << 16
              | port((mixed ? other : rule).destinationPorts(), random),
          protocol(rule.protocol(), random),
          HeaderTrace.UNKNOWN);
    }
    return headers;
  }

  private static int address(Cidr cidr, SplittableRandom random) {
    return switch (random.nextInt(8)) {
      case 0 -> cidr.network();
      case 1 -> cidr.last();
      case 2 -> cidr.network() - 1;
      case 3 -> cidr.last() + 1;
      default -> cidr.network() | random.nextInt() & ~cidr.mask();
    };
  }

  private static int port(PortRange ports, SplittableRandom random) {
    int port =
        switch (random.nextInt(8)) {
          case 0 -> ports.first();
          case 1 -> ports.last();
          case 2 -> ports.first() - 1;
          case 3 -> ports.last() + 1;
          default -> random.nextInt(ports.first(), ports.last() + 1);
        };
    return port & 0xffff;
  }

  private static int protocol(int protocol, SplittableRandom random) {
    return protocol == Protocol.ALL || random.nextInt(16) == 0 ? random.nextInt(256) : protocol;
  }
}
