package io.vpcrig.tunnel;

/** What an IPv4 address can be used for, as Linux' input routing sees it (RFC 1122 3.2.1.3). */
public final class Addresses {
  private Addresses() {}

  /** 224.0.0.0/4. */
  static boolean isMulticast(int address) {
    return address >>> 28 == 0xe;
  }

  /** 224.0.0.0/4 or 255.255.255.255. */
  static boolean isMulticastOrBroadcast(int address) {
    return isMulticast(address) || address == -1;
  }

  /** 0.0.0.0/8, "this network". */
  static boolean isZero(int address) {
    return address >>> 24 == 0;
  }

  /** 127.0.0.0/8. */
  static boolean isLoopback(int address) {
    return address >>> 24 == 127;
  }

  /** Whether one host can have it. */
  static boolean isUnicast(int address) {
    int first = address >>> 24;
    return first < 224 ? first != 0 && first != 127 : first > 239 && address != -1;
  }

  /**
   * Whether a packet from {@code source} to {@code destination} can be on a wire: loopback and
   * 0.0.0.0/8 neither here nor there, the source one host; but 0.0.0.0 may ask everybody (DHCP).
   */
  public static boolean areLegal(int source, int destination) {
    if (!isUnicast(source)) {
      return isZero(source) && destination == -1;
    }
    return !isZero(destination) && !isLoopback(destination);
  }
}
