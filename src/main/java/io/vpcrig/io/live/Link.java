package io.vpcrig.io.live;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * What Linux says of an interface (netdevice(7)), asked in the network namespace of the thread.
 *
 * @param index number of the interface
 * @param mac 48 bits
 * @param mtu longest IP datagram, bytes
 * @param up whether it is up
 */
public record Link(String name, int index, long mac, int mtu, boolean up) {
  private static final int SIOCGIFFLAGS = 0x8913;
  private static final int SIOCGIFMTU = 0x8921;
  private static final int SIOCGIFHWADDR = 0x8927;
  private static final int SIOCGIFINDEX = 0x8933;

  /** struct ifreq: the name, and what is asked. */
  private static final int REQUEST = 40;

  private static final int NAME = 16;
  private static final int IFF_UP = 1;
  private static final int ARPHRD_ETHER = 1;

  /**
   * Asks.
   *
   * @throws IOException with a sentence, if there is no such interface or it is not Ethernet
   */
  public static Link of(String name) throws IOException {
    byte[] letters = name.getBytes(StandardCharsets.UTF_8);
    if (letters.length == 0 || letters.length >= NAME) {
      throw new IOException(
          "interface " + name + ": a name has 1 to " + (NAME - 1) + " letters on Linux");
    }
    int socket = PacketSocket.open();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment request = arena.allocate(REQUEST);
      MemorySegment.copy(letters, 0, request, JAVA_BYTE, 0, letters.length);
      ask(socket, SIOCGIFINDEX, request, name);
      int index = request.get(JAVA_INT_UNALIGNED, NAME);
      ask(socket, SIOCGIFHWADDR, request, name);
      int kind = request.get(JAVA_SHORT_UNALIGNED, NAME) & 0xffff;
      if (kind != ARPHRD_ETHER) {
        throw new IOException(
            "interface " + name + ": is no Ethernet (its type is " + kind + ", legal 1)");
      }
      long mac = request.get(JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN), NAME + 2) >>> 16;
      ask(socket, SIOCGIFMTU, request, name);
      int mtu = request.get(JAVA_INT_UNALIGNED, NAME);
      ask(socket, SIOCGIFFLAGS, request, name);
      boolean up = (request.get(JAVA_SHORT_UNALIGNED, NAME) & IFF_UP) != 0;
      return new Link(name, index, mac, mtu, up);
    } finally {
      Linux.close(socket);
    }
  }

  private static void ask(int socket, int what, MemorySegment request, String name)
      throws IOException {
    try {
      Linux.ioctl(socket, what, request);
    } catch (Linux.ErrnoException e) {
      if (e.errno == Linux.ENODEV) {
        throw new IOException("interface " + name + ": there is none of this name here", e);
      }
      throw new IOException("interface " + name + ": " + e.getMessage(), e);
    }
  }
}
