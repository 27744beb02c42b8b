package io.vpcrig.tunnel;

import static io.vpcrig.frame.FrameBatch.NONE;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.header.Checksum;
import io.vpcrig.header.ChecksumPolicy;
import io.vpcrig.header.Icmp;
import io.vpcrig.header.Ipv4;
import io.vpcrig.header.Tcp;
import io.vpcrig.header.Udp;
import io.vpcrig.telemetry.Reason;

/**
 * Checks an IPv4 datagram and its transport header, and fills their columns. A datagram that the
 * capture cut passes if its headers are whole; its transport checksum can't be checked. Thread:
 * any, stateless.
 */
final class NetworkGate {
  private final boolean verify;

  NetworkGate(ChecksumPolicy policy) {
    verify = policy == ChecksumPolicy.VERIFY;
  }

  /** Marks everything from the network layer on as absent. */
  static void absent(FrameBatch batch, int i) {
    batch.l3[i] = NONE;
    batch.l3End[i] = NONE;
    batch.family[i] = 0;
    batch.sourceAddress[i] = 0;
    batch.destinationAddress[i] = 0;
    batch.protocol[i] = 0;
    batch.fragment[i] = 0;
    noTransport(batch, i);
  }

  private static void noTransport(FrameBatch batch, int i) {
    batch.l4[i] = NONE;
    batch.ports[i] = 0;
    batch.tcpFlags[i] = 0;
  }

  /**
   * Checks the datagram at {@code l3}.
   *
   * @param end one past the last byte present
   * @param wireEnd one past the last byte there was on the wire, not less than {@code end}
   * @return why it is dropped, or null
   */
  Reason ipv4(FrameBatch batch, int i, int l3, int end, int wireEnd) {
    Bytes bytes = batch.bytes;
    if (!Ipv4.isValid(bytes, l3, end - l3)) {
      absent(batch, i);
      return invalid(bytes, l3, end, wireEnd);
    }
    int l3End = l3 + Ipv4.totalLength(bytes, l3);
    int source = Ipv4.source(bytes, l3);
    int destination = Ipv4.destination(bytes, l3);
    int protocol = Ipv4.protocol(bytes, l3);
    int fragment = Ipv4.fragment(bytes, l3);
    batch.l3[i] = l3;
    batch.l3End[i] = l3End;
    batch.family[i] = 4;
    batch.sourceAddress[i] = source;
    batch.destinationAddress[i] = destination;
    batch.protocol[i] = protocol;
    batch.fragment[i] = fragment;
    noTransport(batch, i);
    if (l3End > wireEnd) {
      return Reason.IPV4_LENGTH;
    }
    if (verify && !Ipv4.isChecksumRight(bytes, l3)) {
      return Reason.IPV4_CHECKSUM;
    }
    if (!Addresses.areLegal(source, destination)) {
      return Reason.IPV4_ADDRESS;
    }
    int l4 = l3 + Ipv4.headerLength(bytes, l3);
    if (l4 != l3 + Ipv4.MIN_LENGTH && Ipv4.hasSourceRoute(bytes, l3)) {
      return Reason.IPV4_SOURCE_ROUTE;
    }
    if ((fragment & Ipv4.FRAGMENT_OFFSET_MASK) != 0) {
      return null;
    }
    boolean whole = (fragment & Ipv4.MORE_FRAGMENTS) == 0;
    Reason reason =
        switch (protocol) {
          case Ipv4.TCP -> tcp(batch, i, l4, l3End, end, whole);
          case Ipv4.UDP -> udp(batch, i, l4, l3End, end, whole);
          case Ipv4.ICMP -> icmp(batch, i, l4, l3End, end);
          default -> {
            batch.l4[i] = l4;
            yield null;
          }
        };
    if (reason == null
        && verify
        && whole
        && l3End <= end
        && !Checksum.isTransportRight(bytes, l3, l4, l3End)) {
      return Reason.L4_CHECKSUM;
    }
    return reason;
  }

  /** Why {@link Ipv4#isValid} said no. */
  private static Reason invalid(Bytes bytes, int l3, int end, int wireEnd) {
    int present = end - l3;
    if (present < Ipv4.MIN_LENGTH) {
      return wireEnd - l3 >= Ipv4.MIN_LENGTH ? Reason.IPV4_TRUNCATED : Reason.IPV4_LENGTH;
    }
    int headerLength = Ipv4.headerLength(bytes, l3);
    if (Ipv4.version(bytes, l3) != 4 || headerLength < Ipv4.MIN_LENGTH) {
      return Reason.IPV4_HEADER;
    }
    if (Ipv4.totalLength(bytes, l3) < headerLength || wireEnd - l3 < headerLength) {
      return Reason.IPV4_LENGTH;
    }
    return Reason.IPV4_TRUNCATED;
  }

  private static Reason tcp(FrameBatch batch, int i, int l4, int l3End, int end, boolean whole) {
    Bytes bytes = batch.bytes;
    if (l3End - l4 < Tcp.MIN_LENGTH) {
      return Reason.L4_SHORT;
    }
    if (end - l4 < Tcp.MIN_LENGTH) {
      return Reason.IPV4_TRUNCATED;
    }
    int flags = Tcp.flags(bytes, l4);
    int headerLength = Tcp.headerLength(bytes, l4);
    batch.l4[i] = l4;
    batch.ports[i] = Tcp.ports(bytes, l4);
    batch.tcpFlags[i] = flags;
    if (headerLength < Tcp.MIN_LENGTH || !Tcp.areFlagsLegal(flags)) {
      return Reason.TCP_HEADER;
    }
    if (headerLength > l3End - l4) {
      return whole ? Reason.TCP_HEADER : Reason.L4_SHORT;
    }
    return headerLength > end - l4 ? Reason.IPV4_TRUNCATED : null;
  }

  private static Reason udp(FrameBatch batch, int i, int l4, int l3End, int end, boolean whole) {
    Bytes bytes = batch.bytes;
    if (l3End - l4 < Udp.LENGTH) {
      return Reason.L4_SHORT;
    }
    if (end - l4 < Udp.LENGTH) {
      return Reason.IPV4_TRUNCATED;
    }
    batch.l4[i] = l4;
    batch.ports[i] = Udp.ports(bytes, l4);
    int length = Udp.length(bytes, l4);
    return length < Udp.LENGTH || whole && length > l3End - l4 ? Reason.UDP_LENGTH : null;
  }

  private static Reason icmp(FrameBatch batch, int i, int l4, int l3End, int end) {
    Bytes bytes = batch.bytes;
    if (l3End - l4 < Icmp.LENGTH) {
      return Reason.L4_SHORT;
    }
    if (end - l4 < Icmp.LENGTH) {
      return Reason.IPV4_TRUNCATED;
    }
    int typeCode = Icmp.typeCode(bytes, l4);
    int identifier = Icmp.hasIdentifier(typeCode >>> 8) ? Icmp.identifier(bytes, l4) : 0;
    batch.l4[i] = l4;
    batch.ports[i] = identifier << 16 | typeCode;
    return null;
  }
}
