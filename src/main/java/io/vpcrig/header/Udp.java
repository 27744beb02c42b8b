package io.vpcrig.header;

import io.vpcrig.frame.Bytes;

/**
 * UDP header (RFC 768). A checksum field of 0 says there is none; a checksum that comes out as 0 is
 * sent as ffff.
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +-------------------------------+-------------------------------+
 *   |          source port          |       destination port        |
 *   +-------------------------------+-------------------------------+
 *   |            length             |           checksum            |
 *   +-------------------------------+-------------------------------+
 * </pre>
 */
public final class Udp {
  public static final int SOURCE_PORT = 0;
  public static final int DESTINATION_PORT = 2;
  public static final int DATAGRAM_LENGTH = 4;
  public static final int CHECKSUM = 6;
  public static final int LENGTH = 8;

  private Udp() {}

  /** Whether a whole header is there whose length field lies between 8 and {@code available}. */
  public static boolean isValid(Bytes bytes, int offset, int available) {
    if (available < LENGTH) {
      return false;
    }
    int length = length(bytes, offset);
    return length >= LENGTH && length <= available;
  }

  /** Both ports, the source in the high 16 bits. */
  public static int ports(Bytes bytes, int offset) {
    return bytes.i32(offset);
  }

  public static int sourcePort(Bytes bytes, int offset) {
    return bytes.u16(offset + SOURCE_PORT);
  }

  public static int destinationPort(Bytes bytes, int offset) {
    return bytes.u16(offset + DESTINATION_PORT);
  }

  /** Bytes of header and data. */
  public static int length(Bytes bytes, int offset) {
    return bytes.u16(offset + DATAGRAM_LENGTH);
  }

  /** 0 if there is none. */
  public static int checksum(Bytes bytes, int offset) {
    return bytes.u16(offset + CHECKSUM);
  }

  public static void setPorts(Bytes bytes, int offset, int ports) {
    bytes.putI32(offset, ports);
  }

  public static void setLength(Bytes bytes, int offset, int length) {
    bytes.putU16(offset + DATAGRAM_LENGTH, length);
  }

  /** Writes a checksum that was computed: 0 becomes ffff. */
  public static void setChecksum(Bytes bytes, int offset, int checksum) {
    bytes.putU16(offset + CHECKSUM, checksum == 0 ? 0xffff : checksum);
  }

  /** Writes that there is no checksum. */
  public static void clearChecksum(Bytes bytes, int offset) {
    bytes.putU16(offset + CHECKSUM, 0);
  }

  /** Computes the checksum anew over the bytes that the length field tells. */
  public static void updateChecksum(Bytes bytes, int offset, int source, int destination) {
    clearChecksum(bytes, offset);
    int length = length(bytes, offset);
    setChecksum(
        bytes,
        offset,
        Checksum.finish(
            Checksum.pseudoHeader(source, destination, Ipv4.UDP, length)
                + Checksum.sum(bytes, offset, length)));
  }
}
