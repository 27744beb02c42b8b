package io.vpcrig.live;

import io.vpcrig.frame.Bytes;
import io.vpcrig.header.Checksum;
import io.vpcrig.header.Ethernet;
import io.vpcrig.header.Ipv4;
import io.vpcrig.tunnel.SegmentTable;
import org.agrona.collections.IntArrayList;

/**
 * Which tunnel endpoint a frame of a VXLAN segment goes to: the one that its MAC is behind, else
 * all (head-end replication in place of the multicast group that the way puts in). Thread: one.
 */
final class TunnelExit {
  /** Bytes before the inner Ethernet header. */
  static final int INNER = 50;

  private static final int OUTER_IP = Ethernet.LENGTH;

  private final Outbox out;
  private final Underlay underlay;
  private Endpoints endpoints;
  private long nowNs;

  TunnelExit(Outbox out, Underlay underlay) {
    this.out = out;
    this.underlay = underlay;
  }

  void begin(SegmentTable table) {
    endpoints = new Endpoints(table);
  }

  /** Keeps what is known of segments, which have other numbers. */
  void renumber(SegmentTable table, SegmentMoves moves) {
    endpoints = endpoints.renumbered(table, moves);
  }

  void now(long now) {
    nowNs = now;
  }

  Endpoints endpoints() {
    return endpoints;
  }

  /**
   * Sends a tunnel packet.
   *
   * @param mac inner destination
   */
  void send(int segment, Bytes bytes, int start, int length, long mac) {
    int to = bytes.i32(start + OUTER_IP + Ipv4.DESTINATION);
    if (to >>> 28 != 14) {
      underlay.send(bytes, start, length, to);
      return;
    }
    int known = mac == Ethernet.BROADCAST ? Endpoints.NONE : endpoints.of(segment, mac, nowNs);
    if (known != Endpoints.NONE) {
      readdress(bytes, start, known);
      underlay.send(bytes, start, length, known);
      return;
    }
    IntArrayList all = endpoints.of(segment);
    for (int k = 0; k < all.size(); k++) {
      int copy = out.reserve(length);
      out.room().put(copy, bytes, start, length);
      readdress(out.room(), copy, all.getInt(k));
      underlay.send(out.room(), copy, length, all.getInt(k));
    }
  }

  /** Gives the tunnel packet another endpoint. */
  private static void readdress(Bytes bytes, int start, int endpoint) {
    int ip = start + OUTER_IP;
    int before = bytes.i32(ip + Ipv4.DESTINATION);
    bytes.putI32(ip + Ipv4.DESTINATION, endpoint);
    Ipv4.setChecksum(bytes, ip, Checksum.update32(Ipv4.checksum(bytes, ip), before, endpoint));
  }
}
