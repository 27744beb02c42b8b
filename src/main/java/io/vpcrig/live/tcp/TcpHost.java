package io.vpcrig.live.tcp;

import io.vpcrig.live.host.Network;
import io.vpcrig.live.host.StreamService;
import io.vpcrig.model.Protocol;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Which connection a segment belongs to, and which program a new one. Ports without a program
 * answer with a reset. Thread: the router's.
 */
public final class TcpHost {
  /** Most connections, those over but not forgotten included. */
  public static final int MOST = 1024;

  private static final int IP_AND_TCP = 40;
  private static final byte[] NOTHING = {};

  /** Both ends. */
  record Peer(int near, int nearPort, int far, int farPort) {}

  private final Map<Integer, StreamService> listeners = new HashMap<>();
  private final Map<Peer, TcpConnection> connections = new LinkedHashMap<>();
  private final RandomGenerator random;
  private final Network network;

  /**
   * @param random for sequence numbers nobody can guess
   */
  public TcpHost(Network network, RandomGenerator random) {
    this.network = network;
    this.random = random;
  }

  /** Gives a program a port, 1..65535, at all addresses of the router. */
  public void listen(int port, StreamService service) {
    if (listeners.put(port, service) != null) {
      throw new IllegalArgumentException("TCP port " + port + " is bound already");
    }
  }

  /**
   * Whether a connection is open.
   *
   * @param ports the far end's in the high 16 bits
   */
  public boolean isOpen(int far, int near, int ports) {
    return !connections.isEmpty()
        && connections.containsKey(new Peer(near, ports & 0xffff, far, ports >>> 16));
  }

  /** Connections, those over but not forgotten included. */
  public int size() {
    return connections.size();
  }

  /**
   * Takes a segment.
   *
   * @param data from the TCP header on, whose lengths and checksum are right
   */
  public void receive(int segment, int source, int destination, byte[] data) {
    TcpSegment in = TcpSegment.parse(data);
    Peer peer = new Peer(destination, in.destinationPort(), source, in.sourcePort());
    TcpConnection known = connections.get(peer);
    if (known != null && known.isSucceededBy(in)) {
      connections.remove(peer);
      known = null;
    }
    if (known == null) {
      begin(peer, segment, in);
      return;
    }
    known.receive(in);
    if (known.isClosed()) {
      connections.remove(peer);
    }
  }

  private void begin(Peer peer, int segment, TcpSegment in) {
    boolean opens =
        (in.flags() & (TcpSegment.SYN | TcpSegment.ACK | TcpSegment.RST)) == TcpSegment.SYN;
    StreamService service = listeners.get(peer.nearPort());
    if (!opens || service == null) {
      refuse(peer, in);
    } else if (connections.size() < MOST || makeRoom()) {
      int longest = Math.min(network.mtu(segment), 1500) - IP_AND_TCP;
      connections.put(
          peer, new TcpConnection(this, peer, segment, in, random.nextInt(), longest, service));
    }
  }

  /** Forgets the oldest that is over; false if none is. */
  private boolean makeRoom() {
    Optional<Peer> oldest =
        connections.entrySet().stream()
            .filter(entry -> entry.getValue().isWaiting())
            .map(Map.Entry::getKey)
            .findFirst();
    oldest.ifPresent(connections::remove);
    return oldest.isPresent();
  }

  /** RFC 9293 3.10.7.1. */
  private void refuse(Peer peer, TcpSegment in) {
    if (in.is(TcpSegment.RST)) {
      return;
    }
    boolean acknowledges = in.is(TcpSegment.ACK);
    send(
        peer,
        new TcpSegment(
            peer.nearPort(),
            peer.farPort(),
            acknowledges ? in.acknowledgement() : 0,
            acknowledges ? 0 : in.sequence() + in.length(),
            acknowledges ? TcpSegment.RST : TcpSegment.RST | TcpSegment.ACK,
            0,
            0,
            NOTHING));
  }

  void send(Peer peer, TcpSegment segment) {
    network.send(Protocol.TCP, peer.near(), peer.far(), segment.bytes());
  }

  long nowNs() {
    return network.nowNs();
  }

  /** Forgets all connections, without a word. */
  public void forget() {
    connections.clear();
  }

  /** Looks after what is overdue; some times a second. */
  public void tick() {
    for (Iterator<TcpConnection> all = connections.values().iterator(); all.hasNext(); ) {
      TcpConnection each = all.next();
      each.tick();
      if (each.isClosed()) {
        all.remove();
      }
    }
  }
}
