package io.vpcrig.header;

import io.vpcrig.frame.Bytes;

/**
 * Linux cooked capture header, version 1 (LINKTYPE_LINUX_SLL).
 *
 * <pre>
 *    0       2       4       6               14      16
 *   +-------+-------+-------+---------------+-------+
 *   | kind  |hardwre|addrlen|link address 8 |  type |
 *   +-------+-------+-------+---------------+-------+
 * </pre>
 */
public final class Sll {
  public static final int HARDWARE = 2;
  public static final int ADDRESS_LENGTH = 4;
  public static final int ADDRESS = 6;
  public static final int TYPE = 14;
  public static final int LENGTH = 16;

  /** ARPHRD_FRAD, ARPHRD_IEEE80211_RADIOTAP, ARPHRD_NETLINK: the type field is no Ethernet type. */
  private static final int FRAD = 770;

  private static final int RADIOTAP = 803;
  private static final int NETLINK = 824;

  private Sll() {}

  public static boolean isValid(Bytes bytes, int offset, int available) {
    return available >= LENGTH;
  }

  /** Linux ARPHRD number of the interface. */
  public static int hardware(Bytes bytes, int offset) {
    return bytes.u16(offset + HARDWARE);
  }

  /** Ethernet type of what follows; meaningless unless {@link #hasType}. */
  public static int type(Bytes bytes, int offset) {
    return bytes.u16(offset + TYPE);
  }

  /** Sender's MAC, 48 bits; 0 if the link address has another length. */
  public static long source(Bytes bytes, int offset) {
    return bytes.u16(offset + ADDRESS_LENGTH) == 6 ? bytes.mac(offset + ADDRESS) : 0;
  }

  /** Whether the type field of an interface of this hardware holds an Ethernet type. */
  public static boolean hasType(int hardware) {
    return hardware != FRAD && hardware != RADIOTAP && hardware != NETLINK;
  }
}
