package io.vpcrig.bench.pipeline;

import io.vpcrig.frame.Bytes;
import io.vpcrig.header.Checksum;
import io.vpcrig.header.Ethernet;
import io.vpcrig.header.Ipv4;
import io.vpcrig.header.Tcp;
import io.vpcrig.header.Udp;
import io.vpcrig.header.Vlan;
import io.vpcrig.header.Vxlan;
import io.vpcrig.model.Segment;
import io.vpcrig.tunnel.SegmentTable;

/**
 * Writes the frames of flows as they come to the router. All are TCP with a payload of zeros, which
 * adds nothing to checksums: so only their first {@link #HEAD} bytes differ from flow to flow.
 */
final class FlowFrames {
  /** Bytes at the start of a frame, two cache lines, that hold every header. */
  static final int HEAD = 128;

  /** The TTL frames come with. */
  static final int TTL = 64;

  private static final int VXLAN_AROUND =
      Ethernet.LENGTH + Ipv4.MIN_LENGTH + Udp.LENGTH + Vxlan.LENGTH;
  private static final int HEADERS = Ipv4.MIN_LENGTH + Tcp.MIN_LENGTH;
  private static final int WINDOW = 0x2000;

  /** Tunnel endpoints of hosts: 192.0.2.2 and on. */
  private static final int FIRST_ENDPOINT = 192 << 24 | 2 << 8 | 2;

  private static final int ENDPOINTS = 200;

  private final SegmentTable segments;
  private final FrameSize size;

  FlowFrames(SegmentTable segments, FrameSize size) {
    this.segments = segments;
    this.size = size;
  }

  /** Bytes of a frame of {@code number} that comes by {@code segment}. */
  int length(int number, int segment) {
    return size.of(number, around(segment));
  }

  /**
   * Writes a frame of the client: its head, and no more than its length.
   *
   * @return where its inner IPv4 header is
   */
  int fromClient(Bytes bytes, int at, Flow flow, int tcpFlags, int length) {
    return write(
        bytes,
        at,
        flow.clientSegment,
        flow.client,
        flow.dialled,
        flow.clientPort << 16 | flow.dialledPort,
        tcpFlags,
        length);
  }

  /** Writes a frame of the server: its head, and no more than its length. */
  void fromServer(Bytes bytes, int at, Flow flow, int tcpFlags, int length) {
    write(
        bytes,
        at,
        flow.serverSegment,
        flow.server,
        flow.seen,
        flow.serverPort << 16 | flow.clientPort,
        tcpFlags,
        length);
  }

  /** The tunnel endpoint that a host is behind. */
  static int endpoint(int host) {
    return FIRST_ENDPOINT + (host & 0xffff) % ENDPOINTS;
  }

  /** The MAC of a host, or of the next hop to it. */
  private static long mac(int segment, int host) {
    return Segment.derivedMac(segment == 0 ? BenchVpc.PUBLIC_GATEWAY : host);
  }

  int around(int segment) {
    return segments.encapsulation(segment) == SegmentTable.VXLAN ? VXLAN_AROUND : Vlan.LENGTH;
  }

  private int write(
      Bytes bytes,
      int at,
      int segment,
      int source,
      int destination,
      int ports,
      int tcpFlags,
      int length) {
    long from = mac(segment, source);
    long to = segments.routerMac(segment);
    int l3;
    if (segments.encapsulation(segment) == SegmentTable.VXLAN) {
      tunnel(bytes, at, segment, endpoint(source), ports, length);
      Ethernet.write(bytes, at + VXLAN_AROUND, to, from, Ethernet.ETHERTYPE_IPV4);
      l3 = at + VXLAN_AROUND + Ethernet.LENGTH;
    } else {
      Ethernet.write(bytes, at, to, from, Ethernet.ETHERTYPE_VLAN);
      Vlan.write(bytes, at + Ethernet.LENGTH - 2, Ethernet.ETHERTYPE_VLAN, segments.tag(segment));
      l3 = at + Ethernet.LENGTH + Vlan.LENGTH;
      bytes.putU16(l3 - 2, Ethernet.ETHERTYPE_IPV4);
    }
    int total = datagram(length - (l3 - at));
    ipv4(bytes, l3, Ipv4.TCP, total, source, destination);
    int l4 = l3 + Ipv4.MIN_LENGTH;
    Tcp.setPorts(bytes, l4, ports);
    bytes.putI32(l4 + Tcp.SEQUENCE, 1);
    bytes.putI32(l4 + Tcp.ACKNOWLEDGEMENT, 0);
    bytes.putI32(l4 + Tcp.DATA_OFFSET, Tcp.MIN_LENGTH << 26 | tcpFlags << 16 | WINDOW);
    bytes.putI32(l4 + Tcp.CHECKSUM, 0);
    Tcp.setChecksum(
        bytes,
        l4,
        Checksum.finish(
            Checksum.pseudoHeader(source, destination, Ipv4.TCP, total - Ipv4.MIN_LENGTH)
                + Checksum.sum(bytes, l4, Tcp.MIN_LENGTH)));
    int written = l4 + Tcp.MIN_LENGTH;
    bytes.fill(written, Math.max(0, at + Math.min(length, HEAD) - written), 0);
    return l3;
  }

  private void tunnel(Bytes bytes, int at, int segment, int endpoint, int ports, int length) {
    long local = Segment.derivedMac(segments.localEndpoint());
    Ethernet.write(bytes, at, local, Segment.derivedMac(endpoint), Ethernet.ETHERTYPE_IPV4);
    int l3 = at + Ethernet.LENGTH;
    int total = length - Ethernet.LENGTH;
    ipv4(bytes, l3, Ipv4.UDP, total, endpoint, segments.localEndpoint());
    int l4 = l3 + Ipv4.MIN_LENGTH;
    int port = Vxlan.FIRST_SOURCE_PORT | ports >>> 16 & 0x3fff;
    Udp.setPorts(bytes, l4, port << 16 | segments.vxlanPort());
    Udp.setLength(bytes, l4, total - Ipv4.MIN_LENGTH);
    Udp.clearChecksum(bytes, l4);
    Vxlan.write(bytes, l4 + Udp.LENGTH, segments.tag(segment));
  }

  /** The shortest frame holds 6 bytes of padding; all others are full. */
  private static int datagram(int room) {
    return room == FrameSize.LEAST_GUEST - Ethernet.LENGTH ? HEADERS : room;
  }

  private static void ipv4(
      Bytes bytes, int l3, int protocol, int total, int source, int destination) {
    bytes.putU16(l3 + Ipv4.VERSION_IHL, 0x4500);
    Ipv4.setTotalLength(bytes, l3, total);
    Ipv4.setId(bytes, l3, 0);
    Ipv4.setFragment(bytes, l3, Ipv4.DONT_FRAGMENT);
    Ipv4.setTtl(bytes, l3, TTL);
    Ipv4.setProtocol(bytes, l3, protocol);
    Ipv4.setSource(bytes, l3, source);
    Ipv4.setDestination(bytes, l3, destination);
    Ipv4.updateChecksum(bytes, l3);
  }
}
