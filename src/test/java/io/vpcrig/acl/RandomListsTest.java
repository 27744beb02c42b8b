package io.vpcrig.acl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Direction;
import io.vpcrig.model.Origin;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Quirk;
import io.vpcrig.model.Semantics;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Compiled lists against {@link PlainEvaluator}; few addresses and ports, so that rules collide.
 */
class RandomListsTest {
  private static final int LISTS = 600;
  private static final int FLOWS = 200;
  private static final int SEGMENT = 0;

  private record Flow(int source, int destination, int ports, int protocol) {}

  @Test
  void compiledListsDecideLikeThePlainEvaluator() {
    long seed = Long.getLong("vpcrig.seed", 20_261_122);
    var random = new SplittableRandom(seed);
    Set<Quirk> seen = EnumSet.noneOf(Quirk.class);
    for (int i = 0; i < LISTS; i++) {
      AclList list = list(random);
      AclTable intended = table(list, Semantics.INTENDED);
      AclTable shipped = table(list, Semantics.SHIPPED);
      for (int k = 0; k < FLOWS; k++) {
        var flow = new Flow(address(random), address(random), port(random), protocol(random));
        for (Direction direction : Direction.values()) {
          Supplier<String> what =
              () -> "seed %d: %s %s of %s".formatted(seed, flow, direction, list);
          long meant = check(list, direction, Semantics.INTENDED, flow, intended, what);
          long real = check(list, direction, Semantics.SHIPPED, flow, shipped, what);
          boolean differ = AclAnswer.allowed(meant) != AclAnswer.allowed(real);
          Quirk quirk = Quirk.values()[AclAnswer.quirk(real)];
          assertEquals(0, AclAnswer.quirk(meant), what);
          assertEquals(differ, quirk != Quirk.NONE, what);
          assertTrue(!differ || carried(list, direction).contains(quirk), what);
          seen.add(quirk);
        }
      }
    }
    assertEquals(4, seen.size(), () -> "only " + seen);
  }

  /** Compares one answer with the plain evaluator's, and returns it. */
  private static long check(
      AclList list,
      Direction direction,
      Semantics semantics,
      Flow flow,
      AclTable table,
      Supplier<String> what) {
    Optional<AclRule> expected =
        PlainEvaluator.decide(
            list, direction, semantics, flow.source, flow.destination, flow.ports, flow.protocol);
    long answer = ask(table, direction, flow.source, flow.destination, flow.ports, flow.protocol);
    int rule = AclAnswer.rule(answer);
    assertEquals(
        expected,
        rule == Classifier.NONE ? Optional.empty() : Optional.of(table.rules().rule(rule)),
        what);
    boolean allowed =
        expected
            .map(decider -> decider.action() == Action.ALLOW)
            .orElse(direction == Direction.EGRESS);
    assertEquals(allowed, AclAnswer.allowed(answer), what);
    assertEquals(0, AclAnswer.list(answer), what);
    return answer;
  }

  /** Quirks that the rules of one direction can cause. */
  private static Set<Quirk> carried(AclList list, Direction direction) {
    Set<Quirk> quirks = EnumSet.noneOf(Quirk.class);
    for (AclRule rule : list.rules(direction)) {
      boolean ports = rule.protocol() == Protocol.TCP || rule.protocol() == Protocol.UDP;
      if (ports && rule.protocolByNumber() && rule.ports().isPresent()) {
        quirks.add(Quirk.NUMBERED_PROTOCOL);
      }
      if (ports && !rule.protocolByNumber() && rule.ports().isEmpty()) {
        quirks.add(Quirk.ABSENT_PORTS);
      }
      if (rule.cidrs().size() > 1) {
        quirks.add(Quirk.SEVERAL_CIDRS);
      }
    }
    return quirks;
  }

  private static long ask(
      AclTable table, Direction direction, int source, int destination, int ports, int protocol) {
    return direction == Direction.EGRESS
        ? table.judgeEgress(SEGMENT, source, destination, ports, protocol)
        : table.judgeIngress(SEGMENT, source, destination, ports, protocol);
  }

  private static AclTable table(AclList list, Semantics semantics) {
    return AclCompiler.compile(
        AclSamples.vpc(
            semantics,
            List.of(AclSamples.tier("t", 101, "10.0.0.1/8", list.name())),
            List.of(list),
            List.of()));
  }

  static AclList list(SplittableRandom random) {
    List<AclRule> rules = new ArrayList<>();
    int size = random.nextInt(1, random.nextInt(4) == 0 ? 60 : 8);
    for (int number = 1; number <= size; number++) {
      rules.add(rule(number, random));
    }
    return new AclList("random", rules, Origin.BUILT_IN);
  }

  static AclRule rule(int number, SplittableRandom random) {
    int protocol = random.nextInt(5) == 0 ? Protocol.ALL : protocol(random);
    boolean numbered = protocol != Protocol.ALL && random.nextInt(3) == 0;
    Optional<PortRange> ports = Optional.empty();
    if (random.nextInt(3) > 0 && protocol != Protocol.ICMP && protocol != Protocol.ALL) {
      int first = port(random);
      ports = Optional.of(new PortRange(first, Math.max(first, port(random))));
    }
    int type = protocol == Protocol.ICMP ? random.nextInt(-1, 3) : -1;
    int code = type >= 0 ? random.nextInt(-1, 3) : -1;
    List<Cidr> cidrs = new ArrayList<>();
    do {
      cidrs.add(new Cidr(address(random), new int[] {0, 8, 29, 30, 31, 32}[random.nextInt(6)]));
    } while (random.nextInt(3) == 0);
    return new AclRule(
        number,
        random.nextBoolean() ? Direction.INGRESS : Direction.EGRESS,
        random.nextBoolean() ? Action.ALLOW : Action.DENY,
        protocol,
        numbered,
        ports,
        type,
        code,
        cidrs,
        Origin.BUILT_IN);
  }

  static int protocol(SplittableRandom random) {
    return new int[] {Protocol.TCP, Protocol.TCP, Protocol.UDP, Protocol.ICMP, 47}
        [random.nextInt(5)];
  }

  static int address(SplittableRandom random) {
    return 0x0a00_0000 | random.nextInt(8);
  }

  /** Also ICMP types and codes 0..2. */
  static int port(SplittableRandom random) {
    return random.nextInt(3) << 8 | random.nextInt(3);
  }
}
