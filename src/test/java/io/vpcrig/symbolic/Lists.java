package io.vpcrig.symbolic;

import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.FilterRule;
import io.vpcrig.model.Origin;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random rule lists whose rules meet often, and the slow, obvious way to ask one. */
final class Lists {
  private static final int[] PROTOCOLS = {Protocol.ALL, Protocol.TCP, Protocol.UDP, Protocol.ICMP};

  private Lists() {}

  static FilterList random(Random random, int size) {
    List<FilterRule> rules = new ArrayList<>();
    for (int k = 0; k < size; k++) {
      rules.add(rule(random, k));
    }
    return new FilterList("random", rules, action(random));
  }

  static FilterRule rule(Random random, int k) {
    return new FilterRule(
        cidr(random),
        cidr(random),
        random.nextInt(3) > 0 ? PortRange.ALL : ports(random),
        random.nextInt(3) == 0 ? PortRange.ALL : ports(random),
        PROTOCOLS[random.nextInt(PROTOCOLS.length)],
        action(random),
        Integer.toString(k),
        Origin.BUILT_IN);
  }

  private static Action action(Random random) {
    return random.nextBoolean() ? Action.ALLOW : Action.DENY;
  }

  private static Cidr cidr(Random random) {
    int length = new int[] {0, 1, 2, 3, 8, 30, 32}[random.nextInt(7)];
    return new Cidr(random.nextInt(8) << 29 | random.nextInt(4), length);
  }

  private static PortRange ports(Random random) {
    int first = random.nextInt(6) * 10000;
    return new PortRange(first, Math.min(65535, first + random.nextInt(3) * 10000));
  }

  /** A header that is likely to be in some rule's corner. */
  static Header header(Random random, FilterList list) {
    if (list.rules().isEmpty() || random.nextInt(4) == 0) {
      return new Header(
          random.nextInt(),
          random.nextInt(),
          random.nextInt(1 << 16),
          random.nextInt(1 << 16),
          random.nextInt(256));
    }
    Box box = Box.of(list.rules().get(random.nextInt(list.rules().size())));
    return new Header(
        (int) corner(random, box, Field.SOURCE),
        (int) corner(random, box, Field.DESTINATION),
        (int) corner(random, box, Field.SOURCE_PORT),
        (int) corner(random, box, Field.DESTINATION_PORT),
        (int) corner(random, box, Field.PROTOCOL));
  }

  private static long corner(Random random, Box box, Field field) {
    return random.nextBoolean() ? box.first(field) : box.last(field);
  }

  /** Position of the first rule that matches, or -1. */
  static int decider(FilterList list, Header header) {
    for (int k = 0; k < list.rules().size(); k++) {
      if (header.matches(list.rules().get(k))) {
        return k;
      }
    }
    return -1;
  }

  static Action verdict(FilterList list, Header header) {
    int decider = decider(list, header);
    return decider < 0 ? list.otherwise() : list.rules().get(decider).action();
  }
}
