package io.vpcrig.engine;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.header.Ethernet;
import io.vpcrig.header.Ipv4;
import io.vpcrig.header.Udp;
import io.vpcrig.header.Vlan;
import io.vpcrig.header.Vxlan;
import io.vpcrig.tunnel.SegmentTable;

/**
 * Asks a {@link FrameTest} of each frame of a batch as it came, and again of what is behind its
 * VLAN tags or in its tunnel: who asks for {@code tcp port 80} means it wherever the packet is
 * wrapped. Behind a tag, what stands for the MAC addresses then are bytes of the header that are
 * not.
 *
 * <p>What the router makes of a frame, or lets go with it, is taken with it. Thread: one.
 */
final class TapFilter {
  private final FrameTest test;
  private boolean[] taken = new boolean[0];

  TapFilter(FrameTest test) {
    this.test = test;
  }

  /** Asks about the frames of a batch that begins its way. */
  void enter(FrameBatch batch, SegmentTable table) {
    if (taken.length < batch.capacity) {
      taken = new boolean[batch.capacity];
    }
    for (int i = 0; i < batch.size; i++) {
      taken[i] = takes(batch.bytes, batch.start[i], batch.length[i], table);
    }
  }

  /** Whether frame {@code i} of that batch is taken. */
  boolean takes(FrameBatch batch, int i) {
    return taken[i < batch.capacity ? i : batch.parent[i]];
  }

  private boolean takes(Bytes bytes, int start, int length, SegmentTable table) {
    if (test.takes(bytes, start, length)) {
      return true;
    }
    int at = start;
    int end = start + length;
    while (end - at >= Ethernet.LENGTH + Vlan.LENGTH && Vlan.isTag(Ethernet.type(bytes, at))) {
      at += Vlan.LENGTH;
    }
    int inner = inner(bytes, at, end, table);
    return inner != start && test.takes(bytes, inner, end - inner);
  }

  /** Where the frame in a VXLAN packet begins; {@code at} if it is none. */
  private static int inner(Bytes bytes, int at, int end, SegmentTable table) {
    int ip = at + Ethernet.LENGTH;
    if (end - at < Ethernet.LENGTH
        || Ethernet.type(bytes, at) != Ethernet.ETHERTYPE_IPV4
        || !Ipv4.isValid(bytes, ip, end - ip)
        || Ipv4.protocol(bytes, ip) != Ipv4.UDP) {
      return at;
    }
    int udp = ip + Ipv4.headerLength(bytes, ip);
    int inner = udp + Udp.LENGTH + Vxlan.LENGTH;
    return end - inner >= Ethernet.LENGTH && table.acceptsVxlanPort(Udp.destinationPort(bytes, udp))
        ? inner
        : at;
  }
}
