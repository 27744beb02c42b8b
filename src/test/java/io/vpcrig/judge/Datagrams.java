package io.vpcrig.judge;

import static io.vpcrig.testing.PlainParser.i32;
import static io.vpcrig.testing.PlainParser.u16;

import io.vpcrig.header.PlainChecksum;
import io.vpcrig.model.Flow;
import io.vpcrig.model.Protocol;
import io.vpcrig.testing.PlainParser;
import java.util.Arrays;
import java.util.Optional;

/**
 * IPv4 datagrams as bytes: made with right checksums, read without the product's accessors. The
 * identification of each that is sent is its token, by which what leaves is matched with what came.
 */
final class Datagrams {
  static final int HEADER = 20;
  private static final int ICMP_HEADER = 8;

  private Datagrams() {}

  // --- making ----------------------------------------------------------------------------------

  static byte[] tcp(
      Flow flow, int flags, int sequence, int acknowledged, int data, int ttl, int id) {
    byte[] d = ipv4(flow, HEADER + data, ttl, id);
    put16(d, 20, flow.sourcePort());
    put16(d, 22, flow.destinationPort());
    put32(d, 24, sequence);
    put32(d, 28, (flags & 16) != 0 ? acknowledged : 0);
    d[32] = 5 << 4;
    d[33] = (byte) flags;
    put16(d, 34, 0xffff);
    fill(d, 40);
    transportChecksum(d, 36);
    return d;
  }

  static byte[] udp(Flow flow, int data, int ttl, int id) {
    byte[] d = ipv4(flow, 8 + data, ttl, id);
    put16(d, 20, flow.sourcePort());
    put16(d, 22, flow.destinationPort());
    put16(d, 24, 8 + data);
    fill(d, 28);
    transportChecksum(d, 26);
    return d;
  }

  /** An ICMP query or its answer; the data begins with the token. */
  static byte[] icmp(Flow flow, int data, int ttl, int id) {
    byte[] d = ipv4(flow, ICMP_HEADER + Math.max(2, data), ttl, id);
    put16(d, 20, flow.icmpType() << 8 | flow.icmpCode());
    put16(d, 24, flow.icmpId());
    put16(d, 26, 1);
    fill(d, 28);
    put16(d, 28, id);
    icmpChecksum(d);
    return d;
  }

  /** An ICMP error that quotes the header of a datagram and the eight bytes behind it. */
  static byte[] error(
      int source, int destination, int type, int code, byte[] about, int ttl, int id) {
    int quoted = Math.min(about.length, HEADER + 8);
    Flow flow = Flow.of(Protocol.ICMP, source, destination, type << 8 | code, Optional.empty());
    byte[] d = ipv4(flow, ICMP_HEADER + quoted, ttl, id);
    put16(d, 20, type << 8 | code);
    System.arraycopy(about, 0, d, HEADER + ICMP_HEADER, quoted);
    icmpChecksum(d);
    return d;
  }

  /** A datagram of a protocol without ports. */
  static byte[] other(int source, int destination, int protocol, int data, int ttl, int id) {
    Flow flow = Flow.of(protocol, source, destination, 0, Optional.empty());
    byte[] d = ipv4(flow, data, ttl, id);
    fill(d, HEADER);
    return d;
  }

  /** Cuts a datagram in two where its payload has {@code first} bytes, a multiple of eight. */
  static byte[][] fragments(byte[] whole, int first) {
    byte[] head = Arrays.copyOf(whole, HEADER + first);
    byte[] tail = new byte[whole.length - first];
    System.arraycopy(whole, 0, tail, 0, HEADER);
    System.arraycopy(whole, HEADER + first, tail, HEADER, tail.length - HEADER);
    put16(head, 2, head.length);
    put16(tail, 2, tail.length);
    put16(head, 6, 0x2000);
    put16(tail, 6, first / 8);
    headerChecksum(head);
    headerChecksum(tail);
    return new byte[][] {head, tail};
  }

  /** Makes the transport checksum, if there is one, wrong by one bit. */
  static void damage(byte[] d) {
    switch (protocol(d)) {
      case Protocol.TCP -> d[37] ^= 1;
      case Protocol.UDP -> d[27] ^= 1;
      case Protocol.ICMP -> d[23] ^= 1;
      default -> {}
    }
  }

  private static byte[] ipv4(Flow flow, int data, int ttl, int id) {
    byte[] d = new byte[HEADER + data];
    d[0] = 0x45;
    put16(d, 2, d.length);
    put16(d, 4, id);
    d[8] = (byte) ttl;
    d[9] = (byte) flow.protocol();
    put32(d, 12, flow.source());
    put32(d, 16, flow.destination());
    headerChecksum(d);
    return d;
  }

  private static void fill(byte[] d, int from) {
    for (int k = from; k < d.length; k++) {
      d[k] = (byte) k;
    }
  }

  private static void headerChecksum(byte[] d) {
    put16(d, 10, 0);
    put16(d, 10, PlainChecksum.finish(PlainChecksum.sum(d, 0, HEADER)));
  }

  private static void icmpChecksum(byte[] d) {
    put16(d, 22, PlainChecksum.finish(PlainChecksum.sum(d, HEADER, d.length - HEADER)));
  }

  private static void transportChecksum(byte[] d, int at) {
    int length = d.length - HEADER;
    int pseudo = PlainChecksum.pseudoHeader(i32(d, 12), i32(d, 16), protocol(d), length);
    int sum = PlainChecksum.finish(PlainChecksum.add(pseudo, PlainChecksum.sum(d, HEADER, length)));
    put16(d, at, sum == 0 && protocol(d) == Protocol.UDP ? 0xffff : sum);
  }

  static void put16(byte[] d, int at, int value) {
    d[at] = (byte) (value >>> 8);
    d[at + 1] = (byte) value;
  }

  static void put32(byte[] d, int at, int value) {
    put16(d, at, value >>> 16);
    put16(d, at + 2, value);
  }

  // --- reading ---------------------------------------------------------------------------------

  static int protocol(byte[] d) {
    return d[9] & 0xff;
  }

  static int source(byte[] d) {
    return i32(d, 12);
  }

  static int destination(byte[] d) {
    return i32(d, 16);
  }

  static int id(byte[] d) {
    return u16(d, 4);
  }

  static boolean isFragment(byte[] d) {
    return (u16(d, 6) & 0x3fff) != 0;
  }

  static boolean isLaterFragment(byte[] d) {
    return (u16(d, 6) & 0x1fff) != 0;
  }

  static int icmpType(byte[] d) {
    return d[HEADER] & 0xff;
  }

  static boolean isIcmpError(byte[] d) {
    return protocol(d) == Protocol.ICMP
        && !isLaterFragment(d)
        && switch (icmpType(d)) {
          case 3, 4, 5, 11, 12 -> true;
          default -> false;
        };
  }

  /** What an ICMP error quotes. */
  static byte[] quote(byte[] error) {
    return Arrays.copyOfRange(error, HEADER + ICMP_HEADER, error.length);
  }

  /** Addresses and ports of a datagram that is whole, or quoted with eight bytes of its data. */
  static Flow flow(byte[] d) {
    int protocol = protocol(d);
    int ports =
        switch (protocol) {
          case Protocol.TCP, Protocol.UDP -> i32(d, HEADER);
          case Protocol.ICMP ->
              (isQuery(icmpType(d)) ? u16(d, HEADER + 4) << 16 : 0) | u16(d, HEADER);
          default -> 0;
        };
    return Flow.of(protocol, source(d), destination(d), ports, Optional.empty());
  }

  static boolean isQuery(int icmpType) {
    return icmpType == 0 || icmpType == 8 || icmpType >= 13 && icmpType <= 18;
  }

  /** Ethernet pads what is shorter than 46 bytes. */
  static byte[] withoutPadding(byte[] d) {
    int length = u16(d, 2);
    return length < d.length ? Arrays.copyOf(d, length) : d;
  }

  /** What is wrong with lengths and checksums of a datagram that leaves; empty if nothing is. */
  static String wrong(byte[] d) {
    return isFragment(d) ? "" : PlainParser.wrong(d);
  }

  /** One line for people. */
  static String text(byte[] d) {
    String fragment =
        isFragment(d) ? " fragment 0x%04x of %d bytes".formatted(u16(d, 6), d.length) : "";
    if (isLaterFragment(d)) {
      return "%s ttl %d id %d%s"
          .formatted(
              Flow.of(protocol(d), source(d), destination(d), 0, Optional.empty()),
              d[8] & 0xff,
              id(d),
              fragment);
    }
    String quote = isIcmpError(d) ? " about (" + text(quote(d)) + ")" : "";
    String flags =
        protocol(d) == Protocol.TCP && d.length >= 40
            ? " flags 0x%02x seq %d ack %d".formatted(d[33], i32(d, 24), i32(d, 28))
            : "";
    return "%s%s ttl %d tos %d id %d%s%s"
        .formatted(flow(d), flags, d[8] & 0xff, d[1] & 0xff, id(d), fragment, quote);
  }
}
