package io.vpcrig.session;

import io.vpcrig.header.Icmp;
import io.vpcrig.header.Ipv4;

/**
 * Arithmetic of flow tuples: source, destination, protocol and the {@code ports} column of {@link
 * io.vpcrig.frame.FrameBatch} (TCP and UDP: source port in the high half; ICMP: identifier in the
 * high half, type and code in the low).
 */
public final class Tuples {
  private static final long LOW = 0xffff_ffffL;

  private Tuples() {}

  /**
   * The ports of the opposite direction: TCP and UDP swap, ICMP queries swap type (8 and 0, 13 and
   * 14, 15 and 16, 17 and 18) and keep identifier and code. 0 for other protocols and for ICMP
   * types that are no query or reply.
   */
  public static int invertPorts(int ports, int protocol) {
    if (protocol == Ipv4.TCP || protocol == Ipv4.UDP) {
      return ports << 16 | ports >>> 16;
    }
    if (protocol != Ipv4.ICMP) {
      return 0;
    }
    int type = icmpType(ports);
    if (!Icmp.hasIdentifier(type)) {
      return 0;
    }
    return ports & 0xffff_00ff | inverseType(type) << 8;
  }

  /** ICMP type in a {@code ports} value, 0..255. */
  public static int icmpType(int ports) {
    return ports >>> 8 & 0xff;
  }

  /** Whether an ICMP message of this type asks (8, 13, 15, 17), so that it may begin a session. */
  public static boolean isIcmpQuery(int type) {
    return type == Icmp.ECHO_REQUEST
        || type == Icmp.TIMESTAMP
        || type == Icmp.INFORMATION
        || type == Icmp.ADDRESS_MASK;
  }

  /**
   * 32 mixed bits of a tuple, never 0. The index takes the line from the high bits and compares all
   * of them.
   */
  static int tag(int source, int destination, int ports, int protocol) {
    long h = ((long) source << 32 | destination & LOW) * 0x9e37_79b9_7f4a_7c15L;
    h ^= h >>> 32;
    h = (h ^ ((long) protocol << 32 | ports & LOW)) * 0xd6e8_feb8_6659_fd93L;
    h ^= h >>> 32;
    int tag = (int) (h * 0xd6e8_feb8_6659_fd93L >>> 32);
    return tag == 0 ? 1 : tag;
  }

  /** 8 and 0; 13 and 14, 15 and 16, 17 and 18. */
  private static int inverseType(int type) {
    if (type <= Icmp.ECHO_REQUEST) {
      return type ^ Icmp.ECHO_REQUEST;
    }
    return (type & 1) != 0 ? type + 1 : type - 1;
  }
}
