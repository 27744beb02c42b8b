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
    // | 4 | IHL | TOS | total length | id | fragment |  TTL | protocol | checksum | source |
    long first = bytes.i64(l3);
    long second = bytes.i64(l3 + Ipv4.TTL);
    int destination = Ipv4.destination(bytes, l3);
    int l3End = l3 + ((int) (first >>> 32) & 0xffff);
    int source = (int) second;
    int protocol = (int) (second >>> 48) & 0xff;
    int fragment = (int) first & 0xffff;
    batch.l3[i] = l3;
    batch.l3End[i] = l3End;
    batch.family[i] = 4;
    batch.sourceAddress[i] = source;
    batch.destinationAddress[i] = destination;
    batch.protocol[i] = protocol;
    batch.fragment[i] = fragment;
    Reason reason = null;
    int l4 = l3 + ((int) (first >>> 54) & 0x3c);
    if (l3End > wireEnd) {
      reason = Reason.IPV4_LENGTH;
    } else if (verify && !isHeaderRight(bytes, first, second, destination, l3, l4)) {
      reason = Reason.IPV4_CHECKSUM;
    } else if (!Addresses.areLegal(source, destination)) {
      reason = Reason.IPV4_ADDRESS;
    } else if (l4 != l3 + Ipv4.MIN_LENGTH && Ipv4.hasSourceRoute(bytes, l3)) {
      reason = Reason.IPV4_SOURCE_ROUTE;
    }
    if (reason != null || (fragment & Ipv4.FRAGMENT_OFFSET_MASK) != 0) {
      noTransport(batch, i);
      return reason;
    }
    return switch (protocol) {
      case Ipv4.TCP -> tcp(batch, i, l4, l3End, end);
      case Ipv4.UDP -> udp(batch, i, l4, l3End, end);
      case Ipv4.ICMP -> icmp(batch, i, l4, l3End, end);
      default -> {
        transport(batch, i, l4, 0, 0);
        yield null;
      }
    };
  }

  private static boolean isHeaderRight(
      Bytes bytes, long first, long second, int destination, int l3, int l4) {
    long sum = Checksum.sum(first) + Checksum.sum(second) + (destination & 0xffff_ffffL);
    int options = l3 + Ipv4.MIN_LENGTH;
    return Checksum.isRight(l4 == options ? sum : sum + Checksum.sum(bytes, options, l4 - options));
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

  private static void transport(FrameBatch batch, int i, int l4, int ports, int tcpFlags) {
    batch.l4[i] = l4;
    batch.ports[i] = ports;
    batch.tcpFlags[i] = tcpFlags;
  }

  private static void noTransport(FrameBatch batch, int i) {
    transport(batch, i, NONE, 0, 0);
  }

  /** A transport header of which {@code least} bytes are not all there. */
  private static Reason cut(FrameBatch batch, int i, int length, int least) {
    noTransport(batch, i);
    return length < least ? Reason.L4_SHORT : Reason.IPV4_TRUNCATED;
  }

  private Reason tcp(FrameBatch batch, int i, int l4, int l3End, int end) {
    Bytes bytes = batch.bytes;
    int length = l3End - l4;
    if (Math.min(length, end - l4) < Tcp.MIN_LENGTH) {
      return cut(batch, i, length, Tcp.MIN_LENGTH);
    }
    int flags = Tcp.flags(bytes, l4);
    int headerLength = Tcp.headerLength(bytes, l4);
    transport(batch, i, l4, Tcp.ports(bytes, l4), flags);
    if (headerLength < Tcp.MIN_LENGTH || !Tcp.areFlagsLegal(flags)) {
      return Reason.TCP_HEADER;
    }
    boolean fragment = Ipv4.isFragment(batch.fragment[i]);
    if (headerLength > length) {
      return fragment ? Reason.L4_SHORT : Reason.TCP_HEADER;
    }
    if (headerLength > end - l4) {
      return Reason.IPV4_TRUNCATED;
    }
    return fragment || l3End > end ? null : checked(batch, i, Ipv4.TCP, l4, length);
  }

  private Reason udp(FrameBatch batch, int i, int l4, int l3End, int end) {
    Bytes bytes = batch.bytes;
    if (Math.min(l3End, end) - l4 < Udp.LENGTH) {
      return cut(batch, i, l3End - l4, Udp.LENGTH);
    }
    transport(batch, i, l4, Udp.ports(bytes, l4), 0);
    int length = Udp.length(bytes, l4);
    boolean fragment = Ipv4.isFragment(batch.fragment[i]);
    if (length < Udp.LENGTH || !fragment && length > l3End - l4) {
      return Reason.UDP_LENGTH;
    }
    return fragment || l3End > end || Udp.checksum(bytes, l4) == 0
        ? null
        : checked(batch, i, Ipv4.UDP, l4, length);
  }

  private Reason icmp(FrameBatch batch, int i, int l4, int l3End, int end) {
    Bytes bytes = batch.bytes;
    if (Math.min(l3End, end) - l4 < Icmp.LENGTH) {
      return cut(batch, i, l3End - l4, Icmp.LENGTH);
    }
    int typeCode = Icmp.typeCode(bytes, l4);
    int identifier = Icmp.hasIdentifier(typeCode >>> 8) ? Icmp.identifier(bytes, l4) : 0;
    transport(batch, i, l4, identifier << 16 | typeCode, 0);
    boolean whole = l3End <= end && !Ipv4.isFragment(batch.fragment[i]);
    return verify && whole && !Checksum.isRight(Checksum.sum(bytes, l4, l3End - l4))
        ? Reason.L4_CHECKSUM
        : null;
  }

  /** Checks a TCP or UDP checksum, if checksums are checked. */
  private Reason checked(FrameBatch batch, int i, int protocol, int l4, int length) {
    if (!verify) {
      return null;
    }
    long sum =
        Checksum.pseudoHeader(batch.sourceAddress[i], batch.destinationAddress[i], protocol, length)
            + Checksum.sum(batch.bytes, l4, length);
    return Checksum.isRight(sum) ? null : Reason.L4_CHECKSUM;
  }
}
