package io.vpcrig.header;

import io.vpcrig.frame.Bytes;

/**
 * ARP for IPv4 over Ethernet (RFC 826).
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +-------------------------------+-------------------------------+
 *   |        hardware (1)           |       protocol (0800)         |
 *   +---------------+---------------+-------------------------------+
 *   |  hw len (6)   |  pr len (4)   |          operation            |
 *   +---------------+---------------+-------------------------------+
 *   |            sender MAC (6)     +-------------------------------+
 *   |                               |       sender address ...      |
 *   +-------------------------------+-------------------------------+
 *   |      ... sender address       |                               |
 *   +-------------------------------+        target MAC (6)         |
 *   |                                                               |
 *   +---------------------------------------------------------------+
 *   |                         target address                        |
 *   +---------------------------------------------------------------+
 * </pre>
 */
public final class Arp {
  public static final int OPERATION = 6;
  public static final int SENDER_MAC = 8;
  public static final int SENDER_ADDRESS = 14;
  public static final int TARGET_MAC = 18;
  public static final int TARGET_ADDRESS = 24;
  public static final int LENGTH = 28;

  public static final int REQUEST = 1;
  public static final int REPLY = 2;

  /** Hardware, protocol and both lengths as one number. */
  private static final long ETHERNET_IPV4 = 0x0001_0800_0604L;

  private Arp() {}

  /** Whether a whole message for IPv4 over Ethernet is there: a request or a reply. */
  public static boolean isValid(Bytes bytes, int offset, int available) {
    if (available < LENGTH) {
      return false;
    }
    long first = bytes.i64(offset);
    long operation = first & 0xffff;
    return first >>> 16 == ETHERNET_IPV4 && (operation == REQUEST || operation == REPLY);
  }

  public static int operation(Bytes bytes, int offset) {
    return bytes.u16(offset + OPERATION);
  }

  /** 48 bits. */
  public static long senderMac(Bytes bytes, int offset) {
    return bytes.mac(offset + SENDER_MAC);
  }

  public static int senderAddress(Bytes bytes, int offset) {
    return bytes.i32(offset + SENDER_ADDRESS);
  }

  /** 48 bits. */
  public static long targetMac(Bytes bytes, int offset) {
    return bytes.mac(offset + TARGET_MAC);
  }

  public static int targetAddress(Bytes bytes, int offset) {
    return bytes.i32(offset + TARGET_ADDRESS);
  }

  /** Writes a whole message. */
  public static void write(
      Bytes bytes,
      int offset,
      int operation,
      long senderMac,
      int senderAddress,
      long targetMac,
      int targetAddress) {
    bytes.putI64(offset, ETHERNET_IPV4 << 16 | operation);
    bytes.putMac(offset + SENDER_MAC, senderMac);
    bytes.putI32(offset + SENDER_ADDRESS, senderAddress);
    bytes.putMac(offset + TARGET_MAC, targetMac);
    bytes.putI32(offset + TARGET_ADDRESS, targetAddress);
  }
}
