package io.vpcrig.header;

import io.vpcrig.frame.Bytes;

/**
 * VXLAN header (RFC 7348 5). Reserved bits are ignored on receipt and sent as 0.
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +---------------+-----------------------------------------------+
 *   |R|R|R|R|I|R|R|R|                   reserved                    |
 *   +---------------+-------------------------------+---------------+
 *   |         VXLAN network identifier              |   reserved    |
 *   +-----------------------------------------------+---------------+
 * </pre>
 */
public final class Vxlan {
  public static final int FLAGS = 0;
  public static final int VNI = 4;
  public static final int LENGTH = 8;

  /** The flag that says the identifier is valid. */
  public static final int FLAG_I = 0x08;

  /** Smallest UDP source port to send from; the flow's hash chooses among 16384 (RFC 7348 5). */
  public static final int FIRST_SOURCE_PORT = 49_152;

  private Vxlan() {}

  /** Whether a whole header is there; {@link #hasVni} is asked apart. */
  public static boolean isValid(Bytes bytes, int offset, int available) {
    return available >= LENGTH;
  }

  public static boolean hasVni(Bytes bytes, int offset) {
    return (bytes.u8(offset + FLAGS) & FLAG_I) != 0;
  }

  /** 0..2^24-1. */
  public static int vni(Bytes bytes, int offset) {
    return bytes.i32(offset + VNI) >>> 8;
  }

  /** Writes a whole header. */
  public static void write(Bytes bytes, int offset, int vni) {
    bytes.putI64(offset, (long) FLAG_I << 56 | (long) vni << 8);
  }
}
