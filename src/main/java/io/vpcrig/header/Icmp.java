package io.vpcrig.header;

import io.vpcrig.frame.Bytes;

/**
 * ICMP for IPv4 (RFC 792). Queries have an identifier and a sequence number after the checksum;
 * errors quote the datagram they are about from byte 8 on.
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +---------------+---------------+-------------------------------+
 *   |     type      |     code      |           checksum            |
 *   +---------------+---------------+-------------------------------+
 *   |   identifier (queries)        |       sequence (queries)      |
 *   +-------------------------------+-------------------------------+
 *   |         data (queries) or quoted datagram (errors) ...        |
 * </pre>
 */
public final class Icmp {
  public static final int TYPE = 0;
  public static final int CODE = 1;
  public static final int CHECKSUM = 2;
  public static final int IDENTIFIER = 4;
  public static final int SEQUENCE = 6;

  /** Of an error: where the quoted IPv4 header begins. */
  public static final int QUOTE = 8;

  public static final int LENGTH = 8;

  public static final int ECHO_REPLY = 0;
  public static final int UNREACHABLE = 3;
  public static final int SOURCE_QUENCH = 4;
  public static final int REDIRECT = 5;
  public static final int ECHO_REQUEST = 8;
  public static final int TIME_EXCEEDED = 11;
  public static final int PARAMETER_PROBLEM = 12;
  public static final int TIMESTAMP = 13;
  public static final int TIMESTAMP_REPLY = 14;
  public static final int INFORMATION = 15;
  public static final int INFORMATION_REPLY = 16;
  public static final int ADDRESS_MASK = 17;
  public static final int ADDRESS_MASK_REPLY = 18;

  private static final int WITH_IDENTIFIER =
      1 << ECHO_REPLY
          | 1 << ECHO_REQUEST
          | 1 << TIMESTAMP
          | 1 << TIMESTAMP_REPLY
          | 1 << INFORMATION
          | 1 << INFORMATION_REPLY
          | 1 << ADDRESS_MASK
          | 1 << ADDRESS_MASK_REPLY;
  private static final int ERRORS =
      1 << UNREACHABLE
          | 1 << SOURCE_QUENCH
          | 1 << REDIRECT
          | 1 << TIME_EXCEEDED
          | 1 << PARAMETER_PROBLEM;

  private Icmp() {}

  public static boolean isValid(Bytes bytes, int offset, int available) {
    return available >= LENGTH;
  }

  /** 0..255. */
  public static int type(Bytes bytes, int offset) {
    return bytes.u8(offset + TYPE);
  }

  public static int code(Bytes bytes, int offset) {
    return bytes.u8(offset + CODE);
  }

  /** Type and code as one number, type in the high 8 of 16 bits. */
  public static int typeCode(Bytes bytes, int offset) {
    return bytes.u16(offset + TYPE);
  }

  public static int checksum(Bytes bytes, int offset) {
    return bytes.u16(offset + CHECKSUM);
  }

  public static int identifier(Bytes bytes, int offset) {
    return bytes.u16(offset + IDENTIFIER);
  }

  public static int sequence(Bytes bytes, int offset) {
    return bytes.u16(offset + SEQUENCE);
  }

  public static void setTypeCode(Bytes bytes, int offset, int typeCode) {
    bytes.putU16(offset + TYPE, typeCode);
  }

  public static void setChecksum(Bytes bytes, int offset, int checksum) {
    bytes.putU16(offset + CHECKSUM, checksum);
  }

  public static void setIdentifier(Bytes bytes, int offset, int identifier) {
    bytes.putU16(offset + IDENTIFIER, identifier);
  }

  /** Whether messages of this type carry an identifier. */
  public static boolean hasIdentifier(int type) {
    return type < 32 && (WITH_IDENTIFIER >>> type & 1) != 0;
  }

  /** Whether messages of this type are errors, quoting a datagram (RFC 1122 3.2.2). */
  public static boolean isError(int type) {
    return type < 32 && (ERRORS >>> type & 1) != 0;
  }

  /**
   * Computes the checksum anew.
   *
   * @param length bytes of the whole message
   */
  public static void updateChecksum(Bytes bytes, int offset, int length) {
    setChecksum(bytes, offset, 0);
    setChecksum(bytes, offset, Checksum.of(bytes, offset, length));
  }
}
