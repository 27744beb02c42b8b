package io.vpcrig.live.host;

import io.vpcrig.engine.OwnConnections;
import io.vpcrig.model.Protocol;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.agrona.collections.Int2ObjectHashMap;

/**
 * Which program has which port: bound for everybody, or open to one far end. Bounded: {@link #MOST}
 * open. Thread: the router's.
 */
public final class Sockets implements OwnConnections {
  /** Most ports open at once. */
  public static final int MOST = 4096;

  /** Linux' {@code net.ipv4.ip_local_port_range}. */
  private static final int FIRST_PORT = 32_768;

  private static final int LAST_PORT = 60_999;
  private static final int TRIES = 16;

  private record Peer(int protocol, int far, int near, int ports) {}

  private final Int2ObjectHashMap<UdpService> bound = new Int2ObjectHashMap<>();
  private final List<UdpService> services = new ArrayList<>();
  private final Map<Peer, UdpService> open = new HashMap<>();
  private final RandomGenerator random;

  /**
   * @param random for port numbers nobody can guess (RFC 5452 4.3)
   */
  public Sockets(RandomGenerator random) {
    this.random = random;
  }

  /** Gives a program a UDP port, 1..65535, at all addresses of the router. */
  public void bind(int port, UdpService service) {
    if (bound.put(port, service) != null) {
      throw new IllegalArgumentException("UDP port " + port + " is bound already");
    }
    services.add(service);
  }

  /**
   * Opens a port of the router to one far end; answers come to {@code service} until {@link
   * #close}.
   *
   * @return the port; 0 if too many are open
   */
  public int open(int near, int far, int farPort, UdpService service) {
    for (int k = 0; k < TRIES && open.size() < MOST; k++) {
      int port = random.nextInt(FIRST_PORT, LAST_PORT + 1);
      Peer peer = new Peer(Protocol.UDP, far, near, farPort << 16 | port);
      if (!bound.containsKey(port) && open.putIfAbsent(peer, service) == null) {
        return port;
      }
    }
    return 0;
  }

  /** Ends what {@link #open} began. */
  public void close(int near, int port, int far, int farPort) {
    open.remove(new Peer(Protocol.UDP, far, near, farPort << 16 | port));
  }

  @Override
  public boolean isOpen(int protocol, int source, int destination, int ports) {
    return !open.isEmpty() && open.containsKey(new Peer(protocol, source, destination, ports));
  }

  /** Whose a datagram is; null if nobody's. */
  public UdpService find(Datagram datagram) {
    UdpService opened =
        open.get(
            new Peer(
                Protocol.UDP,
                datagram.source(),
                datagram.destination(),
                datagram.sourcePort() << 16 | datagram.destinationPort()));
    return opened != null ? opened : bound.get(datagram.destinationPort());
  }

  /** Programs with a bound port. */
  public List<UdpService> services() {
    return services;
  }
}
