package io.vpcrig.model;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An address and port spread over hosts of a tier.
 *
 * @param address public; or, if {@code internal}, a virtual one inside the tier
 * @param protocol TCP or UDP
 * @param members in order of mention, no host twice
 * @param sources clients it serves; empty: all
 * @param keepsClient whether members see the client's address; if not, that of the router in their
 *     tier, as behind haproxy, or the virtual one
 */
public record LoadBalancer(
    String name,
    int address,
    boolean internal,
    int protocol,
    int port,
    int toPort,
    Algorithm algorithm,
    String tier,
    List<Member> members,
    List<Cidr> sources,
    boolean keepsClient,
    Optional<Stickiness> stickiness,
    Optional<Health> health,
    Origin origin) {
  public static final int MAX_WEIGHT = 256;

  public LoadBalancer {
    members = List.copyOf(members);
    sources = List.copyOf(sources);
    Protocol.requirePorts(protocol);
    PortRange.requirePort(port);
    PortRange.requirePort(toPort);
    if (health.isPresent() && protocol != Protocol.TCP) {
      throw new IllegalArgumentException("health of a balancer for udp, legal for tcp only");
    }
  }

  /** How a member is chosen for a new connection. */
  public enum Algorithm {
    /** In turn, by smooth weighted round robin. */
    ROUNDROBIN,
    /** The fewest open connections for its weight. */
    LEASTCONN,
    /** By the client's address, modulo the sum of weights. */
    SOURCE,
    /** By the connection's addresses and ports, consistently (Maglev, NSDI 2016). */
    MAGLEV;

    /** Name in files. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A host that takes connections.
   *
   * @param weight share of new connections; 0: draining, none but those of sticky clients
   */
  public record Member(Host host, int weight) {
    public Member {
      if (weight < 0 || weight > MAX_WEIGHT) {
        throw new IllegalArgumentException("weight " + weight + ", legal 0.." + MAX_WEIGHT);
      }
    }
  }

  /**
   * Connections of one client go to one member.
   *
   * @param tableSize clients remembered; then the one not seen for longest is forgotten
   * @param expireNs how long after its last new connection a client is remembered
   */
  public record Stickiness(int tableSize, long expireNs) {
    public static final int MAX_TABLE_SIZE = 1 << 20;

    public Stickiness {
      if (tableSize < 1 || tableSize > MAX_TABLE_SIZE || expireNs < 1) {
        throw new IllegalArgumentException("table size " + tableSize + ", expire " + expireNs);
      }
    }
  }

  /**
   * When a member is taken out, told from the packets seen.
   *
   * @param fails first segments in a row that it refuses or leaves unanswered
   * @param silentNs how long it may take to answer; shorter than any session lasts unanswered
   * @param downNs how long it is taken out
   */
  public record Health(int fails, long silentNs, long downNs) {
    public static final long MAX_SILENT_NS = 60_000_000_000L;

    public Health {
      if (fails < 1 || silentNs < 1 || silentNs > MAX_SILENT_NS || downNs < 1) {
        throw new IllegalArgumentException(
            "fails " + fails + ", silent " + silentNs + " ns, down " + downNs + " ns");
      }
    }
  }
}
