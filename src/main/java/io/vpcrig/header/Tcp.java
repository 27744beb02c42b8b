package io.vpcrig.header;

import io.vpcrig.frame.Bytes;

/**
 * TCP header (RFC 9293 3.1).
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +-------------------------------+-------------------------------+
 *   |          source port          |       destination port        |
 *   +-------------------------------+-------------------------------+
 *   |                        sequence number                        |
 *   +---------------------------------------------------------------+
 *   |                    acknowledgement number                     |
 *   +-------+-------+---------------+-------------------------------+
 *   | data  | rsrvd |C|E|U|A|P|R|S|F|            window             |
 *   +-------+-------+---------------+-------------------------------+
 *   |           checksum            |        urgent pointer         |
 *   +-------------------------------+-------------------------------+
 *   |                  options, 0..40 bytes ...                     |
 * </pre>
 */
public final class Tcp {
  public static final int SOURCE_PORT = 0;
  public static final int DESTINATION_PORT = 2;
  public static final int SEQUENCE = 4;
  public static final int ACKNOWLEDGEMENT = 8;
  public static final int DATA_OFFSET = 12;
  public static final int FLAGS = 13;
  public static final int WINDOW = 14;
  public static final int CHECKSUM = 16;
  public static final int URGENT = 18;

  /** Length without options. */
  public static final int MIN_LENGTH = 20;

  public static final int FIN = 0x01;
  public static final int SYN = 0x02;
  public static final int RST = 0x04;
  public static final int PSH = 0x08;
  public static final int ACK = 0x10;
  public static final int URG = 0x20;
  public static final int ECE = 0x40;
  public static final int CWR = 0x80;

  /**
   * Bit n is set if the combination n of FIN, SYN, RST, ACK and URG can be: Linux conntrack's table
   * {@code tcp_valid_flags}. PSH, ECE and CWR go with anything.
   */
  private static final long LEGAL_FLAGS =
      1L << SYN
          | 1L << (SYN | URG)
          | 1L << (SYN | ACK)
          | 1L << RST
          | 1L << (RST | ACK)
          | 1L << (FIN | ACK)
          | 1L << (FIN | ACK | URG)
          | 1L << ACK
          | 1L << (ACK | URG);

  private Tcp() {}

  /** Whether a whole header is there: data offset from 5 on and not beyond {@code available}. */
  public static boolean isValid(Bytes bytes, int offset, int available) {
    if (available < MIN_LENGTH) {
      return false;
    }
    int length = headerLength(bytes, offset);
    return length >= MIN_LENGTH && length <= available;
  }

  /** Whether a flags octet can be. */
  public static boolean areFlagsLegal(int flags) {
    return (LEGAL_FLAGS >>> (flags & (FIN | SYN | RST | ACK | URG)) & 1) != 0;
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

  /** As an int; compare by difference (RFC 9293 3.4). */
  public static int sequence(Bytes bytes, int offset) {
    return bytes.i32(offset + SEQUENCE);
  }

  public static int acknowledgement(Bytes bytes, int offset) {
    return bytes.i32(offset + ACKNOWLEDGEMENT);
  }

  /** Bytes, 20..60 in a valid header. */
  public static int headerLength(Bytes bytes, int offset) {
    return bytes.u8(offset + DATA_OFFSET) >>> 2 & 0x3c;
  }

  /** 0..255. */
  public static int flags(Bytes bytes, int offset) {
    return bytes.u8(offset + FLAGS);
  }

  public static int window(Bytes bytes, int offset) {
    return bytes.u16(offset + WINDOW);
  }

  public static int checksum(Bytes bytes, int offset) {
    return bytes.u16(offset + CHECKSUM);
  }

  public static void setPorts(Bytes bytes, int offset, int ports) {
    bytes.putI32(offset, ports);
  }

  public static void setChecksum(Bytes bytes, int offset, int checksum) {
    bytes.putU16(offset + CHECKSUM, checksum);
  }

  /**
   * Computes the checksum anew.
   *
   * @param length bytes of header and data
   */
  public static void updateChecksum(
      Bytes bytes, int offset, int length, int source, int destination) {
    setChecksum(bytes, offset, 0);
    setChecksum(
        bytes,
        offset,
        Checksum.finish(
            Checksum.pseudoHeader(source, destination, Ipv4.TCP, length)
                + Checksum.sum(bytes, offset, length)));
  }
}
