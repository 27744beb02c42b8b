package io.vpcrig.io.live;

import io.vpcrig.frame.Bytes;
import io.vpcrig.header.Checksum;
import io.vpcrig.header.Ethernet;
import io.vpcrig.header.Ipv4;
import io.vpcrig.header.Tcp;
import io.vpcrig.header.Udp;
import io.vpcrig.header.Vlan;
import io.vpcrig.header.Vxlan;

/**
 * Completes the checksums of TCP and UDP over IPv4, also inside VXLAN, that a sender left to its
 * hardware and that no hardware completed, where the driver can't be told which those are (AF_XDP,
 * libpcap).
 *
 * <p>A kernel that leaves a checksum open puts the sum of the pseudo header into the field
 * (CHECKSUM_PARTIAL). So a field that holds just that is completed. That is right of a complete
 * checksum too: it then comes out as it was, since both are the complement of the sum of pseudo
 * header and rest. It is wrong only of a frame whose bytes were spoilt on the way, one of 65536 of
 * those. Stateless.
 */
final class OpenChecksums {
  private static final int MACS = 12;
  private static final int VXLAN_WORD = Vxlan.FLAG_I << 24;

  private OpenChecksums() {}

  /** Copies a frame; a VLAN id goes before it if {@code tag} is not 0. */
  static void copy(Bytes to, int at, Bytes from, int frame, int length, int tag) {
    if (tag == 0) {
      to.put(at, from, frame, length);
      return;
    }
    to.put(at, from, frame, MACS);
    to.putI32(at + MACS, Ethernet.ETHERTYPE_VLAN << 16 | tag);
    to.put(at + MACS + Vlan.LENGTH, from, frame + MACS, length - MACS);
  }

  /** Completes what is open in an Ethernet frame; of whatever bytes. */
  static void complete(Bytes bytes, int frame, int length) {
    int type = frame + Ethernet.TYPE;
    int end = frame + length;
    while (type + 2 <= end) {
      int kind = bytes.u16(type);
      if (kind == Ethernet.ETHERTYPE_IPV4) {
        datagram(bytes, type + 2, end);
        return;
      }
      if (!Vlan.isTag(kind)) {
        return;
      }
      type += Vlan.LENGTH;
    }
  }

  private static void datagram(Bytes bytes, int ip, int end) {
    if (end - ip < Ipv4.MIN_LENGTH + Udp.LENGTH) {
      return;
    }
    int protocol = Ipv4.protocol(bytes, ip);
    if (protocol != Ipv4.TCP && protocol != Ipv4.UDP
        || Ipv4.isFragment(Ipv4.fragment(bytes, ip))
        || Ipv4.version(bytes, ip) != 4) {
      return;
    }
    int l4 = ip + Ipv4.headerLength(bytes, ip);
    int length = ip + Ipv4.totalLength(bytes, ip) - l4;
    if (length < (protocol == Ipv4.TCP ? Tcp.MIN_LENGTH : Udp.LENGTH) || l4 + length > end) {
      return;
    }
    // Inside first: the outer sum covers what is inside.
    if (protocol == Ipv4.UDP
        && length >= Udp.LENGTH + Vxlan.LENGTH + Ethernet.LENGTH
        && bytes.i32(l4 + Udp.LENGTH) == VXLAN_WORD
        && bytes.u8(l4 + Udp.LENGTH + Vxlan.VNI + 3) == 0) {
      int inner = l4 + Udp.LENGTH + Vxlan.LENGTH;
      complete(bytes, inner, l4 + length - inner);
    }
    int field = l4 + (protocol == Ipv4.TCP ? Tcp.CHECKSUM : Udp.CHECKSUM);
    long pseudo =
        Checksum.pseudoHeader(
            Ipv4.source(bytes, ip), Ipv4.destination(bytes, ip), protocol, length);
    if (bytes.u16(field) == Checksum.fold(pseudo)) {
      int sum = Checksum.of(bytes, l4, length);
      bytes.putU16(field, sum == 0 ? 0xffff : sum);
    }
  }
}
