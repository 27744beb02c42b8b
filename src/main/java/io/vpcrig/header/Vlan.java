package io.vpcrig.header;

import io.vpcrig.frame.Bytes;

/**
 * One VLAN tag (IEEE 802.1Q 9.6), at the offset of its tag protocol identifier, together with the
 * type that follows it.
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +-------------------------------+-----+-+-----------------------+
 *   |     TPID (8100, 88a8, 9100)   | PCP |D|          id           |
 *   +-------------------------------+-----+-+-----------------------+
 *   |           type                |
 *   +-------------------------------+
 * </pre>
 */
public final class Vlan {
  public static final int CONTROL = 2;

  /** The type after the tag, seen from the tag. */
  public static final int NEXT_TYPE = 4;

  public static final int LENGTH = 4;

  /** Bits of the identifier in the tag control information. */
  public static final int ID_MASK = 0x0fff;

  private Vlan() {}

  /** Whether a type announces a tag. */
  public static boolean isTag(int type) {
    return type == Ethernet.ETHERTYPE_VLAN
        || type == Ethernet.ETHERTYPE_SERVICE_VLAN
        || type == Ethernet.ETHERTYPE_OLD_SERVICE_VLAN;
  }

  /** Whether the tag and the type after it are all there. */
  public static boolean isValid(Bytes bytes, int offset, int available) {
    return available >= NEXT_TYPE + 2;
  }

  /** 0..4095; 0 is a priority tag, which names no VLAN. */
  public static int id(Bytes bytes, int offset) {
    return bytes.u16(offset + CONTROL) & ID_MASK;
  }

  public static int nextType(Bytes bytes, int offset) {
    return bytes.u16(offset + NEXT_TYPE);
  }

  /** Writes a tag of priority 0; the type after it is the caller's. */
  public static void write(Bytes bytes, int offset, int tagType, int id) {
    bytes.putI32(offset, tagType << 16 | id);
  }
}
