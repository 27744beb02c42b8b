package io.vpcrig.frame;

/** How the bytes of a frame begin, by the number of the tcpdump.org link-type registry. */
public final class LinkType {
  /** IEEE 802.3 Ethernet. */
  public static final int ETHERNET = 1;

  /** Raw IPv4 or IPv6, told apart by the version nibble. */
  public static final int RAW = 101;

  /** Linux cooked capture, version 1: 16 bytes. */
  public static final int LINUX_SLL = 113;

  /** Raw IPv4 only. */
  public static final int IPV4 = 228;

  /** Raw IPv6 only. */
  public static final int IPV6 = 229;

  /** Linux cooked capture, version 2: 20 bytes. */
  public static final int LINUX_SLL2 = 276;

  private LinkType() {}

  /** Whether the data path can parse frames of this link type. */
  public static boolean isSupported(int linkType) {
    return switch (linkType) {
      case ETHERNET, RAW, LINUX_SLL, IPV4, IPV6, LINUX_SLL2 -> true;
      default -> false;
    };
  }
}
