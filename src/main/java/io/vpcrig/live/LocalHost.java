package io.vpcrig.live;

import io.vpcrig.engine.OwnConnections;
import io.vpcrig.engine.Snapshot;
import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.header.Ethernet;
import io.vpcrig.header.Ipv4;
import io.vpcrig.header.Tcp;
import io.vpcrig.header.Udp;
import io.vpcrig.live.dhcp.DhcpServer;
import io.vpcrig.live.dns.DnsServer;
import io.vpcrig.live.host.Datagram;
import io.vpcrig.live.host.Network;
import io.vpcrig.live.host.Sockets;
import io.vpcrig.live.host.UdpService;
import io.vpcrig.live.metadata.HttpService;
import io.vpcrig.live.tcp.TcpHost;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Vpc;
import io.vpcrig.route.RouteTable;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.tunnel.SegmentTable;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Carries datagrams between the ports and the router's own programs. Datagrams that came in
 * fragments are not put together: nothing a program here is sent is that long. Thread: the
 * router's; allocates for each datagram.
 */
final class LocalHost implements Network {
  private static final int TTL = 64;
  private static final int METADATA_PORT = 80;
  private static final int PASSWORD_PORT = 8080;
  private static final int HEADERS = Ipv4.MIN_LENGTH + Udp.LENGTH;

  private final OwnFrames own;
  private final Sockets sockets;
  private final TcpHost tcp;
  private final RandomGenerator random;
  private Snapshot snapshot;
  private long nowNs;
  private long unclaimed;
  private long faults;
  private RuntimeException lastFault;

  LocalHost(OwnFrames own, RandomGenerator random) {
    this.own = own;
    this.random = random;
    sockets = new Sockets(random);
    tcp = new TcpHost(this, random);
    DnsServer names = new DnsServer(random, this);
    sockets.bind(DhcpServer.PORT, new DhcpServer());
    sockets.bind(DnsServer.PORT, names);
    tcp.listen(DnsServer.PORT, names);
    tcp.listen(METADATA_PORT, HttpService.metadata(this));
    tcp.listen(PASSWORD_PORT, HttpService.passwords(this));
  }

  /** Goes by a snapshot from now on. */
  void use(Snapshot next) {
    snapshot = next;
  }

  void now(long now) {
    nowNs = now;
  }

  /** Lets programs look after what is overdue. */
  void tick() {
    guard(
        () -> {
          for (UdpService service : sockets.services()) {
            service.tick(this);
          }
          tcp.tick();
        });
  }

  /** Forgets connections, without a word: the addresses are another router's from now on. */
  void giveWay() {
    tcp.forget();
  }

  /**
   * Runs a program. A fault of its own is counted and ends there: whatever somebody sends, others'
   * frames go on.
   */
  private void guard(Runnable program) {
    try {
      program.run();
    } catch (UncheckedIOException e) {
      throw e; // A port's, not the program's.
    } catch (RuntimeException e) {
      faults++;
      lastFault = e;
    }
  }

  /** Faults of programs. */
  long faults() {
    return faults;
  }

  /** The last of {@link #faults}. */
  Optional<RuntimeException> lastFault() {
    return Optional.ofNullable(lastFault);
  }

  /** Takes frame {@code i}, if it is for a program. */
  void receive(FrameBatch batch, int i) {
    if (batch.reason[i] == Reason.LOCAL_INPUT.number()) {
      batch.spread(i);
      guard(() -> deliver(batch, i));
    }
  }

  private void deliver(FrameBatch batch, int i) {
    int l4 = batch.l4[i];
    if (l4 == FrameBatch.NONE || Ipv4.isFragment(batch.fragment[i])) {
      unclaimed++;
    } else if (batch.protocol[i] == Ipv4.TCP) {
      tcp.receive(
          batch.segment[i],
          batch.sourceAddress[i],
          batch.destinationAddress[i],
          batch.bytes.copy(l4, batch.l3End[i] - l4));
    } else if (batch.protocol[i] == Ipv4.UDP) {
      receive(datagram(batch, i, l4));
    } else {
      unclaimed++;
    }
  }

  private void receive(Datagram datagram) {
    UdpService service = sockets.find(datagram);
    if (service == null) {
      unclaimed++;
    } else {
      service.receive(datagram, this);
    }
  }

  private static Datagram datagram(FrameBatch batch, int i, int l4) {
    Bytes bytes = batch.bytes;
    return new Datagram(
        batch.segment[i],
        batch.sourceMac[i],
        batch.sourceAddress[i],
        Udp.sourcePort(bytes, l4),
        batch.destinationAddress[i],
        Udp.destinationPort(bytes, l4),
        bytes.copy(l4 + Udp.LENGTH, Udp.length(bytes, l4) - Udp.LENGTH));
  }

  /** What programs have open, for the way. */
  OwnConnections connections() {
    return (protocol, source, destination, ports) ->
        protocol == Protocol.TCP
            ? tcp.isOpen(source, destination, ports)
            : sockets.isOpen(protocol, source, destination, ports);
  }

  /** Packets let in that no program wanted. */
  long unclaimed() {
    return unclaimed;
  }

  @Override
  public long nowNs() {
    return nowNs;
  }

  @Override
  public Vpc vpc() {
    return snapshot.vpc();
  }

  @Override
  public int mtu(int segment) {
    return snapshot.vpc().mtu(snapshot.segments().name(segment));
  }

  @Override
  public Sockets sockets() {
    return sockets;
  }

  @Override
  public int sourceFor(int destination) {
    int route = snapshot.routes().find(destination);
    if (route == RouteTable.NONE) {
      return 0;
    }
    int out = snapshot.routes().outSegment(route);
    boolean translated = snapshot.segments().kind(out) == SegmentTable.PUBLIC;
    return translated
        ? snapshot.vpc().sourceNatAddresses().getFirst()
        : snapshot.segments().routerAddress(out);
  }

  @Override
  public void send(
      int source, int sourcePort, int destination, int destinationPort, byte[] payload) {
    int at = write(source, sourcePort, destination, destinationPort, payload);
    route(destination, at, HEADERS + payload.length);
  }

  @Override
  public void sendTo(
      int segment,
      long mac,
      int source,
      int sourcePort,
      int destination,
      int destinationPort,
      byte[] payload) {
    int at = write(source, sourcePort, destination, destinationPort, payload);
    own.sendTo(segment, mac, Ethernet.ETHERTYPE_IPV4, at, HEADERS + payload.length);
  }

  private int write(
      int source, int sourcePort, int destination, int destinationPort, byte[] payload) {
    int length = Udp.LENGTH + payload.length;
    int at = begin(Ipv4.UDP, 0, source, destination, length);
    Bytes bytes = own.bytes();
    int udp = at + Ipv4.MIN_LENGTH;
    Udp.setPorts(bytes, udp, sourcePort << 16 | destinationPort);
    Udp.setLength(bytes, udp, length);
    bytes.put(udp + Udp.LENGTH, payload, 0, payload.length);
    Udp.updateChecksum(bytes, udp, source, destination);
    return at;
  }

  @Override
  public void send(int protocol, int source, int destination, byte[] transport) {
    int at = begin(protocol, Ipv4.DONT_FRAGMENT, source, destination, transport.length);
    int tcp = at + Ipv4.MIN_LENGTH;
    own.bytes().put(tcp, transport, 0, transport.length);
    Tcp.updateChecksum(own.bytes(), tcp, transport.length, source, destination);
    route(destination, at, Ipv4.MIN_LENGTH + transport.length);
  }

  private int begin(int protocol, int fragmentWord, int source, int destination, int length) {
    int all = Ipv4.MIN_LENGTH + length;
    int at = own.payload(all);
    int id = random.nextInt(1 << 16);
    Ipv4.write(own.bytes(), at, all, id, fragmentWord, TTL, protocol, source, destination);
    return at;
  }

  /** Sends a datagram where the routes lead. */
  private void route(int destination, int at, int length) {
    RouteTable routes = snapshot.routes();
    int route = routes.find(destination);
    if (route != RouteTable.NONE) {
      own.send(
          routes.outSegment(route),
          snapshot.neighbours().mac(routes.neighbour(route, destination)),
          Ethernet.ETHERTYPE_IPV4,
          at,
          length);
    }
  }
}
