package io.vpcrig.query.compiler;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.Flow;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Rules and headers that say less than a given one, the simplest first. */
final class Simpler {
  private static final int[] LENGTHS = {0, 1, 8, 16, 24, 30, 31};
  private static final int SOURCE = 0x0a00_0001;
  private static final int DESTINATION = 0x0a00_0002;
  private static final int CLIENT_PORT = 40_000;
  private static final int SERVER_PORT = 80;

  private Simpler() {}

  /** Each matches more, or has fewer prefixes, or is written more plainly. */
  static List<WrittenRule> rules(WrittenRule rule) {
    List<WrittenRule> simpler = new ArrayList<>();
    boolean portless =
        rule.sourcePorts().equals(PortRange.ALL) && rule.destinationPorts().equals(PortRange.ALL);
    if (rule.protocol() != Protocol.ALL && portless) {
      simpler.add(rule.withProtocol(Protocol.ALL, false));
    }
    if (rule.byNumber()) {
      simpler.add(rule.withProtocol(rule.protocol(), false));
    }
    cidrs(rule.sources(), others -> simpler.add(rule.withSources(others)));
    cidrs(rule.destinations(), others -> simpler.add(rule.withDestinations(others)));
    ports(rule.sourcePorts(), others -> simpler.add(rule.withSourcePorts(others)));
    if (rule.protocol() == Protocol.ICMP) {
      types(rule.destinationPorts(), others -> simpler.add(rule.withDestinationPorts(others)));
    } else {
      ports(rule.destinationPorts(), others -> simpler.add(rule.withDestinationPorts(others)));
    }
    return simpler;
  }

  private static void cidrs(List<Cidr> cidrs, Consumer<List<Cidr>> to) {
    for (int i = 0; cidrs.size() > 1 && i < cidrs.size(); i++) {
      List<Cidr> fewer = new ArrayList<>(cidrs);
      fewer.remove(i);
      to.accept(fewer);
    }
    for (int i = 0; i < cidrs.size(); i++) {
      for (Cidr wider : wider(cidrs.get(i))) {
        List<Cidr> changed = new ArrayList<>(cidrs);
        changed.set(i, wider);
        to.accept(changed);
      }
    }
  }

  private static List<Cidr> wider(Cidr cidr) {
    List<Cidr> wider = new ArrayList<>();
    for (int length : LENGTHS) {
      if (length < cidr.length()) {
        wider.add(new Cidr(cidr.address() & Cidr.mask(length), length));
      }
    }
    if (cidr.address() != cidr.network()) {
      wider.add(new Cidr(cidr.network(), cidr.length()));
    }
    return wider;
  }

  private static void ports(PortRange ports, Consumer<PortRange> to) {
    if (!ports.equals(PortRange.ALL)) {
      to.accept(PortRange.ALL);
      if (ports.first() > 0) {
        to.accept(new PortRange(0, ports.last()));
      }
      if (ports.last() < 65535) {
        to.accept(new PortRange(ports.first(), 65535));
      }
    }
  }

  private static void types(PortRange types, Consumer<PortRange> to) {
    if (!types.equals(PortRange.ALL)) {
      to.accept(PortRange.ALL);
      int type = types.first() & 0xff00;
      if (types.size() == 1) {
        to.accept(new PortRange(type, type | 255));
      }
    }
  }

  /**
   * Headers that differ from one in one field, which is more usual there. A field's usual values
   * are in order, so taking the first that serves comes to an end.
   */
  static List<Flow> headers(Flow header, WrittenList list) {
    List<Flow> simpler = new ArrayList<>();
    int high = header.ports() >>> 16;
    int low = header.ports() & 0xffff;
    before(Set.of(), Protocol.TCP, header.protocol())
        .forEach(p -> simpler.add(flow(p, header.source(), header.destination(), high, low)));
    before(usual(SOURCE, list, WrittenRule::sources), SOURCE, header.source())
        .forEach(s -> simpler.add(flow(header.protocol(), s, header.destination(), high, low)));
    before(usual(DESTINATION, list, WrittenRule::destinations), DESTINATION, header.destination())
        .forEach(d -> simpler.add(flow(header.protocol(), header.source(), d, high, low)));
    if (header.protocol() == Protocol.ICMP) {
      before(Set.of(0), 8 << 8, low)
          .forEach(
              t -> simpler.add(flow(Protocol.ICMP, header.source(), header.destination(), 0, t)));
    } else if (WrittenRule.hasPorts(header.protocol())) {
      before(Set.of(), CLIENT_PORT, high).forEach(p -> simpler.add(ported(header, p, low)));
      before(Set.of(), SERVER_PORT, low).forEach(p -> simpler.add(ported(header, high, p)));
    }
    return simpler;
  }

  private static Flow ported(Flow header, int high, int low) {
    return flow(header.protocol(), header.source(), header.destination(), high, low);
  }

  private static Flow flow(int protocol, int source, int destination, int high, int low) {
    return Flow.of(protocol, source, destination, high << 16 | low, Optional.empty());
  }

  /** First hosts, first and last addresses of a list's prefixes. */
  private static Set<Integer> usual(
      int first, WrittenList list, Function<WrittenRule, List<Cidr>> of) {
    Set<Integer> usual = new LinkedHashSet<>();
    usual.add(first);
    for (Function<Cidr, Integer> place :
        List.<Function<Cidr, Integer>>of(
            cidr -> cidr.network() | (cidr.length() < 31 ? 1 : 0), Cidr::network, Cidr::last)) {
      list.rules().stream().flatMap(rule -> of.apply(rule).stream()).map(place).forEach(usual::add);
    }
    return usual;
  }

  /** The values before {@code now}, all of them if it is none of them. */
  private static Set<Integer> before(Set<Integer> others, int first, int now) {
    Set<Integer> values = new LinkedHashSet<>();
    values.add(first);
    values.addAll(others);
    return values.stream()
        .takeWhile(value -> value != now)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }
}
