package io.vpcrig.tunnel;

import static io.vpcrig.frame.FrameBatch.NONE;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.header.Checksum;
import io.vpcrig.header.ChecksumPolicy;
import io.vpcrig.header.Ethernet;
import io.vpcrig.header.Ipv4;
import io.vpcrig.header.Udp;
import io.vpcrig.header.Vlan;
import io.vpcrig.header.Vxlan;
import io.vpcrig.telemetry.Reason;

/**
 * Takes off one VXLAN tunnel (RFC 7348). Every UDP packet over IPv4 to an accepted port is one,
 * whatever VLAN the underlay came by; a fragment of one is refused, since endpoints must not
 * fragment (RFC 7348 4.3). Thread: one worker.
 */
final class TunnelGate {
  private final boolean verify;
  private final SegmentTable table;

  TunnelGate(SegmentTable table, ChecksumPolicy policy) {
    this.table = table;
    this.verify = policy == ChecksumPolicy.VERIFY;
  }

  /**
   * Takes off the tunnel of an IPv4 packet if it is one; then the segment column, NONE so far, is
   * set.
   *
   * @return why the frame is dropped, or null if it is good or no tunnel packet
   */
  Reason peel(FrameBatch batch, int i, Cursor cursor) {
    int udp = tunnelHeader(batch.bytes, cursor);
    return udp != NONE ? tunnel(batch, i, udp, cursor) : null;
  }

  /** The UDP header of what is a tunnel packet by its ports, or NONE. */
  private int tunnelHeader(Bytes bytes, Cursor cursor) {
    if (!Ipv4.isValid(bytes, cursor.at, cursor.end - cursor.at)
        || Ipv4.protocol(bytes, cursor.at) != Ipv4.UDP
        || (Ipv4.fragment(bytes, cursor.at) & Ipv4.FRAGMENT_OFFSET_MASK) != 0) {
      return NONE;
    }
    int udp = cursor.at + Ipv4.headerLength(bytes, cursor.at);
    if (cursor.end - udp < Udp.LENGTH || !table.acceptsVxlanPort(Udp.destinationPort(bytes, udp))) {
      return NONE;
    }
    return udp;
  }

  /**
   * Takes off the tunnel; leaves {@link Cursor#at}, {@link Cursor#end} and {@link Cursor#type}
   * inside it.
   */
  private Reason tunnel(FrameBatch batch, int i, int udp, Cursor cursor) {
    Bytes bytes = batch.bytes;
    int ipEnd = cursor.at + Ipv4.totalLength(bytes, cursor.at);
    int udpEnd = udp + Udp.length(bytes, udp);
    if (Ipv4.isFragment(Ipv4.fragment(bytes, cursor.at))
        || ipEnd > cursor.wireEnd
        || !Udp.isValid(bytes, udp, ipEnd - udp)
        || !Addresses.isUnicast(Ipv4.source(bytes, cursor.at))
        || verify && !isOuterRight(bytes, udp, udpEnd, cursor)) {
      return Reason.VXLAN_OUTER;
    }
    batch.remoteEndpoint[i] = Ipv4.source(bytes, cursor.at);
    cursor.wireEnd = udpEnd;
    cursor.end = Math.min(cursor.end, udpEnd);
    int vxlan = udp + Udp.LENGTH;
    if (!Vxlan.isValid(bytes, vxlan, cursor.end - vxlan)) {
      return Reason.VXLAN_SHORT;
    }
    if (!Vxlan.hasVni(bytes, vxlan)) {
      return Reason.VXLAN_FLAGS;
    }
    int segment = table.byVni(Vxlan.vni(bytes, vxlan));
    if (segment == NONE) {
      return Reason.VNI_UNKNOWN;
    }
    batch.segment[i] = segment;
    int inner = vxlan + Vxlan.LENGTH;
    if (!Ethernet.isValid(bytes, inner, cursor.end - inner)) {
      return LinkGate.noLink(batch, i, Reason.ETHERNET_SHORT);
    }
    batch.l2[i] = inner;
    batch.sourceMac[i] = Ethernet.source(bytes, inner);
    cursor.type = Ethernet.type(bytes, inner);
    cursor.at = inner + Ethernet.LENGTH;
    return Vlan.isTag(cursor.type) ? Reason.VXLAN_INNER_TAG : null;
  }

  private static boolean isOuterRight(Bytes bytes, int udp, int udpEnd, Cursor cursor) {
    return Ipv4.isChecksumRight(bytes, cursor.at)
        && (Udp.checksum(bytes, udp) == 0
            || udpEnd > cursor.end
            || Checksum.isTransportRight(bytes, cursor.at, udp, udpEnd));
  }
}
