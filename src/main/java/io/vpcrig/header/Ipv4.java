package io.vpcrig.header;

import io.vpcrig.frame.Bytes;

/**
 * IPv4 header (RFC 791 3.1).
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +-------+-------+---------------+-------------------------------+
 *   |   4   |  IHL  |type of service|         total length          |
 *   +-------+-------+---------------+-----+-------------------------+
 *   |        identification         |0|D|M|     fragment offset     |
 *   +---------------+---------------+-----+-------------------------+
 *   | time to live  |   protocol    |        header checksum        |
 *   +---------------+---------------+-------------------------------+
 *   |                         source address                        |
 *   +---------------------------------------------------------------+
 *   |                      destination address                      |
 *   +---------------------------------------------------------------+
 *   |                  options, 0..40 bytes ...                     |
 * </pre>
 */
public final class Ipv4 {
  public static final int VERSION_IHL = 0;
  public static final int TYPE_OF_SERVICE = 1;
  public static final int TOTAL_LENGTH = 2;
  public static final int ID = 4;
  public static final int FRAGMENT = 6;
  public static final int TTL = 8;
  public static final int PROTOCOL = 9;
  public static final int CHECKSUM = 10;
  public static final int SOURCE = 12;
  public static final int DESTINATION = 16;

  /** Length without options. */
  public static final int MIN_LENGTH = 20;

  public static final int MAX_LENGTH = 60;

  /** Protocol numbers (IANA). */
  public static final int ICMP = 1;

  public static final int GRE = 47;

  public static final int TCP = 6;
  public static final int UDP = 17;

  /** Bits of the {@link #FRAGMENT} word. */
  public static final int DONT_FRAGMENT = 0x4000;

  public static final int MORE_FRAGMENTS = 0x2000;
  public static final int FRAGMENT_OFFSET_MASK = 0x1fff;

  private static final int OPTION_END = 0;
  private static final int OPTION_NOP = 1;
  private static final int OPTION_LOOSE_SOURCE_ROUTE = 0x83;
  private static final int OPTION_STRICT_SOURCE_ROUTE = 0x89;

  private Ipv4() {}

  /**
   * Whether there is a whole header with sane lengths: version 4, IHL from 5, total length not less
   * than the header. The checksum is not looked at, nor whether the data is all there.
   */
  public static boolean isValid(Bytes bytes, int offset, int available) {
    if (available < MIN_LENGTH) {
      return false;
    }
    int first = bytes.i32(offset);
    int headerLength = first >>> 22 & 0x3c;
    return first >>> 28 == 4
        && headerLength >= MIN_LENGTH
        && headerLength <= available
        && (first & 0xffff) >= headerLength;
  }

  public static int version(Bytes bytes, int offset) {
    return bytes.u8(offset) >>> 4;
  }

  /** Bytes, 20..60 in a valid header. */
  public static int headerLength(Bytes bytes, int offset) {
    return (bytes.u8(offset) & 15) << 2;
  }

  /** Bytes of header and data. */
  public static int totalLength(Bytes bytes, int offset) {
    return bytes.u16(offset + TOTAL_LENGTH);
  }

  public static int id(Bytes bytes, int offset) {
    return bytes.u16(offset + ID);
  }

  /** Flags and offset, 16 bits. */
  public static int fragment(Bytes bytes, int offset) {
    return bytes.u16(offset + FRAGMENT);
  }

  /**
   * Whether a {@link #fragment} word is that of a fragment: more follow, or the offset is not 0.
   */
  public static boolean isFragment(int fragmentWord) {
    return (fragmentWord & (MORE_FRAGMENTS | FRAGMENT_OFFSET_MASK)) != 0;
  }

  /** Offset in bytes in a {@link #fragment} word, 0..65528. */
  public static int fragmentOffset(int fragmentWord) {
    return (fragmentWord & FRAGMENT_OFFSET_MASK) << 3;
  }

  public static int ttl(Bytes bytes, int offset) {
    return bytes.u8(offset + TTL);
  }

  /** 0..255. */
  public static int protocol(Bytes bytes, int offset) {
    return bytes.u8(offset + PROTOCOL);
  }

  public static int checksum(Bytes bytes, int offset) {
    return bytes.u16(offset + CHECKSUM);
  }

  public static int source(Bytes bytes, int offset) {
    return bytes.i32(offset + SOURCE);
  }

  public static int destination(Bytes bytes, int offset) {
    return bytes.i32(offset + DESTINATION);
  }

  public static void setTotalLength(Bytes bytes, int offset, int length) {
    bytes.putU16(offset + TOTAL_LENGTH, length);
  }

  public static void setId(Bytes bytes, int offset, int id) {
    bytes.putU16(offset + ID, id);
  }

  public static void setFragment(Bytes bytes, int offset, int fragmentWord) {
    bytes.putU16(offset + FRAGMENT, fragmentWord);
  }

  public static void setTtl(Bytes bytes, int offset, int ttl) {
    bytes.putU8(offset + TTL, ttl);
  }

  public static void setProtocol(Bytes bytes, int offset, int protocol) {
    bytes.putU8(offset + PROTOCOL, protocol);
  }

  public static void setChecksum(Bytes bytes, int offset, int checksum) {
    bytes.putU16(offset + CHECKSUM, checksum);
  }

  public static void setSource(Bytes bytes, int offset, int address) {
    bytes.putI32(offset + SOURCE, address);
  }

  public static void setDestination(Bytes bytes, int offset, int address) {
    bytes.putI32(offset + DESTINATION, address);
  }

  /** Whether the checksum of a valid header is right. */
  public static boolean isChecksumRight(Bytes bytes, int offset) {
    long one = bytes.i64(offset);
    long sum = Checksum.sum(one) + Checksum.sum(bytes.i64(offset + 8)) + bytes.u32(offset + 16);
    int headerLength = (int) (one >>> 54) & 0x3c;
    if (headerLength != MIN_LENGTH) {
      sum += Checksum.sum(bytes, offset + MIN_LENGTH, headerLength - MIN_LENGTH);
    }
    return Checksum.isRight(sum);
  }

  /** Computes the checksum anew over the whole header. */
  public static void updateChecksum(Bytes bytes, int offset) {
    setChecksum(bytes, offset, 0);
    setChecksum(bytes, offset, Checksum.of(bytes, offset, headerLength(bytes, offset)));
  }

  /** Takes one off the TTL and adjusts the checksum. The TTL must not be 0. */
  public static void decrementTtl(Bytes bytes, int offset) {
    int old = bytes.u16(offset + TTL);
    bytes.putU16(offset + TTL, old - 0x100);
    setChecksum(bytes, offset, Checksum.update(checksum(bytes, offset), old, old - 0x100));
  }

  /** Whether a valid header carries a loose or strict source route option (RFC 791 3.1). */
  public static boolean hasSourceRoute(Bytes bytes, int offset) {
    int end = offset + headerLength(bytes, offset);
    int at = offset + MIN_LENGTH;
    while (at < end) {
      int kind = bytes.u8(at);
      if (kind == OPTION_LOOSE_SOURCE_ROUTE || kind == OPTION_STRICT_SOURCE_ROUTE) {
        return true;
      }
      if (kind == OPTION_END) {
        return false;
      }
      if (kind == OPTION_NOP) {
        at++;
      } else {
        if (at + 1 >= end) {
          return false;
        }
        int length = bytes.u8(at + 1);
        if (length < 2) {
          return false;
        }
        at += length;
      }
    }
    return false;
  }

  /** Writes a header without options, of time to live {@code ttl}, with its checksum. */
  public static void write(
      Bytes bytes,
      int offset,
      int totalLength,
      int id,
      int fragmentWord,
      int ttl,
      int protocol,
      int source,
      int destination) {
    bytes.putI32(offset, 0x4500_0000 | totalLength);
    bytes.putI32(offset + ID, id << 16 | fragmentWord);
    bytes.putI32(offset + TTL, ttl << 24 | protocol << 16);
    bytes.putI32(offset + SOURCE, source);
    bytes.putI32(offset + DESTINATION, destination);
    setChecksum(bytes, offset, Checksum.of(bytes, offset, MIN_LENGTH));
  }
}
