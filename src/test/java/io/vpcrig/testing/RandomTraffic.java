package io.vpcrig.testing;

import io.vpcrig.model.AclRule;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Flow;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Vpc;
import io.vpcrig.query.Flows;
import io.vpcrig.query.Outcome;
import io.vpcrig.query.Packet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Packets made by chance that hit what is interesting in a VPC: addresses and ports that something
 * in it mentions, the ones beside them, answers to what was forwarded, later packets, ICMP errors.
 * Every packet's headers are valid. Time only goes forward, mostly by microseconds, sometimes past
 * time-outs.
 */
public final class RandomTraffic {
  private static final long SECOND = 1_000_000_000L;
  private static final int REMEMBERED = 64;
  private static final int[] FLAGS = {
    Packet.SYN,
    Packet.ACK,
    Packet.SYN | Packet.ACK,
    Packet.FIN | Packet.ACK,
    Packet.RST,
    Packet.RST | Packet.ACK,
    Packet.PSH | Packet.ACK
  };
  private static final int[] TIMEOUTS = {2, 10, 30, 60, 120, 300, 600};

  /** Destination ports of VXLAN: a datagram to them in a tagged frame is a tunnel's. */
  private static final List<Integer> TUNNEL_PORTS = List.of(4789, 8472);

  private final Random random;
  private final Vpc vpc;
  private final List<Segment> segments;
  private final List<Integer> sources = new ArrayList<>();
  private final List<Integer> destinations = new ArrayList<>();
  private final List<Integer> ports = new ArrayList<>(List.of(0, 22, 53, 67, 80, 443, 8080, 65535));

  /** A packet that was forwarded, and how it left. */
  private record Forwarded(Packet packet, Flow left, String out) {}

  private final List<Forwarded> forwarded = new ArrayList<>();
  private long nowNs = 1_700_000_000L * SECOND;

  public RandomTraffic(Vpc vpc, long seed) {
    this.random = new Random(seed);
    this.vpc = vpc;
    this.segments = vpc.segments();
    vpc.hosts().forEach(host -> sources.add(host.address()));
    for (Segment segment : segments) {
      Cidr subnet = segment.subnet();
      sources.add(subnet.network() + 5);
      sources.add(subnet.network() + 6);
      destinations.add(segment.address());
      destinations.add(subnet.last());
    }
    vpc.staticRoutes().forEach(route -> sources.add(route.cidr().network() + 9));
    sources.add(0xc612_0032);
    sources.add(0x0808_0808);
    destinations.addAll(sources);
    destinations.addAll(vpc.publicAddresses());
    destinations.addAll(vpc.publicAddresses());
    destinations.add(vpc.cidr().last() - 3);
    vpc.lists().values().forEach(list -> list.rules().forEach(this::corners));
    vpc.portForwards().forEach(forward -> corners(forward.ports()));
    destinations.addAll(vpc.virtualAddresses().keySet());
  }

  /** Nanoseconds since the epoch of the last packet. */
  public long nowNs() {
    return nowNs;
  }

  /** The next packet. */
  public Packet next() {
    pass();
    int kind = random.nextInt(100);
    if (forwarded.isEmpty() || kind < 45) {
      return fresh();
    }
    Forwarded known = any(forwarded);
    if (kind < 72) {
      return at(known.out, Flows.reply(known.left), answerFlags());
    }
    if (kind < 76) {
      return rival(known);
    }
    if (kind < 88) {
      return at(known.packet.in(), known.packet.flow(), anyFlags());
    }
    if (kind < 91) {
      return at(any(segments).name(), Flows.reply(known.left), anyFlags());
    }
    return kind < 98
        ? error(known)
        : Packet.arp(any(segments).name(), any(sources), any(destinations), nowNs);
  }

  /** Tells what became of a packet, so that answers to it can be made. */
  public void became(Packet packet, Outcome outcome) {
    if (outcome.verdict().equals("forward") && !packet.about().isPresent()) {
      Forwarded known =
          new Forwarded(packet, outcome.rewritten().orElseThrow(), outcome.out().orElseThrow());
      if (TUNNEL_PORTS.contains(known.left.sourcePort())) {
        return; // A port chosen by chance; the answer would be a tunnel's.
      }
      if (forwarded.size() < REMEMBERED) {
        forwarded.add(known);
      } else {
        forwarded.set(random.nextInt(REMEMBERED), known);
      }
    }
  }

  private void pass() {
    int kind = random.nextInt(1000);
    if (kind < 900) {
      nowNs += random.nextInt(1_000_000);
    } else if (kind < 990) {
      nowNs += random.nextInt((int) SECOND);
    } else if (kind < 995) {
      nowNs += SECOND + random.nextLong(40 * SECOND);
    } else {
      // Right at, or just before, the end of what the last packet touched.
      nowNs += TIMEOUTS[random.nextInt(TIMEOUTS.length)] * SECOND - random.nextInt(2);
    }
  }

  // --- new flows -----------------------------------------------------------------------------

  private Packet fresh() {
    Segment in = any(segments);
    int source = random.nextInt(10) == 0 ? any(sources) : sourceIn(in);
    int destination = destination();
    if (random.nextInt(200) == 0) {
      return at(in.name(), Flows.of(Protocol.UDP, 0, 68, -1, 67), 0);
    }
    return switch (random.nextInt(20)) {
      case 0, 1, 2 -> at(in.name(), icmp(source, destination), 0);
      case 3 -> at(in.name(), Flows.of(protocol(), source, 0, destination, 0), 0);
      case 4, 5, 6, 7, 8 -> at(in.name(), ported(Protocol.UDP, source, destination), 0);
      default -> at(in.name(), ported(Protocol.TCP, source, destination), firstFlags());
    };
  }

  private Flow ported(int protocol, int source, int destination) {
    if (!vpc.portForwards().isEmpty() && random.nextInt(4) == 0) {
      var forward = any(vpc.portForwards());
      int port = forward.ports().first() + random.nextInt(forward.ports().size());
      return Flows.of(protocol, source, sourcePort(), forward.publicAddress(), notATunnel(port));
    }
    if (!vpc.loadBalancers().isEmpty() && random.nextInt(3) == 0) {
      var balancer = any(vpc.loadBalancers());
      return Flows.of(protocol, source, sourcePort(), balancer.address(), balancer.port());
    }
    int port = random.nextInt(4) == 0 ? random.nextInt(65536) : any(ports);
    return Flows.of(protocol, source, sourcePort(), destination, notATunnel(port));
  }

  private static int notATunnel(int port) {
    return TUNNEL_PORTS.contains(port) ? 80 : port;
  }

  /** Few enough that connections clash after translation. */
  private int sourcePort() {
    return switch (random.nextInt(8)) {
      case 0 -> notATunnel(random.nextInt(65536));
      case 1 -> 500 + random.nextInt(20);
      default -> 40000 + random.nextInt(16);
    };
  }

  private Flow icmp(int source, int destination) {
    int type = random.nextInt(4) != 0 ? 8 : any(List.of(0, 9, 13, 14, 15, 16, 17, 18, 40, 3, 5));
    boolean identified = type == 0 || type == 8 || type >= 13 && type <= 18;
    return Flows.icmp(
        source,
        destination,
        type,
        random.nextInt(4) == 0 ? random.nextInt(3) : 0,
        identified ? random.nextInt(4) : 0);
  }

  private int protocol() {
    return any(List.of(47, 47, 50, 132, 2, 89, 255));
  }

  private int sourceIn(Segment in) {
    Cidr subnet = in.subnet();
    return switch (random.nextInt(4)) {
      case 0 ->
          subnet.network() + 3 + random.nextInt(Math.max(1, Math.min(200, ~subnet.mask() - 4)));
      case 1 -> foreign(in);
      default -> {
        List<Integer> near = sources.stream().filter(subnet::contains).toList();
        yield any(near);
      }
    };
  }

  /** Somebody behind the segment. */
  private int foreign(Segment in) {
    return switch (in) {
      case Segment.Tier tier -> tier.subnet().network() + 7;
      case Segment.Public network -> 0xc612_0000 + random.nextInt(16);
      case Segment.PrivateGateway gateway -> {
        var behind =
            vpc.staticRoutes().stream().filter(r -> r.gateway().equals(gateway.name())).toList();
        yield behind.isEmpty() || random.nextBoolean()
            ? 0xac1f_0000 + random.nextInt(16)
            : any(behind).cidr().network() + random.nextInt(16);
      }
    };
  }

  private int destination() {
    return switch (random.nextInt(40)) {
      case 0 -> 0xe000_0001 + random.nextInt(300);
      case 1 -> -1;
      case 2 -> 0xf000_0001;
      case 3 -> vpc.cidr().network() + random.nextInt(65536);
      case 4 -> 0x0100_0000 + random.nextInt(0x0800_0000);
      default -> any(destinations);
    };
  }

  private void corners(AclRule rule) {
    rule.ports().ifPresent(this::corners);
    for (Cidr cidr : rule.cidrs()) {
      corner(cidr.network());
      corner(cidr.last());
      corner(cidr.last() + 1);
    }
  }

  private void corners(PortRange range) {
    for (int port : new int[] {range.first() - 1, range.first(), range.last(), range.last() + 1}) {
      if (port >= 0 && port <= 65535 && !TUNNEL_PORTS.contains(port)) {
        ports.add(port);
      }
    }
  }

  /** Only what can be a source. */
  private void corner(int address) {
    int first = address >>> 24;
    if (first != 0 && first != 127 && first < 224) {
      sources.add(address);
      destinations.add(address);
    }
  }

  /** Somebody else with the same ports and destination: clashes once it is translated. */
  private Packet rival(Forwarded known) {
    Flow flow = known.packet.flow();
    Segment in = any(segments);
    Flow other =
        Flow.of(flow.protocol(), sourceIn(in), flow.destination(), flow.ports(), Optional.empty());
    return at(in.name(), other, Packet.SYN);
  }

  // --- later packets -------------------------------------------------------------------------

  /** About the packet as it left, from where it went; or about its answer, from where it came. */
  private Packet error(Forwarded known) {
    boolean back = random.nextInt(3) != 0;
    Flow about = back ? known.left : Flows.reply(known.packet.flow());
    String in = back ? known.out : known.packet.in();
    int from = random.nextBoolean() ? about.destination() : any(sources);
    int to = random.nextInt(10) == 0 ? any(destinations) : about.source();
    int type = any(List.of(3, 3, 3, 11, 12, 4, 5));
    if (random.nextInt(12) == 0) {
      about = ported(Protocol.UDP, about.source(), about.destination());
    }
    int code = type == 3 ? random.nextInt(5) : 0;
    return Packet.icmpError(in, Flows.icmp(from, to, type, code, 0), about, ttl(), nowNs);
  }

  private Packet at(String in, Flow flow, int tcpFlags) {
    return Packet.of(in, flow, flow.protocol() == Protocol.TCP ? tcpFlags : 0, ttl(), nowNs);
  }

  private int ttl() {
    int kind = random.nextInt(100);
    return kind < 3 ? 1 : kind < 5 ? 2 : kind < 6 ? 255 : 64;
  }

  private int firstFlags() {
    return random.nextInt(3) == 0 ? anyFlags() : Packet.SYN;
  }

  private int answerFlags() {
    return random.nextBoolean() ? anyFlags() : Packet.SYN | Packet.ACK;
  }

  private int anyFlags() {
    return FLAGS[random.nextInt(FLAGS.length)];
  }

  private <T> T any(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
