package io.vpcrig.query.compiler;

import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Lists at random. Their rules share a few addresses and ports, so that they overlap, nest and
 * touch; values at the ends of their ranges come often.
 */
final class ListDraw {
  private static final int[] ADDRESSES = {
    0x0000_0000,
    0x0a00_0000,
    0x0a01_0200,
    0x7fff_ffff,
    0x8000_0000,
    0xac10_0000,
    0xc0a8_0101,
    0xffff_ffff
  };
  private static final int[] LENGTHS = {0, 1, 7, 8, 9, 15, 16, 17, 23, 24, 25, 30, 31, 32};
  private static final int[] PORTS = {0, 1, 22, 80, 443, 1023, 1024, 32767, 32768, 65534, 65535};
  private static final int[] NUMBERS = {0, 1, 2, 6, 17, 47, 50, 132, 254, 255};
  private static final int[] TYPES = {0, 3, 8, 11, 255};
  private static final int ANCHORS = 3;

  private final SplittableRandom random;
  private final int[] addresses = new int[ANCHORS];
  private final int[] ports = new int[ANCHORS];

  private ListDraw(SplittableRandom random) {
    this.random = random;
    for (int i = 0; i < ANCHORS; i++) {
      addresses[i] = random.nextBoolean() ? Draws.of(ADDRESSES, random) : random.nextInt();
      ports[i] = random.nextBoolean() ? Draws.of(PORTS, random) : random.nextInt(65536);
    }
  }

  /** A list of up to 40 rules, mostly of a few. */
  static WrittenList list(SplittableRandom random) {
    ListDraw draw = new ListDraw(random);
    int size =
        switch (random.nextInt(20)) {
          case 0 -> 0;
          case 1, 2, 3, 4, 5, 6, 7, 8, 9 -> random.nextInt(1, 4);
          case 10, 11, 12, 13, 14, 15 -> random.nextInt(4, 9);
          default -> random.nextInt(9, 41);
        };
    List<WrittenRule> rules = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      rules.add(i > 0 && Draws.oneIn(8, random) ? draw.again(rules) : draw.rule());
    }
    return new WrittenList(rules, draw.action());
  }

  /** One rule at the ends of what can be written. */
  static WrittenList boundary(SplittableRandom random) {
    ListDraw draw = new ListDraw(random);
    int protocol = Draws.of(NUMBERS, random);
    WrittenRule rule =
        WrittenRule.everything(draw.action())
            .withProtocol(protocol, random.nextBoolean() && Feature.isNamed(protocol))
            .withSources(List.of(draw.corner()))
            .withDestinations(List.of(draw.corner()));
    if (WrittenRule.hasPorts(protocol)) {
      rule = rule.withDestinationPorts(draw.cornerPorts());
    } else if (protocol == Protocol.ICMP) {
      rule = rule.withDestinationPorts(draw.types());
    }
    Action otherwise = rule.action() == Action.ALLOW ? Action.DENY : Action.ALLOW;
    return new WrittenList(List.of(rule), otherwise);
  }

  /** A rule that was there before, as it was or with the other action. */
  private WrittenRule again(List<WrittenRule> rules) {
    WrittenRule rule = Draws.of(rules, random);
    return random.nextBoolean() ? rule : rule.withAction(action());
  }

  /** A rule of its own; used for edits as well. */
  static WrittenRule rule(SplittableRandom random) {
    return new ListDraw(random).rule();
  }

  private WrittenRule rule() {
    int protocol = protocol();
    boolean named = Feature.isNamed(protocol);
    boolean ported = WrittenRule.hasPorts(protocol);
    return new WrittenRule(
        action(),
        protocol,
        named && Draws.oneIn(8, random),
        cidrs(),
        ported && Draws.oneIn(4, random) ? ports() : PortRange.ALL,
        cidrs(),
        ported ? ports() : protocol == Protocol.ICMP ? types() : PortRange.ALL);
  }

  private int protocol() {
    return switch (random.nextInt(10)) {
      case 0, 1, 2, 3 -> Protocol.TCP;
      case 4, 5 -> Protocol.UDP;
      case 6 -> Protocol.ICMP;
      case 7 -> Draws.of(NUMBERS, random);
      default -> Protocol.ALL;
    };
  }

  private List<Cidr> cidrs() {
    int count = Draws.oneIn(6, random) ? random.nextInt(2, 4) : 1;
    List<Cidr> cidrs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      cidrs.add(cidr());
    }
    return cidrs;
  }

  private Cidr cidr() {
    if (Draws.oneIn(4, random)) {
      return Cidr.ANY;
    }
    int length = random.nextBoolean() ? Draws.of(LENGTHS, random) : random.nextInt(33);
    int address = Draws.of(addresses, random);
    if (length > 0 && Draws.oneIn(3, random)) {
      address ^= 1 << 32 - length; // The prefix beside it.
    }
    return new Cidr(Draws.oneIn(8, random) ? address : address & Cidr.mask(length), length);
  }

  private Cidr corner() {
    int length = Draws.of(LENGTHS, random);
    return new Cidr(Draws.of(ADDRESSES, random) & Cidr.mask(length), length);
  }

  private PortRange ports() {
    int one = Draws.of(ports, random);
    int other = random.nextBoolean() ? Draws.of(ports, random) : Draws.of(PORTS, random);
    return switch (random.nextInt(6)) {
      case 0, 1 -> PortRange.ALL;
      case 2, 3 -> range(one, other);
      case 4 -> range(one, Math.min(65535, one + 1 + random.nextInt(3)));
      default -> range(one, one);
    };
  }

  private PortRange cornerPorts() {
    return range(Draws.of(PORTS, random), Draws.of(PORTS, random));
  }

  private static PortRange range(int one, int other) {
    return new PortRange(Math.min(one, other), Math.max(one, other));
  }

  private PortRange types() {
    int type = (random.nextBoolean() ? Draws.of(TYPES, random) : random.nextInt(256)) << 8;
    int code = type | (Draws.oneIn(4, random) ? 255 : random.nextInt(4));
    return switch (random.nextInt(4)) {
      case 0 -> PortRange.ALL;
      case 1 -> new PortRange(type, type | 255);
      default -> new PortRange(code, code);
    };
  }

  private Action action() {
    return random.nextBoolean() ? Action.ALLOW : Action.DENY;
  }
}
