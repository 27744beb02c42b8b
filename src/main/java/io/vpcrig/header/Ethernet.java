package io.vpcrig.header;

import io.vpcrig.frame.Bytes;

/**
 * Ethernet II header (IEEE 802.3 3.2, the type interpretation).
 *
 * <pre>
 *    0                   1
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3
 *   +-----------+-----------+---+
 *   |destination|  source   |typ|
 *   +-----------+-----------+---+
 * </pre>
 */
public final class Ethernet {
  public static final int DESTINATION = 0;
  public static final int SOURCE = 6;
  public static final int TYPE = 12;
  public static final int LENGTH = 14;

  public static final int ETHERTYPE_IPV4 = 0x0800;
  public static final int ETHERTYPE_ARP = 0x0806;
  public static final int ETHERTYPE_IPV6 = 0x86dd;

  /** Tag protocol identifier of a customer tag (802.1Q). */
  public static final int ETHERTYPE_VLAN = 0x8100;

  /** Tag protocol identifier of a service tag (802.1ad). */
  public static final int ETHERTYPE_SERVICE_VLAN = 0x88a8;

  /** Tag protocol identifier of stacked tags before 802.1ad. */
  public static final int ETHERTYPE_OLD_SERVICE_VLAN = 0x9100;

  /** Smallest value that is a type; anything less is a length (IEEE 802.3 3.2.6). */
  public static final int MIN_ETHERTYPE = 0x0600;

  /** Broadcast, 48 bits. */
  public static final long BROADCAST = 0xffff_ffff_ffffL;

  private Ethernet() {}

  /** Whether a header is all there. */
  public static boolean isValid(Bytes bytes, int offset, int available) {
    return available >= LENGTH;
  }

  /** 48 bits. */
  public static long destination(Bytes bytes, int offset) {
    return bytes.mac(offset + DESTINATION);
  }

  /** 48 bits. */
  public static long source(Bytes bytes, int offset) {
    return bytes.mac(offset + SOURCE);
  }

  /** Type, or length if less than {@link #MIN_ETHERTYPE}. */
  public static int type(Bytes bytes, int offset) {
    return bytes.u16(offset + TYPE);
  }

  /** Source MAC in the high 48 bits, type in the low 16: both by one read. */
  public static long sourceAndType(Bytes bytes, int offset) {
    return bytes.i64(offset + SOURCE);
  }

  public static void setDestination(Bytes bytes, int offset, long mac) {
    bytes.putMac(offset + DESTINATION, mac);
  }

  public static void setSource(Bytes bytes, int offset, long mac) {
    bytes.putMac(offset + SOURCE, mac);
  }

  public static void setType(Bytes bytes, int offset, int type) {
    bytes.putU16(offset + TYPE, type);
  }

  /** Writes a whole header. */
  public static void write(Bytes bytes, int offset, long destination, long source, int type) {
    bytes.putI64(offset, destination << 16 | source >>> 32);
    bytes.putI32(offset + 8, (int) source);
    bytes.putU16(offset + TYPE, type);
  }

  /** The group MAC of an IPv4 multicast address: 01:00:5e and its low 23 bits (RFC 1112 6.4). */
  public static long multicastMac(int group) {
    return 0x0100_5e00_0000L | group & 0x007f_ffff;
  }
}
