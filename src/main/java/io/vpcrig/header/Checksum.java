package io.vpcrig.header;

import io.vpcrig.frame.Bytes;

/**
 * The Internet checksum (RFC 1071) and its incremental update (RFC 1624, equation 3).
 *
 * <p>A <i>sum</i> here is a partial ones' complement sum in a long, not yet folded; sums of ranges
 * of even length may be added. A <i>checksum</i> is the 16-bit field on the wire, 0..65535.
 */
public final class Checksum {
  private static final long LOW_32 = 0xffff_ffffL;

  private Checksum() {}

  /**
   * Sum of {@code length} bytes. An odd last byte counts as the high half of a word.
   *
   * <p>Eight bytes at a time: {@code all} sums them wrapping, {@code high} their high halves, so
   * that the low halves are the difference. The loop is written so that the JIT compiler keeps it
   * as it is; its own unrolling costs more than it gives at the usual 40 bytes.
   *
   * @param length 0..2^30
   */
  public static long sum(Bytes bytes, int offset, int length) {
    int at = offset;
    int end32 = offset + (length & ~31);
    long all = 0;
    long high = 0;
    while (at != end32) {
      long a = bytes.i64(at);
      long b = bytes.i64(at + 8);
      long c = bytes.i64(at + 16);
      long d = bytes.i64(at + 24);
      all += a + b + (c + d);
      high += (a >>> 32) + (b >>> 32) + ((c >>> 32) + (d >>> 32));
      at += 32;
    }
    if ((length & 16) != 0) {
      long a = bytes.i64(at);
      long b = bytes.i64(at + 8);
      all += a + b;
      high += (a >>> 32) + (b >>> 32);
      at += 16;
    }
    if ((length & 8) != 0) {
      long a = bytes.i64(at);
      all += a;
      high += a >>> 32;
      at += 8;
    }
    long sum = high + (all - (high << 32));
    if ((length & 7) != 0) {
      sum += tail(bytes, at, length & 7);
    }
    return sum;
  }

  private static long tail(Bytes bytes, int offset, int length) {
    int at = offset;
    long sum = 0;
    if ((length & 4) != 0) {
      sum += bytes.u32(at);
      at += 4;
    }
    if ((length & 2) != 0) {
      sum += bytes.u16(at);
      at += 2;
    }
    return (length & 1) != 0 ? sum + ((long) bytes.u8(at) << 8) : sum;
  }

  /** Sum of the eight bytes that were read as {@code eight}. */
  public static long sum(long eight) {
    return (eight >>> 32) + (eight & LOW_32);
  }

  /**
   * Sum of the pseudo-header of TCP (RFC 9293 3.1) and UDP (RFC 768).
   *
   * @param length bytes of the transport header and its data
   */
  public static long pseudoHeader(int source, int destination, int protocol, int length) {
    return (source & LOW_32) + (destination & LOW_32) + protocol + length;
  }

  /** Folds a sum to 16 bits, 0..65535. 0 only if everything summed was 0. */
  public static int fold(long sum) {
    long folded = (sum >>> 32) + (sum & LOW_32);
    folded = (folded >>> 16) + (folded & 0xffff);
    folded = (folded >>> 16) + (folded & 0xffff);
    return (int) ((folded >>> 16) + (folded & 0xffff));
  }

  /** The checksum of a sum over everything but the checksum field. */
  public static int finish(long sum) {
    return fold(sum) ^ 0xffff;
  }

  /** The checksum of a range whose checksum field holds 0. */
  public static int of(Bytes bytes, int offset, int length) {
    return finish(sum(bytes, offset, length));
  }

  /** Whether a sum that covers the checksum field too says the bytes arrived as sent. */
  public static boolean isRight(long sum) {
    return fold(sum) == 0xffff;
  }

  /**
   * The checksum after one 16-bit word it covers changed.
   *
   * @param oldWord 0..65535
   * @param newWord 0..65535
   */
  public static int update(int checksum, int oldWord, int newWord) {
    int sum = (checksum ^ 0xffff) + (oldWord ^ 0xffff) + newWord;
    sum = (sum >>> 16) + (sum & 0xffff);
    return (sum >>> 16) + (sum & 0xffff) ^ 0xffff;
  }

  /**
   * What a sum gains, modulo 65535, when a 32-bit value it covers changes; 0..262140. Both values
   * and all checksums may be swapped bytewise as well (RFC 1071 2, "byte order independence").
   */
  public static int delta(int oldValue, int newValue) {
    int without = ~oldValue;
    return (without >>> 16) + (without & 0xffff) + (newValue >>> 16) + (newValue & 0xffff);
  }

  /**
   * The checksum after its sum gained {@code delta}.
   *
   * @param delta 0..2^31 - 65536
   */
  public static int updated(int checksum, int delta) {
    int sum = (checksum ^ 0xffff) + delta;
    sum = (sum >>> 16) + (sum & 0xffff);
    return (sum >>> 16) + (sum & 0xffff) ^ 0xffff;
  }

  /**
   * Sum of {@code length} bytes, at least 8, of a {@link Bytes#window}, swapped bytewise: {@link
   * #isRight} does not mind.
   */
  public static long rawSum(long place, int length) {
    long sum = 0;
    long end = place + length;
    long last = end - 8;
    long at = place;
    for (; at <= last; at += 8) {
      sum += sum(Bytes.raw64(at));
    }
    int left = (int) (end - at);
    return left == 0 ? sum : sum + sum(Bytes.raw64(last) >>> (8 - left << 3));
  }

  /** The checksum after 32 bits it covers, at an even distance from its start, changed. */
  public static int update32(int checksum, int oldValue, int newValue) {
    long sum = (checksum ^ 0xffff) + (~oldValue & LOW_32) + (newValue & LOW_32);
    return fold(sum) ^ 0xffff;
  }

  /**
   * Whether the transport checksum of a whole datagram is right: TCP, UDP (0 means none) and ICMP;
   * every other protocol is right.
   *
   * @param l3 valid IPv4 header
   * @param l4 transport header of at least the protocol's minimum; UDP's length field fits
   * @param l3End one past the last byte of the datagram, all of it present
   */
  public static boolean isTransportRight(Bytes bytes, int l3, int l4, int l3End) {
    int protocol = Ipv4.protocol(bytes, l3);
    int length = l3End - l4;
    switch (protocol) {
      case Ipv4.UDP:
        if (Udp.checksum(bytes, l4) == 0) {
          return true;
        }
        length = Udp.length(bytes, l4);
        break;
      case Ipv4.TCP:
        break;
      case Ipv4.ICMP:
        return isRight(sum(bytes, l4, length));
      default:
        return true;
    }
    return isRight(
        pseudoHeader(Ipv4.source(bytes, l3), Ipv4.destination(bytes, l3), protocol, length)
            + sum(bytes, l4, length));
  }

  /**
   * Writes the checksums of the IPv4 header and of TCP, UDP or ICMP anew, whatever they were. A UDP
   * checksum of 0 stays (there is none); of a fragment only the IPv4 header is repaired, since the
   * transport checksum covers bytes of other fragments.
   *
   * @param l3 valid IPv4 header
   * @param l4 transport header, or {@link io.vpcrig.frame.FrameBatch#NONE}
   * @param l3End one past the last byte of the datagram; all of it must be present
   */
  public static void repair(Bytes bytes, int l3, int l4, int l3End) {
    Ipv4.updateChecksum(bytes, l3);
    if (l4 < 0 || Ipv4.isFragment(Ipv4.fragment(bytes, l3))) {
      return;
    }
    int source = Ipv4.source(bytes, l3);
    int destination = Ipv4.destination(bytes, l3);
    switch (Ipv4.protocol(bytes, l3)) {
      case Ipv4.TCP -> Tcp.updateChecksum(bytes, l4, l3End - l4, source, destination);
      case Ipv4.UDP -> {
        if (Udp.checksum(bytes, l4) != 0) {
          Udp.updateChecksum(bytes, l4, source, destination);
        }
      }
      case Ipv4.ICMP -> Icmp.updateChecksum(bytes, l4, l3End - l4);
      default -> {}
    }
  }
}
