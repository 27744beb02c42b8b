package io.vpcrig.header;

import io.vpcrig.frame.Bytes;

/**
 * Linux cooked capture header, version 2 (LINKTYPE_LINUX_SLL2).
 *
 * <pre>
 *    0       2       4               8       10  11  12              20
 *   +-------+-------+---------------+-------+---+---+---------------+
 *   | type  |  zero |interface index|hardwre|knd|len|link address 8 |
 *   +-------+-------+---------------+-------+---+---+---------------+
 * </pre>
 */
public final class Sll2 {
  public static final int TYPE = 0;
  public static final int HARDWARE = 8;
  public static final int ADDRESS_LENGTH = 11;
  public static final int ADDRESS = 12;
  public static final int LENGTH = 20;

  private Sll2() {}

  public static boolean isValid(Bytes bytes, int offset, int available) {
    return available >= LENGTH;
  }

  /** Linux ARPHRD number of the interface; see {@link Sll#hasType}. */
  public static int hardware(Bytes bytes, int offset) {
    return bytes.u16(offset + HARDWARE);
  }

  /** Ethernet type of what follows. */
  public static int type(Bytes bytes, int offset) {
    return bytes.u16(offset + TYPE);
  }

  /** Sender's MAC, 48 bits; 0 if the link address has another length. */
  public static long source(Bytes bytes, int offset) {
    return bytes.u8(offset + ADDRESS_LENGTH) == 6 ? bytes.mac(offset + ADDRESS) : 0;
  }
}
