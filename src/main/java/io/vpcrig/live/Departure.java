package io.vpcrig.live;

import io.vpcrig.engine.Snapshot;
import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.header.Ethernet;
import io.vpcrig.header.Vlan;
import io.vpcrig.tunnel.SegmentTable;

/**
 * The last hop of what leaves: puts in the next hop's real MAC where the way put in the one derived
 * from its address (see {@code model.Segment}), takes access ports' inner tags off, and hands the
 * frame to the port of its segment.
 *
 * <p>A derived MAC is told from a real one by its address, which is inside the segment's subnet: a
 * host whose own MAC is 02:00 and the address of another host of its subnet would be mistaken.
 *
 * <p>Frames stay where they are until the {@link Outbox} is flushed. Thread: one; allocates for
 * frames that wait only.
 */
final class Departure implements Neighbours.Asker {
  private static final long DERIVED = 0x0200;
  private static final int MACS = 12;

  private final Outbox out;
  private final PortPlan plan;
  private final Neighbours neighbours = new Neighbours(this);
  private final Underlay underlay;
  private final TunnelExit tunnels;
  private final OwnFrames own;
  private final ArpSpeaker arp;
  private SegmentTable table;
  private int[] portOf;
  private int tunnelPort = PortPlan.NONE;
  private long nowNs;
  private long unported;

  Departure(Outbox out, PortPlan plan) {
    this.out = out;
    this.plan = plan;
    underlay = new Underlay(out, neighbours);
    tunnels = new TunnelExit(out, underlay);
    own = new OwnFrames(out, this::transmit);
    arp = new ArpSpeaker(own);
  }

  /** Goes by a snapshot from now on. */
  void use(Snapshot snapshot) {
    SegmentTable before = table;
    table = snapshot.segments();
    own.use(table);
    portOf = plan.portOf(snapshot.vpc());
    if (before == null) {
      tunnels.begin(table);
    } else {
      SegmentMoves moves = new SegmentMoves(before, table);
      if (moves.any()) {
        neighbours.renumber(moves);
        tunnels.renumber(table, moves);
      }
    }
    tunnelPort = PortPlan.NONE;
    for (int s = 0; s < table.size(); s++) {
      if (table.encapsulation(s) == SegmentTable.VXLAN && portOf[s] != PortPlan.NONE) {
        tunnelPort = portOf[s];
      }
    }
    underlay.use(table, tunnelPort);
  }

  /** Asks anew for all neighbours behind a port. */
  void doubt(int port) {
    neighbours.doubt(
        segment -> segment == table.size() ? tunnelPort == port : portOf[segment] == port, nowNs);
  }

  Neighbours neighbours() {
    return neighbours;
  }

  Underlay underlay() {
    return underlay;
  }

  TunnelExit tunnels() {
    return tunnels;
  }

  /** For frames that the router begins. */
  OwnFrames own() {
    return own;
  }

  ArpSpeaker arp() {
    return arp;
  }

  /** Frames that leave by a segment without a port. */
  long unported() {
    return unported;
  }

  void now(long now) {
    nowNs = now;
    underlay.now(now);
    tunnels.now(now);
  }

  /** Sends frame {@code i} by the segment it leaves by. */
  void send(FrameBatch batch, int i) {
    transmit(batch.outSegment[i], batch.bytes, batch.start[i], batch.length[i], false);
  }

  private void transmit(int segment, Bytes bytes, int start, int length, boolean isResolved) {
    int port = portOf[segment];
    if (port == PortPlan.NONE) {
      unported++;
      return;
    }
    boolean tunnel = table.encapsulation(segment) == SegmentTable.VXLAN;
    int l2 = tunnel ? start + TunnelExit.INNER : start;
    long mac = Ethernet.destination(bytes, l2);
    if (!isResolved && mac >>> 32 == DERIVED && table.contains(segment, (int) mac)) {
      long real = neighbours.mac(segment, (int) mac, nowNs);
      if (real == Neighbours.UNKNOWN) {
        neighbours.await(segment, (int) mac, bytes.copy(start, length), nowNs);
        return;
      }
      Ethernet.setDestination(bytes, l2, real);
      mac = real;
    }
    if (tunnel) {
      tunnels.send(segment, bytes, start, length, mac);
    } else if (plan.accessTag(port) != 0) {
      bytes.move(start, start + Vlan.LENGTH, MACS);
      out.put(port, bytes, start + Vlan.LENGTH, length - Vlan.LENGTH);
    } else {
      out.put(port, bytes, start, length);
    }
  }

  @Override
  public void release(int segment, byte[] frame, long mac) {
    int at = out.reserve(frame.length);
    Bytes room = out.room();
    room.put(at, frame, 0, frame.length);
    if (segment == underlay.segment()) {
      underlay.send(room, at, frame.length, mac);
    } else {
      boolean tunnel = table.encapsulation(segment) == SegmentTable.VXLAN;
      Ethernet.setDestination(room, tunnel ? at + TunnelExit.INNER : at, mac);
      transmit(segment, room, at, frame.length, true);
    }
  }

  @Override
  public void ask(int segment, int address, long mac) {
    if (segment == underlay.segment()) {
      underlay.ask(address, mac);
    } else {
      arp.ask(segment, address, mac);
    }
  }

  void close() {
    own.close();
  }
}
