package io.vpcrig.query.cases;

import io.vpcrig.frame.Bytes;
import io.vpcrig.header.Checksum;
import io.vpcrig.header.Ethernet;
import io.vpcrig.header.Icmp;
import io.vpcrig.header.Ipv4;
import io.vpcrig.header.Tcp;
import io.vpcrig.header.Udp;
import io.vpcrig.header.Vlan;
import io.vpcrig.header.Vxlan;
import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Flow;
import io.vpcrig.model.Segment;
import io.vpcrig.model.VxlanSettings;
import io.vpcrig.query.Packet;

/**
 * Writes packets as the frames in which they come to the router: with the tags or the tunnel of
 * their segment, right checksums, and nothing behind the transport header.
 */
final class ProbeFrames {
  private static final int TUNNEL = Ethernet.LENGTH + Ipv4.MIN_LENGTH + Udp.LENGTH + Vxlan.LENGTH;

  /** The tunnel endpoint that all probes come from, 192.0.2.2. */
  private static final int ENDPOINT = 192 << 24 | 2 << 8 | 2;

  /** What protocols without a header of their own here carry, bytes. */
  private static final int OTHER = 8;

  private final VxlanSettings vxlan;

  ProbeFrames(VxlanSettings vxlan) {
    this.vxlan = vxlan;
  }

  /** Bytes of a packet's frame. */
  static int length(Packet packet, Segment in) {
    int around =
        switch (in.encapsulation()) {
          case Encapsulation.Untagged untagged -> 0;
          case Encapsulation.Vlan vlan -> Vlan.LENGTH;
          case Encapsulation.QinQ tags -> 2 * Vlan.LENGTH;
          case Encapsulation.Vxlan tunnel -> TUNNEL;
        };
    return around + Ethernet.LENGTH + Ipv4.MIN_LENGTH + transport(packet.flow().protocol());
  }

  private static int transport(int protocol) {
    return switch (protocol) {
      case Ipv4.TCP -> Tcp.MIN_LENGTH;
      case Ipv4.UDP -> Udp.LENGTH;
      case Ipv4.ICMP -> Icmp.LENGTH;
      default -> OTHER;
    };
  }

  /** Writes a frame of {@link #length} bytes. */
  void write(Bytes bytes, int at, Packet packet, Segment in) {
    long to = in.routerMac();
    long from = Segment.derivedMac(packet.flow().source());
    int type = at + Ethernet.TYPE;
    switch (in.encapsulation()) {
      case Encapsulation.Untagged untagged -> Ethernet.write(bytes, at, to, from, 0);
      case Encapsulation.Vlan(int id) -> {
        Ethernet.write(bytes, at, to, from, 0);
        Vlan.write(bytes, type, Ethernet.ETHERTYPE_VLAN, id);
        type += Vlan.LENGTH;
      }
      case Encapsulation.QinQ(int outer, int inner) -> {
        Ethernet.write(bytes, at, to, from, 0);
        Vlan.write(bytes, type, Ethernet.ETHERTYPE_SERVICE_VLAN, outer);
        Vlan.write(bytes, type + Vlan.LENGTH, Ethernet.ETHERTYPE_VLAN, inner);
        type += 2 * Vlan.LENGTH;
      }
      case Encapsulation.Vxlan(int vni) -> {
        tunnel(bytes, at, vni, length(packet, in));
        Ethernet.write(bytes, at + TUNNEL, to, from, 0);
        type += TUNNEL;
      }
    }
    bytes.putU16(type, Ethernet.ETHERTYPE_IPV4);
    datagram(bytes, type + 2, packet);
  }

  private void tunnel(Bytes bytes, int at, int vni, int length) {
    long local = Segment.derivedMac(vxlan.local());
    Ethernet.write(bytes, at, local, Segment.derivedMac(ENDPOINT), Ethernet.ETHERTYPE_IPV4);
    int l3 = at + Ethernet.LENGTH;
    int total = length - Ethernet.LENGTH;
    Ipv4.write(bytes, l3, total, 0, Ipv4.DONT_FRAGMENT, 64, Ipv4.UDP, ENDPOINT, vxlan.local());
    int l4 = l3 + Ipv4.MIN_LENGTH;
    Udp.setPorts(bytes, l4, Vxlan.FIRST_SOURCE_PORT << 16 | vxlan.port());
    Udp.setLength(bytes, l4, total - Ipv4.MIN_LENGTH);
    Udp.clearChecksum(bytes, l4);
    Vxlan.write(bytes, l4 + Udp.LENGTH, vni);
  }

  private static void datagram(Bytes bytes, int l3, Packet packet) {
    Flow flow = packet.flow();
    int length = transport(flow.protocol());
    int end = l3 + Ipv4.MIN_LENGTH + length;
    Ipv4.write(
        bytes,
        l3,
        end - l3,
        0,
        Ipv4.DONT_FRAGMENT,
        packet.ttl(),
        flow.protocol(),
        flow.source(),
        flow.destination());
    int l4 = l3 + Ipv4.MIN_LENGTH;
    bytes.fill(l4, length, 0);
    switch (flow.protocol()) {
      case Ipv4.TCP -> {
        Tcp.setPorts(bytes, l4, flow.ports());
        bytes.putI32(l4 + Tcp.SEQUENCE, 1);
        bytes.putI32(l4 + Tcp.DATA_OFFSET, Tcp.MIN_LENGTH << 26 | packet.tcpFlags() << 16 | 0x2000);
      }
      case Ipv4.UDP -> {
        Udp.setPorts(bytes, l4, flow.ports());
        Udp.setLength(bytes, l4, length);
        bytes.putU16(l4 + Udp.CHECKSUM, 1); // Any but 0, which says that there is none.
      }
      case Ipv4.ICMP -> {
        Icmp.setTypeCode(bytes, l4, flow.ports() & 0xffff);
        Icmp.setIdentifier(bytes, l4, flow.icmpId());
      }
      default -> {}
    }
    Checksum.repair(bytes, l3, l4, end);
  }
}
