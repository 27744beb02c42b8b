package io.vpcrig.bench.pipeline;

import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Direction;
import io.vpcrig.model.Origin;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * TCP ports that the flows go to, and lists that let them pass: one rule for each port, at a random
 * place among rules about other ports, which allow and deny.
 */
final class Services {
  private static final int[] PORTS = {
    22, 25, 53, 80, 110, 143, 389, 443, 993, 1433, 3306, 5432, 6379, 8080, 8443, 9200
  };

  /** Ports of all other rules begin here. */
  private static final int OTHER_PORTS = 10_000;

  /** Beyond the numbers of any list. */
  static final int FREE_NUMBER = 1 << 20;

  /** TEST-NET-1, which no flow comes from, and the port of discard. */
  private static final Cidr NOBODY = new Cidr(192 << 24 | 2 << 8, 24);

  private static final int DISCARD = 9;

  private Services() {}

  /** A rule that no flow meets, numbered {@link #FREE_NUMBER}. */
  static AclRule unmet() {
    PortRange port = new PortRange(DISCARD, DISCARD);
    return rule(FREE_NUMBER, Direction.INGRESS, Action.DENY, Protocol.UDP, port, NOBODY);
  }

  /** How many ports are in use where lists have this many rules. */
  static int count(int rules) {
    return Math.min(rules, PORTS.length);
  }

  static int port(int service) {
    return PORTS[service];
  }

  /** A list with {@code rules} rules in each direction. */
  static AclList list(String name, int rules, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<AclRule> all = new ArrayList<>(2 * rules);
    for (Direction direction : Direction.values()) {
      int[] places = places(rules, random);
      for (int k = 0; k < rules; k++) {
        int number = all.size() + 1;
        all.add(
            places[k] < count(rules)
                ? allow(number, direction, PORTS[places[k]])
                : other(number, direction, random));
      }
    }
    return new AclList(name, all, Origin.BUILT_IN);
  }

  /** The numbers from 0 in random order; those below {@link #count} stand for services. */
  private static int[] places(int rules, SplittableRandom random) {
    int[] places = new int[rules];
    for (int k = 0; k < rules; k++) {
      int other = random.nextInt(k + 1);
      places[k] = places[other];
      places[other] = k;
    }
    return places;
  }

  private static AclRule allow(int number, Direction direction, int port) {
    return rule(number, direction, Action.ALLOW, Protocol.TCP, new PortRange(port, port), Cidr.ANY);
  }

  private static AclRule other(int number, Direction direction, SplittableRandom random) {
    int first = random.nextInt(OTHER_PORTS, 65_000);
    int last = random.nextInt(4) == 0 ? first + random.nextInt(500) : first;
    int length = 8 + random.nextInt(25);
    int address = 10 << 24 | random.nextInt(1 << 24);
    return rule(
        number,
        direction,
        random.nextInt(4) == 0 ? Action.DENY : Action.ALLOW,
        random.nextInt(4) == 0 ? Protocol.UDP : Protocol.TCP,
        new PortRange(first, last),
        new Cidr(address & Cidr.mask(length), length));
  }

  private static AclRule rule(
      int number, Direction direction, Action action, int protocol, PortRange ports, Cidr cidr) {
    return new AclRule(
        number,
        direction,
        action,
        protocol,
        false,
        Optional.of(ports),
        -1,
        -1,
        List.of(cidr),
        Origin.BUILT_IN);
  }
}
