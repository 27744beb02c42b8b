package io.vpcrig.tunnel;

import static io.vpcrig.frame.FrameBatch.NONE;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.header.ChecksumPolicy;
import io.vpcrig.header.Ethernet;
import io.vpcrig.header.Ipv4;
import io.vpcrig.header.Udp;
import io.vpcrig.header.Vlan;
import io.vpcrig.header.Vxlan;
import io.vpcrig.telemetry.Reason;

/**
 * Reads the headers of frames of which no VPC is known: all tags off, and a VXLAN tunnel whatever
 * its network. Fills the same columns as {@link DecapStage}, but for the segment, which is NONE;
 * checksums are not looked at. UDP to a VXLAN port that holds no tunnel is read as plain UDP.
 * Thread: one.
 */
public final class BareHeaders {
  /** Ports of VXLAN: RFC 7348's and the one Linux took before. */
  private static final int PORT = 4789;

  private static final int OLD_PORT = 8472;

  private final Cursor cursor = new Cursor();
  private final NetworkGate networks = new NetworkGate(ChecksumPolicy.REPAIR);

  /** Why frame {@code i} has no IPv4 header that can be read, or null if it has one. */
  public Reason read(FrameBatch batch, int i) {
    batch.remoteEndpoint[i] = 0;
    batch.segment[i] = NONE;
    Reason reason = LinkGate.peel(batch, i, cursor);
    if (reason == null && cursor.type == Ethernet.ETHERTYPE_IPV4) {
      enter(batch, i);
    }
    if (reason == null && cursor.type != Ethernet.ETHERTYPE_IPV4) {
      reason = cursor.type == Ethernet.ETHERTYPE_IPV6 ? Reason.IPV6 : Reason.ETHERTYPE;
    }
    if (reason != null) {
      NetworkGate.absent(batch, i);
      return reason;
    }
    return networks.ipv4(batch, i, cursor.at, cursor.end, cursor.wireEnd);
  }

  /** Goes into a tunnel, if the datagram is one. */
  private void enter(FrameBatch batch, int i) {
    Bytes bytes = batch.bytes;
    int ip = cursor.at;
    if (!Ipv4.isValid(bytes, ip, cursor.end - ip)
        || Ipv4.protocol(bytes, ip) != Ipv4.UDP
        || Ipv4.isFragment(Ipv4.fragment(bytes, ip))) {
      return;
    }
    int udp = ip + Ipv4.headerLength(bytes, ip);
    int ethernet = udp + Udp.LENGTH + Vxlan.LENGTH;
    if (!Ethernet.isValid(bytes, ethernet, cursor.end - ethernet)
        || Udp.destinationPort(bytes, udp) != PORT && Udp.destinationPort(bytes, udp) != OLD_PORT
        || !Vxlan.hasVni(bytes, udp + Udp.LENGTH)
        || Vlan.isTag(Ethernet.type(bytes, ethernet))) {
      return;
    }
    int udpEnd = udp + Udp.length(bytes, udp);
    batch.remoteEndpoint[i] = Ipv4.source(bytes, ip);
    batch.l2[i] = ethernet;
    batch.sourceMac[i] = Ethernet.source(bytes, ethernet);
    cursor.wireEnd = Math.min(cursor.wireEnd, udpEnd);
    cursor.end = Math.min(cursor.end, udpEnd);
    cursor.type = Ethernet.type(bytes, ethernet);
    cursor.at = ethernet + Ethernet.LENGTH;
  }
}
