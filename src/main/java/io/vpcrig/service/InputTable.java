package io.vpcrig.service;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Vpc;
import java.util.List;

/**
 * What the router accepts for itself: CloudStack's filter INPUT chain for new connections ({@code
 * RELATED,ESTABLISHED} is the session table's).
 *
 * <pre>
 *   protocol   destination port      came by    source         verdict
 *   ICMP       any                   anywhere   any            accept
 *   UDP        67                    a tier     any            accept
 *   UDP, TCP   53                    a tier     its subnet     accept
 *   TCP        80, 443, 8080         a tier     its subnet     accept if it begins a connection
 *   everything else                                            drop
 * </pre>
 *
 * There is no test of the destination: any address of the router will do, whatever tier it is in.
 * Rules for load balancers belong to {@code balance}.
 *
 * <p>Immutable; any thread; does not allocate.
 */
public final class InputTable {
  private static final int DHCP = 67;
  private static final int DNS = 53;
  private static final int HTTP = 80;
  private static final int HTTPS = 443;
  private static final int METADATA = 8080;

  private final boolean[] tier;
  private final int[] network;
  private final int[] mask;

  private InputTable(int segments) {
    tier = new boolean[segments];
    network = new int[segments];
    mask = new int[segments];
  }

  public static InputTable compile(Vpc vpc) {
    List<Segment> segments = vpc.segments();
    InputTable table = new InputTable(segments.size());
    for (int k = 0; k < segments.size(); k++) {
      Cidr subnet = segments.get(k).subnet();
      table.tier[k] = segments.get(k) instanceof Segment.Tier;
      table.network[k] = subnet.network();
      table.mask[k] = subnet.mask();
    }
    return table;
  }

  /**
   * Whether a packet of no connection to an address of the router is accepted.
   *
   * @param segment the frame came by
   * @param ports as the batch's column
   * @param begins whether a connection may begin with it
   */
  public boolean accepts(int segment, int source, int protocol, int ports, boolean begins) {
    if (protocol == Protocol.ICMP) {
      return true;
    }
    if (!tier[segment]) {
      return false;
    }
    boolean fromTier = (source & mask[segment]) == network[segment];
    int port = ports & 0xffff;
    return switch (protocol) {
      case Protocol.UDP -> port == DHCP || port == DNS && fromTier;
      case Protocol.TCP ->
          fromTier
              && (port == DNS || begins && (port == HTTP || port == HTTPS || port == METADATA));
      default -> false;
    };
  }
}
