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
import java.util.SplittableRandom;

/**
 * Headers that tell lists apart: for every rule one inside it, and that one with each field at its
 * first and last value and just outside both; some that mix fields of two rules; some anywhere.
 */
final class HeaderDraw {
  private static final int[] PORTS = {0, 1, 22, 80, 443, 1023, 1024, 32767, 32768, 65534, 65535};
  private static final int[] PROTOCOLS = {
    0, Protocol.ICMP, 2, Protocol.TCP, Protocol.UDP, 47, 50, 132, 254, 255
  };
  private static final int ANYWHERE = 20;

  private final SplittableRandom random;
  private final Set<Flow> drawn = new LinkedHashSet<>();

  private HeaderDraw(SplittableRandom random) {
    this.random = random;
  }

  /**
   * @param most how many at most
   */
  static List<Flow> of(WrittenList list, int most, SplittableRandom random) {
    HeaderDraw draw = new HeaderDraw(random);
    List<WrittenRule> rules = new ArrayList<>(list.rules());
    for (int i = 0; i < ANYWHERE; i++) {
      draw.anywhere();
    }
    // Of a long list, other rules every time.
    Draws.shuffle(rules, random);
    for (WrittenRule rule : rules) {
      if (draw.drawn.size() >= most) {
        break;
      }
      draw.around(rule);
      draw.mixed(rule, rules.get(random.nextInt(rules.size())));
    }
    return draw.drawn.stream().limit(most).toList();
  }

  private void anywhere() {
    add(random.nextInt(), random.nextInt(), anyPort(), anyPort(), anyProtocol());
  }

  private void mixed(WrittenRule one, WrittenRule other) {
    add(
        inside(Draws.of(one.sources(), random)),
        inside(Draws.of(other.destinations(), random)),
        inside(other.sourcePorts()),
        inside(one.destinationPorts()),
        protocol(random.nextBoolean() ? one : other));
  }

  private void around(WrittenRule rule) {
    for (Cidr from : rule.sources()) {
      for (Cidr to : rule.destinations()) {
        around(rule, from, to);
      }
    }
  }

  private void around(WrittenRule rule, Cidr from, Cidr to) {
    int protocol = protocol(rule);
    int source = inside(from);
    int destination = inside(to);
    int high = inside(rule.sourcePorts());
    int low = inside(rule.destinationPorts());
    add(source, destination, high, low, protocol);
    add(from.network(), to.network(), rule.sourcePorts().first(), edge(rule, false), protocol);
    add(from.last(), to.last(), rule.sourcePorts().last(), edge(rule, true), protocol);
    add(destination, source, low, high, protocol);
    for (int edge : edges(from.network(), from.last())) {
      add(edge, destination, high, low, protocol);
    }
    for (int edge : edges(to.network(), to.last())) {
      add(source, edge, high, low, protocol);
    }
    for (int edge : edges(rule.sourcePorts())) {
      add(source, destination, edge, low, protocol);
    }
    for (int edge : edges(rule.destinationPorts())) {
      add(source, destination, high, edge, protocol);
    }
    // Another type with the same code, and the same type with another code.
    add(source, destination, high, low ^ 0x100, protocol);
    add(source, destination, high, low ^ 1, protocol);
    for (int other : PROTOCOLS) {
      add(source, destination, high, low, other);
    }
    add(source, destination, high, low, protocol + 1);
    add(source, destination, high, low, protocol - 1);
  }

  private static int edge(WrittenRule rule, boolean last) {
    return last ? rule.destinationPorts().last() : rule.destinationPorts().first();
  }

  /** Neighbours of the smallest value wrap to the largest, which is an edge as well. */
  private static int[] edges(int first, int last) {
    return new int[] {first - 1, first, last, last + 1};
  }

  private static int[] edges(PortRange ports) {
    return ports.equals(PortRange.ALL) ? PORTS : edges(ports.first(), ports.last());
  }

  private int protocol(WrittenRule rule) {
    return rule.protocol() == Protocol.ALL ? anyProtocol() : rule.protocol();
  }

  private int anyProtocol() {
    return random.nextInt(4) == 0 ? random.nextInt(256) : Draws.of(PROTOCOLS, random);
  }

  private int anyPort() {
    return random.nextBoolean() ? random.nextInt(65536) : Draws.of(PORTS, random);
  }

  private int inside(Cidr cidr) {
    return cidr.network() | random.nextInt() & ~cidr.mask();
  }

  private int inside(PortRange ports) {
    return ports.equals(PortRange.ALL)
        ? anyPort()
        : random.nextInt(ports.first(), ports.last() + 1);
  }

  /** ICMP has no identifier here; what has no ports has none. */
  private void add(int source, int destination, int high, int low, int protocol) {
    int number = protocol & 0xff;
    int ports = (number == Protocol.ICMP ? 0 : high << 16) | low & 0xffff;
    drawn.add(Flow.of(number, source, destination, ports, Optional.empty()));
  }
}
