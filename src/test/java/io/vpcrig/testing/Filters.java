package io.vpcrig.testing;

import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.FilterRule;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Origin;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;

/** Headers at the edges of filter lists' rules, and random lists. */
public final class Filters {
  private Filters() {}

  /**
   * A header's five fields, as of {@link io.vpcrig.model.FilterRule#matches}: no ports are 0,
   * ICMP's are its identifier and {@code type << 8 | code}.
   */
  public record Header(
      int source, int destination, int sourcePort, int destinationPort, int protocol) {
    @Override
    public String toString() {
      return "%s:%d > %s:%d protocol %d"
          .formatted(
              Ipv4Text.format(source),
              sourcePort,
              Ipv4Text.format(destination),
              destinationPort,
              protocol);
    }
  }

  /** What random rules may test. */
  public record Kinds(
      boolean bothAddresses, boolean sourcePorts, boolean portsOfAnyProtocol, boolean denies) {}

  /** Index of the first rule that matches, -1 if none does. */
  public static int decider(FilterList list, Header header) {
    return list.firstMatch(
        header.source,
        header.destination,
        header.sourcePort << 16 | header.destinationPort,
        header.protocol);
  }

  public static Action verdict(FilterList list, Header header) {
    return list.action(decider(list, header));
  }

  /** A header on which two lists differ, among many at the edges of their rules. */
  public static Optional<String> difference(
      FilterList one, FilterList other, int headers, SplittableRandom random) {
    List<FilterRule> rules = new ArrayList<>(one.rules());
    rules.addAll(other.rules());
    for (Header header : edges(rules, headers, random)) {
      Action expected = verdict(one, header);
      Action found = verdict(other, header);
      if (expected != found) {
        return Optional.of(header + ": " + expected + " and " + found);
      }
    }
    return Optional.empty();
  }

  /** Headers whose fields are each the first or last number of a rule's field, or just outside. */
  public static List<Header> edges(List<FilterRule> rules, int count, SplittableRandom random) {
    IntFunction<Integer> none = i -> i;
    List<Integer> sources = edges(rules, r -> r.source().network(), r -> r.source().last(), none);
    List<Integer> destinations =
        edges(rules, r -> r.destination().network(), r -> r.destination().last(), none);
    IntFunction<Integer> port = i -> i & 0xffff;
    List<Integer> sourcePorts =
        edges(rules, r -> r.sourcePorts().first(), r -> r.sourcePorts().last(), port);
    List<Integer> destinationPorts =
        edges(rules, r -> r.destinationPorts().first(), r -> r.destinationPorts().last(), port);
    List<Integer> protocols =
        edges(rules, FilterRule::protocol, FilterRule::protocol, i -> i & 0xff);
    List<Header> headers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int protocol =
          random.nextInt(4) == 0
              ? pick(protocols, random)
              : new int[] {Protocol.TCP, Protocol.UDP, Protocol.ICMP}[random.nextInt(3)];
      boolean hasPorts =
          protocol == Protocol.TCP || protocol == Protocol.UDP || protocol == Protocol.ICMP;
      headers.add(
          new Header(
              pick(sources, random),
              pick(destinations, random),
              hasPorts ? pick(sourcePorts, random) : 0,
              hasPorts ? pick(destinationPorts, random) : 0,
              protocol));
    }
    return headers;
  }

  private static List<Integer> edges(
      List<FilterRule> rules,
      ToIntFunction<FilterRule> first,
      ToIntFunction<FilterRule> last,
      IntFunction<Integer> wrap) {
    TreeSet<Integer> values = new TreeSet<>();
    values.add(wrap.apply(0));
    values.add(wrap.apply(-1));
    for (FilterRule rule : rules) {
      for (int value : new int[] {first.applyAsInt(rule), last.applyAsInt(rule)}) {
        for (int step = -1; step <= 1; step++) {
          values.add(wrap.apply(value + step));
        }
      }
    }
    return List.copyOf(values);
  }

  private static int pick(List<Integer> some, SplittableRandom random) {
    return some.get(random.nextInt(some.size()));
  }

  /** A list of up to 12 rules that overlap often. */
  public static FilterList random(String name, Kinds kinds, SplittableRandom random) {
    List<FilterRule> rules = new ArrayList<>();
    int count = random.nextInt(13);
    boolean ingress = random.nextBoolean();
    for (int i = 0; i < count; i++) {
      Cidr source = kinds.bothAddresses || ingress ? cidr(random) : Cidr.ANY;
      Cidr destination = kinds.bothAddresses || !ingress ? cidr(random) : Cidr.ANY;
      int protocol = protocol(random);
      boolean hasPorts =
          protocol == Protocol.TCP || protocol == Protocol.UDP || kinds.portsOfAnyProtocol;
      boolean hasTypes = hasPorts || protocol == Protocol.ICMP;
      rules.add(
          new FilterRule(
              source,
              destination,
              kinds.sourcePorts && hasPorts ? ports(random) : PortRange.ALL,
              protocol == Protocol.ICMP ? types(random) : hasTypes ? ports(random) : PortRange.ALL,
              protocol,
              kinds.denies && random.nextBoolean() ? Action.DENY : Action.ALLOW,
              Integer.toString(i + 1),
              Origin.BUILT_IN));
    }
    Action otherwise = kinds.denies && random.nextBoolean() ? Action.ALLOW : Action.DENY;
    return new FilterList(
        name.isEmpty() ? (ingress ? "web:ingress" : "web:egress") : name, rules, otherwise);
  }

  private static Cidr cidr(SplittableRandom random) {
    int length = new int[] {0, 8, 15, 24, 30, 31, 32}[random.nextInt(7)];
    return new Cidr(0x0a00_0000 | random.nextInt(4) << 22 | random.nextInt(1024), length);
  }

  private static int protocol(SplittableRandom random) {
    return switch (random.nextInt(8)) {
      case 0 -> Protocol.ALL;
      case 1 -> Protocol.ICMP;
      case 2 -> new int[] {2, 47, 89, 253}[random.nextInt(4)];
      case 3, 4 -> Protocol.UDP;
      default -> Protocol.TCP;
    };
  }

  private static PortRange ports(SplittableRandom random) {
    int first = random.nextInt(4) == 0 ? random.nextInt(65_536) : random.nextInt(64);
    return switch (random.nextInt(4)) {
      case 0 -> PortRange.ALL;
      case 1 -> new PortRange(first, first);
      case 2 -> new PortRange(first, 65_535);
      default -> new PortRange(first, Math.min(65_535, first + random.nextInt(1024)));
    };
  }

  /** Any message, one type, or one message of a code that every format knows. */
  private static PortRange types(SplittableRandom random) {
    int type = random.nextInt(32) << 8;
    int message = type | random.nextInt(17);
    return switch (random.nextInt(3)) {
      case 0 -> PortRange.ALL;
      case 1 -> new PortRange(type, type | 0xff);
      default -> new PortRange(message, message);
    };
  }
}
