package io.vpcrig.live;

import io.vpcrig.engine.Snapshot;
import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.header.Ethernet;
import io.vpcrig.header.Ipv4;
import io.vpcrig.header.Udp;
import io.vpcrig.header.Vlan;
import io.vpcrig.model.Segment;
import io.vpcrig.tunnel.SegmentTable;
import java.util.HashMap;
import java.util.Map;

/**
 * What a port lets in: frames of its own segments, to a MAC of the router's there or to many. In a
 * capture every frame counts as the router's; on a wire there are others' too. Thread: one.
 */
final class Arrival {
  private static final long GROUP_BIT = 1L << 40;
  private static final int VLANS = 1 << 12;

  /** The wire below the tunnels, which is no segment. */
  @FunctionalInterface
  interface Wire {
    /** Takes note of an ARP message, which may not be whole. */
    void arp(Bytes bytes, int arp, int length);
  }

  private final PortPlan plan;
  private final Wire wire;
  private final Map<Integer, Integer> qinq = new HashMap<>();
  private SegmentTable table;
  private int[] portOf;
  private long underlayMac;
  private boolean[] hasTunnel;
  private int[] untagged;
  private FrameBatch batch;
  private int port;
  private long foreign;

  Arrival(PortPlan plan, Wire wire) {
    this.plan = plan;
    this.wire = wire;
  }

  /** Goes by a snapshot from now on. */
  void use(Snapshot snapshot) {
    table = snapshot.segments();
    portOf = plan.portOf(snapshot.vpc());
    underlayMac = Segment.derivedMac(table.localEndpoint());
    hasTunnel = new boolean[plan.links().size()];
    untagged = new int[plan.links().size()];
    java.util.Arrays.fill(untagged, SegmentTable.NONE);
    qinq.clear();
    for (int s = 0; s < table.size(); s++) {
      if (portOf[s] != PortPlan.NONE) {
        switch (table.encapsulation(s)) {
          case SegmentTable.VXLAN -> hasTunnel[portOf[s]] = true;
          case SegmentTable.UNTAGGED -> untagged[portOf[s]] = s;
          case SegmentTable.QINQ -> qinq.put(table.tag(s), s);
          default -> {}
        }
      }
    }
  }

  /** Takes frames that are nobody's here out of the batch. */
  void sift(FrameBatch received, int from, int receivedBy) {
    batch = received;
    port = receivedBy;
    received.retain(from, this::isOurs);
  }

  /** Frames of others so far. */
  long foreign() {
    return foreign;
  }

  private boolean isOurs(int i) {
    boolean ours = isTo(batch.bytes, batch.start[i], batch.length[i]);
    foreign += ours ? 0 : 1;
    return ours;
  }

  private boolean isTo(Bytes bytes, int start, int length) {
    if (length < Ethernet.LENGTH) {
      return false;
    }
    long to = Ethernet.destination(bytes, start);
    int type = Ethernet.type(bytes, start);
    int segment;
    if (Vlan.isTag(type)) {
      if (length < Ethernet.LENGTH + Vlan.LENGTH) {
        return false;
      }
      segment = tagged(bytes, start + Ethernet.LENGTH, length - Ethernet.LENGTH);
    } else {
      segment = untagged[port];
      if (hasTunnel[port] && (to == underlayMac || isGroup(to))) {
        if (isTunnelled(bytes, start + Ethernet.LENGTH, length - Ethernet.LENGTH, type)) {
          return true;
        }
        if (type == Ethernet.ETHERTYPE_ARP) {
          wire.arp(bytes, start + Ethernet.LENGTH, length - Ethernet.LENGTH);
        }
      }
    }
    return segment != SegmentTable.NONE
        && portOf[segment] == port
        && (to == table.routerMac(segment) || isGroup(to));
  }

  /** Whether it is a VXLAN packet to our endpoint: others are no business of the tunnels. */
  private boolean isTunnelled(Bytes bytes, int ip, int length, int type) {
    if (type != Ethernet.ETHERTYPE_IPV4
        || !Ipv4.isValid(bytes, ip, length)
        || Ipv4.protocol(bytes, ip) != Ipv4.UDP) {
      return false;
    }
    int to = Ipv4.destination(bytes, ip);
    int udp = Ipv4.headerLength(bytes, ip);
    return (to == table.localEndpoint() || to >>> 28 == 14)
        && length >= udp + Udp.LENGTH
        && table.acceptsVxlanPort(Udp.destinationPort(bytes, ip + udp));
  }

  private int tagged(Bytes bytes, int tag, int length) {
    int id = bytes.u16(tag) & VLANS - 1;
    int segment = table.byVlan(id);
    if (segment == SegmentTable.NONE
        && Vlan.isTag(bytes.u16(tag + 2))
        && length >= 2 * Vlan.LENGTH) {
      return qinq.getOrDefault(
          id << 12 | bytes.u16(tag + Vlan.LENGTH) & VLANS - 1, SegmentTable.NONE);
    }
    return id == 0 ? untagged[port] : segment;
  }

  private static boolean isGroup(long mac) {
    return (mac & GROUP_BIT) != 0;
  }
}
