package io.vpcrig.header;

import io.vpcrig.frame.Bytes;

/**
 * IPv6 header (RFC 8200 3), as much as it takes to recognise one.
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +-------+---------------+---------------------------------------+
 *   |   6   | traffic class |              flow label               |
 *   +-------+---------------+-------+---------------+---------------+
 *   |        payload length         |  next header  |   hop limit   |
 *   +-------------------------------+---------------+---------------+
 *   |                        source, 16 bytes                       |
 *   |                     destination, 16 bytes                     |
 * </pre>
 */
public final class Ipv6 {
  public static final int PAYLOAD_LENGTH = 4;
  public static final int NEXT_HEADER = 6;
  public static final int HOP_LIMIT = 7;
  public static final int SOURCE = 8;
  public static final int DESTINATION = 24;
  public static final int LENGTH = 40;

  private Ipv6() {}

  public static boolean isValid(Bytes bytes, int offset, int available) {
    return available >= LENGTH && bytes.u8(offset) >>> 4 == 6;
  }

  /** Bytes after this header. */
  public static int payloadLength(Bytes bytes, int offset) {
    return bytes.u16(offset + PAYLOAD_LENGTH);
  }

  public static int nextHeader(Bytes bytes, int offset) {
    return bytes.u8(offset + NEXT_HEADER);
  }

  public static int hopLimit(Bytes bytes, int offset) {
    return bytes.u8(offset + HOP_LIMIT);
  }
}
