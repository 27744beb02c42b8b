package io.vpcrig.route;

import io.vpcrig.model.Host;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Vpc;
import org.agrona.collections.Long2LongHashMap;

/**
 * MAC addresses of neighbours: the configured ones of hosts, and for everybody else the one derived
 * from the address. What sessions learn from frames goes before either.
 *
 * <p>Immutable; any thread. A lookup does not allocate.
 */
public final class NeighbourTable {
  private static final long ABSENT = -1L;

  private final Long2LongHashMap macs = new Long2LongHashMap(ABSENT);

  private NeighbourTable() {}

  /** The configured MACs of a VPC's hosts; the first mentioned holds. */
  public static NeighbourTable compile(Vpc vpc) {
    NeighbourTable table = new NeighbourTable();
    for (Host host : vpc.hosts()) {
      host.mac().ifPresent(mac -> table.macs.putIfAbsent(host.address(), mac));
    }
    return table;
  }

  /** 48 bits, never 0. */
  public long mac(int address) {
    long mac = macs.get(address);
    return mac == ABSENT ? Segment.derivedMac(address) : mac;
  }
}
