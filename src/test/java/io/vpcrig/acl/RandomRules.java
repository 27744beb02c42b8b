package io.vpcrig.acl;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Quirk;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Rule sets of several kinds, made at random; the same seed makes the same set. */
public final class RandomRules {
  private static final PortRange HIGH_PORTS = new PortRange(1024, 65535);
  private static final int[] WELL_KNOWN = {20, 22, 25, 53, 80, 110, 123, 161, 389, 443, 993, 3306};

  private RandomRules() {}

  /** A set of any kind here, of up to 250 rules. */
  public static RuleSet any(SplittableRandom random) {
    return switch (random.nextInt(5)) {
      case 0 -> ordinary(random.nextInt(1, 250), random);
      case 1 -> byAddress(random.nextInt(1, 250), random);
      case 2 -> nested(random.nextInt(1, 250), random);
      case 3 -> crossing(random.nextInt(1, 15), random.nextInt(1, 15));
      default -> nasty(random.nextInt(1, 40), random);
    };
  }

  /** As people write them: a few networks, subnets and hosts in them, a few services. */
  public static RuleSet ordinary(int size, SplittableRandom random) {
    int[] networks = random.ints(6).toArray();
    Supplier<Cidr> place =
        () ->
            random.nextInt(3) == 0
                ? Cidr.ANY
                : subnet(networks[random.nextInt(networks.length)], random);
    return make(size, i -> withService(place.get(), place.get(), random, i));
  }

  private static Cidr subnet(int network, SplittableRandom random) {
    int length = 8 * random.nextInt(1, 5) - random.nextInt(2) * random.nextInt(4);
    return new Cidr(network ^ random.nextInt() >>> 12 + random.nextInt(20), length);
  }

  /** Each names an address of its own, as source or as destination; a few name none. */
  public static RuleSet byAddress(int size, SplittableRandom random) {
    Set<Integer> taken = new HashSet<>();
    return make(
        size,
        i -> {
          int address = random.nextInt();
          while (!taken.add(address)) {
            address = random.nextInt();
          }
          Cidr host = new Cidr(address, 32);
          return switch (random.nextInt(16)) {
            case 0 -> withService(Cidr.ANY, new Cidr(address, 8), random, i);
            case 1, 2, 3, 4, 5, 6 -> withService(Cidr.ANY, host, random, i);
            default -> withService(host, Cidr.ANY, random, i);
          };
        });
  }

  /** Prefixes of every length around two addresses. */
  public static RuleSet nested(int size, SplittableRandom random) {
    int from = random.nextInt();
    int to = random.nextInt();
    return make(
        size,
        i ->
            withService(
                new Cidr(from, random.nextInt(33)), new Cidr(to, random.nextInt(33)), random, i));
  }

  /** Sources that may go anywhere, each for a port of its own, and destinations for anybody. */
  public static RuleSet crossing(int sources, int destinations) {
    return make(
        sources + destinations,
        i -> {
          Cidr place = new Cidr(0x0a00_0000 + (i << 8), 24);
          boolean source = i < sources;
          return tcp(source ? place : Cidr.ANY, source ? Cidr.ANY : place, 1000 + i % 500, i);
        });
  }

  /** Every field anything. Ports and protocols of 300 such rules make millions of classes. */
  public static RuleSet nasty(int size, SplittableRandom random) {
    return make(
        size,
        i ->
            new MatchRule(
                anyPrefix(random),
                anyPrefix(random),
                anyPorts(random),
                anyPorts(random),
                random.nextBoolean() ? Protocol.ALL : random.nextInt(256),
                i,
                Quirk.NONE));
  }

  /** Rules of a set with one more put in at a position; identities stay. */
  static RuleSet inserted(RuleSet rules, int position, MatchRule more) {
    List<MatchRule> changed = new ArrayList<>(rules.rules());
    changed.add(position, more);
    return RuleSet.of(changed);
  }

  static MatchRule everything(int protocol, int id) {
    return new MatchRule(
        Cidr.ANY, Cidr.ANY, PortRange.ALL, PortRange.ALL, protocol, id, Quirk.NONE);
  }

  static MatchRule tcp(Cidr source, Cidr destination, int port, int id) {
    return new MatchRule(
        source, destination, PortRange.ALL, one(port), Protocol.TCP, id, Quirk.NONE);
  }

  /** Makes the rule of a position. */
  interface Maker {
    MatchRule rule(int position);
  }

  static RuleSet make(int size, Maker maker) {
    return RuleSet.of(IntStream.range(0, size).mapToObj(maker::rule).toList());
  }

  private static MatchRule withService(
      Cidr source, Cidr destination, SplittableRandom random, int id) {
    int choice = random.nextInt(12);
    int protocol =
        choice < 6
            ? Protocol.TCP
            : choice < 9 ? Protocol.UDP : choice < 10 ? Protocol.ICMP : Protocol.ALL;
    PortRange destinationPorts =
        switch (random.nextInt(8)) {
          case 0 -> HIGH_PORTS;
          case 1 -> new PortRange(random.nextInt(4) * 100, 1023);
          case 2, 3 -> PortRange.ALL;
          default -> one(WELL_KNOWN[random.nextInt(WELL_KNOWN.length)]);
        };
    if (protocol == Protocol.ICMP) {
      int type = random.nextInt(16);
      destinationPorts = new PortRange(type << 8, type << 8 | 255 * random.nextInt(2));
    }
    boolean plain = protocol == Protocol.ALL;
    return new MatchRule(
        source,
        destination,
        random.nextInt(10) == 0 && protocol == Protocol.TCP ? HIGH_PORTS : PortRange.ALL,
        plain ? PortRange.ALL : destinationPorts,
        protocol,
        id,
        Quirk.NONE);
  }

  private static PortRange one(int port) {
    return new PortRange(port, port);
  }

  private static Cidr anyPrefix(SplittableRandom random) {
    int length = random.nextInt(3) == 0 ? 0 : random.nextInt(33);
    return new Cidr(random.nextBoolean() ? random.nextInt() : random.nextInt(16) << 28, length);
  }

  private static PortRange anyPorts(SplittableRandom random) {
    int first = random.nextInt(65536);
    return switch (random.nextInt(4)) {
      case 0 -> new PortRange(first, random.nextInt(first, 65536));
      case 1 -> one(first);
      default -> PortRange.ALL;
    };
  }
}
