package io.vpcrig.live;

import io.vpcrig.engine.Snapshot;
import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.header.Arp;
import io.vpcrig.header.Checksum;
import io.vpcrig.header.Ethernet;
import io.vpcrig.header.Ipv4;
import io.vpcrig.header.Vlan;
import io.vpcrig.io.live.LivePort;
import io.vpcrig.model.Segment;
import io.vpcrig.tunnel.Headers;
import io.vpcrig.tunnel.SegmentTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.agrona.collections.IntArrayList;

/**
 * Sends what leaves: finds the port of the segment, puts in the next hop's real MAC where the way
 * put in the one derived from its address (see {@code model.Segment}), takes access ports' inner
 * tags off, and copies frames to everybody of a VXLAN segment to each of its endpoints.
 *
 * <p>A derived MAC is told from a real one by its address, which is inside the segment's subnet: a
 * host whose own MAC is 02:00 and the address of another host of its subnet would be mistaken.
 *
 * <p>Frames stay where they are until {@link #flush}; those of our own are made in a memory that is
 * flushed before it is used again. Thread: one; allocates for frames that wait only.
 */
final class Departure implements Neighbours.Asker {
  private static final long DERIVED = 0x0200;
  private static final long BROADCAST = 0xffff_ffff_ffffL;
  private static final int OUTER_IP = Ethernet.LENGTH;
  private static final int INNER = 50;
  private static final int MACS = 12;
  private static final int ROOM = 1 << 20;

  private final List<LivePort> ports;
  private final PortPlan plan;
  private final Neighbours neighbours = new Neighbours(this);
  private final Bytes room = Bytes.allocate(ROOM);
  private final Headers headers = new Headers();
  private int used;
  private SegmentTable table;
  private int[] portOf;
  private int tunnelPort = PortPlan.NONE;
  private Endpoints endpoints;
  private long nowNs;
  private long unported;

  Departure(List<LivePort> ports, PortPlan plan) {
    this.ports = ports;
    this.plan = plan;
  }

  /** Goes by a snapshot from now on. */
  void use(Snapshot snapshot) {
    boolean renumbered = table == null || !sameSegments(table, snapshot.segments());
    table = snapshot.segments();
    headers.use(table);
    portOf = plan.portOf(snapshot.vpc());
    if (renumbered) {
      neighbours.clear();
      endpoints = new Endpoints(table);
    }
    tunnelPort = PortPlan.NONE;
    for (int s = 0; s < table.size(); s++) {
      if (table.encapsulation(s) == SegmentTable.VXLAN && portOf[s] != PortPlan.NONE) {
        tunnelPort = portOf[s];
      }
    }
  }

  private static boolean sameSegments(SegmentTable a, SegmentTable b) {
    boolean same = a.size() == b.size();
    for (int s = 0; same && s < a.size(); s++) {
      same = a.name(s).equals(b.name(s));
    }
    return same;
  }

  Neighbours neighbours() {
    return neighbours;
  }

  Endpoints endpoints() {
    return endpoints;
  }

  /** The pseudo segment of tunnel endpoints. */
  int underlay() {
    return table.size();
  }

  /** Frames that leave by a segment without a port. */
  long unported() {
    return unported;
  }

  void now(long now) {
    nowNs = now;
  }

  /** Sends frame {@code i} by the segment it leaves by. */
  void send(FrameBatch batch, int i) {
    transmit(batch.outSegment[i], batch.bytes, batch.start[i], batch.length[i]);
  }

  private void transmit(int segment, Bytes bytes, int start, int length) {
    int port = portOf[segment];
    if (port == PortPlan.NONE) {
      unported++;
      return;
    }
    boolean tunnel = table.encapsulation(segment) == SegmentTable.VXLAN;
    int l2 = tunnel ? start + INNER : start;
    long mac = Ethernet.destination(bytes, l2);
    if (mac >>> 32 == DERIVED && table.contains(segment, (int) mac)) {
      long real = neighbours.mac(segment, (int) mac, nowNs);
      if (real == Neighbours.UNKNOWN) {
        neighbours.await(segment, (int) mac, bytes.copy(start, length), nowNs);
        return;
      }
      Ethernet.setDestination(bytes, l2, real);
      mac = real;
    }
    if (tunnel) {
      tunnel(segment, bytes, start, length, mac);
    } else if (plan.accessTag(port) != 0) {
      bytes.move(start, start + Vlan.LENGTH, MACS);
      put(port, bytes, start + Vlan.LENGTH, length - Vlan.LENGTH);
    } else {
      put(port, bytes, start, length);
    }
  }

  // --- tunnels ---

  private void tunnel(int segment, Bytes bytes, int start, int length, long mac) {
    int to = bytes.i32(start + OUTER_IP + Ipv4.DESTINATION);
    if (to >>> 28 != 14) {
      outer(bytes, start, length, to);
      return;
    }
    int known = mac == BROADCAST ? Endpoints.NONE : endpoints.of(segment, mac, nowNs);
    if (known != Endpoints.NONE) {
      readdress(bytes, start, known);
      outer(bytes, start, length, known);
      return;
    }
    IntArrayList all = endpoints.of(segment);
    for (int k = 0; k < all.size(); k++) {
      int copy = reserve(length);
      room.put(copy, bytes, start, length);
      readdress(room, copy, all.getInt(k));
      outer(room, copy, length, all.getInt(k));
    }
  }

  /** Gives the tunnel packet another endpoint. */
  private static void readdress(Bytes bytes, int start, int endpoint) {
    int ip = start + OUTER_IP;
    int before = bytes.i32(ip + Ipv4.DESTINATION);
    bytes.putI32(ip + Ipv4.DESTINATION, endpoint);
    Ipv4.setChecksum(bytes, ip, Checksum.update32(Ipv4.checksum(bytes, ip), before, endpoint));
  }

  private void outer(Bytes bytes, int start, int length, int endpoint) {
    long mac = neighbours.mac(underlay(), endpoint, nowNs);
    if (mac == Neighbours.UNKNOWN) {
      neighbours.await(underlay(), endpoint, bytes.copy(start, length), nowNs);
      return;
    }
    Ethernet.setDestination(bytes, start, mac);
    put(tunnelPort, bytes, start, length);
  }

  // --- what waited, and questions ---

  @Override
  public void release(int segment, byte[] frame, long mac) {
    int at = reserve(frame.length);
    room.put(at, frame, 0, frame.length);
    if (segment == underlay()) {
      Ethernet.setDestination(room, at, mac);
      put(tunnelPort, room, at, frame.length);
    } else {
      boolean tunnel = table.encapsulation(segment) == SegmentTable.VXLAN;
      Ethernet.setDestination(room, tunnel ? at + INNER : at, mac);
      transmit(segment, room, at, frame.length);
    }
  }

  @Override
  public void ask(int segment, int address, long mac) {
    if (segment == underlay()) {
      long own = Segment.derivedMac(table.localEndpoint());
      plainArp(Arp.REQUEST, own, table.localEndpoint(), 0, address, mac);
    } else {
      arp(segment, Arp.REQUEST, table.routerAddress(segment), 0, address, mac);
    }
  }

  /** Tells everybody of a segment that an address is ours (RFC 5227 3). */
  void announce(int segment, int address) {
    arp(segment, Arp.REQUEST, address, 0, address, Neighbours.UNKNOWN);
  }

  /** Tells everybody on the wire below the tunnels that our endpoint is here. */
  void announceEndpoint() {
    long own = Segment.derivedMac(table.localEndpoint());
    int local = table.localEndpoint();
    plainArp(Arp.REQUEST, own, local, 0, local, Neighbours.UNKNOWN);
  }

  private void arp(int segment, int operation, int sender, long targetMac, int target, long mac) {
    int at = reserve(Headers.LINE + Arp.LENGTH);
    int arp = at + Headers.LINE;
    long own = table.routerMac(segment);
    Arp.write(room, arp, operation, own, sender, targetMac, target);
    int pushed =
        headers.write(
            room.window(at, Headers.LINE),
            segment,
            mac == Neighbours.UNKNOWN ? BROADCAST : mac,
            0,
            Arp.LENGTH,
            0);
    room.putU16(arp - 2, Ethernet.ETHERTYPE_ARP);
    transmit(segment, room, arp - pushed, pushed + Arp.LENGTH);
  }

  /** Takes note of an ARP message of the wire below the tunnels, and answers it. */
  void hear(Bytes bytes, int arp, int length) {
    if (!Arp.isValid(bytes, arp, length)) {
      return;
    }
    int local = table.localEndpoint();
    boolean toUs = Arp.targetAddress(bytes, arp) == local;
    int sender = Arp.senderAddress(bytes, arp);
    long mac = Arp.senderMac(bytes, arp);
    if (sender != 0 && sender != local) {
      neighbours.learn(underlay(), sender, mac, toUs, nowNs);
    }
    if (toUs && Arp.operation(bytes, arp) == Arp.REQUEST) {
      plainArp(Arp.REPLY, Segment.derivedMac(local), local, mac, sender, mac);
    }
  }

  /** An ARP message of the wire below the tunnels. */
  private void plainArp(
      int operation, long senderMac, int sender, long targetMac, int target, long mac) {
    if (tunnelPort == PortPlan.NONE) {
      return;
    }
    int at = reserve(Ethernet.LENGTH + Arp.LENGTH);
    Ethernet.write(
        room, at, mac == Neighbours.UNKNOWN ? BROADCAST : mac, senderMac, Ethernet.ETHERTYPE_ARP);
    Arp.write(room, at + Ethernet.LENGTH, operation, senderMac, sender, targetMac, target);
    put(tunnelPort, room, at, Ethernet.LENGTH + Arp.LENGTH);
  }

  private int reserve(int length) {
    if (used + length > ROOM) {
      flush();
      used = 0;
    }
    int at = used;
    used += length;
    return at;
  }

  private void put(int port, Bytes bytes, int start, int length) {
    try {
      ports.get(port).send(bytes, start, length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends what is in line at all ports. */
  void flush() {
    try {
      for (int p = 0; p < ports.size(); p++) {
        ports.get(p).flush();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    used = 0;
  }

  void close() {
    room.close();
    headers.close();
  }
}
