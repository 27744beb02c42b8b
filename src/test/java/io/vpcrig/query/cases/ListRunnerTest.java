package io.vpcrig.query.cases;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.FilterRule;
import io.vpcrig.model.FlowSet;
import io.vpcrig.model.Origin;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.TestCase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ListRunnerTest {
  private static final long SEED = Long.getLong("vpcrig.seed", 31);
  private static final int BASE = 0x0a00_0000;
  private static final int[] PROTOCOLS = {1, 6, 17, 47, 50};

  /** The slow way: every header that a small set has, one by one. */
  @Test
  void aSetIsDecidedAsByAskingEveryHeader() {
    Random random = new Random(SEED);
    int[] outcomes = new int[2];
    for (int round = 0; round < 800; round++) {
      FilterList list = list(random);
      FlowSet set = set(random);
      boolean allow = random.nextBoolean();
      TestCase.Set test = new TestCase.Set("set", Origin.BUILT_IN, allow, set);
      boolean expected = everyHeader(list, set, allow ? Action.ALLOW : Action.DENY);
      CaseResult result = new ListRunner(list, Duration.ofSeconds(60)).run(test);
      assertEquals(
          expected ? CaseResult.Outcome.PASSED : CaseResult.Outcome.FAILED,
          result.outcome(),
          "seed " + SEED + ", round " + round + ": " + set + " " + list);
      outcomes[expected ? 1 : 0]++;
    }
    assertTrue(outcomes[0] > 80 && outcomes[1] > 80, () -> Arrays.toString(outcomes));
  }

  private static boolean everyHeader(FilterList list, FlowSet set, Action expected) {
    for (int protocol = 0; protocol < 256; protocol++) {
      if (!set.protocols().isEmpty() && !set.protocols().contains(protocol)) {
        continue;
      }
      for (int source = set.source().network(); source <= set.source().last(); source++) {
        for (int at = set.destination().network(); at <= set.destination().last(); at++) {
          for (int ports : ports(set, protocol)) {
            if (list.action(list.firstMatch(source, at, ports, protocol)) != expected) {
              return false;
            }
          }
        }
      }
    }
    return true;
  }

  /** Rules of these lists begin and end at ports up to 9, which are codes of type 0. */
  private static int[] ports(FlowSet set, int protocol) {
    List<Integer> all = new ArrayList<>();
    switch (protocol) {
      case 6, 17 -> {
        for (int from : new int[] {0, 5, 65_535}) {
          for (int to = 0; to <= 12; to++) {
            if (set.sourcePorts().contains(from) && set.destinationPorts().contains(to)) {
              all.add(from << 16 | to);
            }
          }
        }
      }
      case 1 -> {
        for (int type : new int[] {0, 1, 2, 255}) {
          for (int code : new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255}) {
            if ((set.icmpType() < 0 || set.icmpType() == type)
                && (set.icmpCode() < 0 || set.icmpCode() == code)) {
              all.add(type << 8 | code);
            }
          }
        }
      }
      default -> all.add(0);
    }
    return all.stream().mapToInt(each -> each).toArray();
  }

  private static FilterList list(Random random) {
    List<FilterRule> rules = new ArrayList<>();
    for (int k = random.nextInt(6); k > 0; k--) {
      int protocol = random.nextInt(4) == 0 ? -1 : PROTOCOLS[random.nextInt(PROTOCOLS.length)];
      int port = random.nextInt(8);
      rules.add(
          new FilterRule(
              cidr(random),
              cidr(random),
              PortRange.ALL,
              random.nextInt(3) == 0 ? PortRange.ALL : new PortRange(port, port + 2),
              protocol,
              random.nextBoolean() ? Action.ALLOW : Action.DENY,
              "",
              Origin.BUILT_IN));
    }
    return new FilterList("random", rules, random.nextBoolean() ? Action.ALLOW : Action.DENY);
  }

  private static Cidr cidr(Random random) {
    int length = random.nextInt(3) == 0 ? 0 : 30 + random.nextInt(3);
    return new Cidr((BASE | random.nextInt(8)) & Cidr.mask(length), length);
  }

  private static FlowSet set(Random random) {
    int protocol = PROTOCOLS[random.nextInt(PROTOCOLS.length)];
    List<Integer> protocols =
        switch (random.nextInt(4)) {
          case 0 -> List.of();
          case 1 -> List.of(6, 17);
          default -> List.of(protocol);
        };
    boolean ported = protocols.contains(6) || protocols.contains(17);
    int port = random.nextInt(8);
    boolean icmp = protocols.equals(List.of(1));
    int length = 30 + random.nextInt(3);
    return new FlowSet(
        protocols,
        new Cidr((BASE | random.nextInt(8)) & Cidr.mask(length), length),
        PortRange.ALL,
        new Cidr((BASE | random.nextInt(8)) & Cidr.mask(length), length),
        ported ? new PortRange(port, port + random.nextInt(4)) : PortRange.ALL,
        icmp && random.nextBoolean() ? random.nextInt(3) : -1,
        icmp && random.nextBoolean() ? random.nextInt(3) : -1,
        Optional.empty());
  }
}
