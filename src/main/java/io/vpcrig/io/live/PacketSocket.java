package io.vpcrig.io.live;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/** Opens and binds packet(7) sockets. Stateless. */
final class PacketSocket {
  static final int ETH_P_ALL = 3;

  private static final int ADDRESS_LENGTH = 20;

  private PacketSocket() {}

  /**
   * A socket that receives nothing until it is bound.
   *
   * @throws IOException with a sentence, if the process may not
   */
  static int open() throws IOException {
    try {
      return Linux.socket(Linux.AF_PACKET, Linux.SOCK_RAW, 0);
    } catch (Linux.ErrnoException e) {
      if (e.errno == Linux.EPERM || e.errno == Linux.EACCES) {
        throw new IOException(
            "live interfaces need root or the capability CAP_NET_RAW, and this process has neither",
            e);
      }
      throw e;
    }
  }

  /**
   * Binds to an interface, by {@code struct sockaddr_ll}: family 2, protocol 2 (network byte
   * order), interface 4, and 12 bytes that bind(2) does not look at.
   *
   * @param protocol {@link #ETH_P_ALL}, or 0 to receive nothing
   */
  static void bind(int socket, int index, int protocol) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(ADDRESS_LENGTH);
      address.set(JAVA_SHORT_UNALIGNED, 0, (short) Linux.AF_PACKET);
      address.set(JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN), 2, (short) protocol);
      address.set(JAVA_INT_UNALIGNED, 4, index);
      Linux.bind(socket, address);
    }
  }
}
