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
 * @param up whether it was set up
 * @param carrier whether it is up and the other end of its wire is there
 */
public record Link(String name, int index, long mac, int mtu, boolean up, boolean carrier) {
  private static final int SIOCGIFFLAGS = 0x8913;
  private static final int SIOCGIFMTU = 0x8921;
  private static final int SIOCGIFADDR = 0x8915;
  private static final int SIOCGIFHWADDR = 0x8927;
  private static final int SIOCGIFINDEX = 0x8933;
  private static final int SIOCETHTOOL = 0x8946;
  private static final int ETHTOOL_GCHANNELS = 0x3c;

  /** struct ifreq: the name, and what is asked. */
  private static final int REQUEST = 40;

  private static final int NAME = 16;
  private static final int AF_INET = 2;
  private static final int SOCK_DGRAM = 2;
  private static final int IFF_UP = 1;
  private static final int IFF_RUNNING = 0x40;
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
    int socket = Linux.socket(AF_INET, SOCK_DGRAM, 0);
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
      int flags = request.get(JAVA_SHORT_UNALIGNED, NAME);
      boolean up = (flags & IFF_UP) != 0;
      return new Link(name, index, mac, mtu, up, up && (flags & IFF_RUNNING) != 0);
    } finally {
      Linux.close(socket);
    }
  }

  /** Whether there is an interface of that name, up and with a carrier. Needs no privilege. */
  public static boolean isRunning(String name) {
    try {
      return of(name).carrier;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Asks, of an interface that must be up.
   *
   * @throws IOException with a sentence, also if it is down
   */
  static Link up(String name) throws IOException {
    Link link = of(name);
    if (!link.up) {
      throw new IOException(
          "interface " + name + ": is down; set it up first: ip link set " + name + " up");
    }
    return link;
  }

  /**
   * Queues that frames come by, at least 1. struct ethtool_channels: command 4, most received,
   * sent, other and combined 4 each, and how many there are of the same.
   */
  int receiveQueues() throws IOException {
    int socket = Linux.socket(AF_INET, SOCK_DGRAM, 0);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment channels = arena.allocate(36, 8);
      channels.set(JAVA_INT_UNALIGNED, 0, ETHTOOL_GCHANNELS);
      MemorySegment request = request(arena);
      request.set(JAVA_LONG_UNALIGNED, NAME, channels.address());
      Linux.ioctl(socket, SIOCETHTOOL, request);
      int own = channels.get(JAVA_INT_UNALIGNED, 20);
      int combined = channels.get(JAVA_INT_UNALIGNED, 32);
      return Math.max(1, own + combined);
    } catch (Linux.ErrnoException e) {
      if (e.errno == Linux.EOPNOTSUPP) {
        return 1; // The driver has but one and does not tell.
      }
      throw e;
    } finally {
      Linux.close(socket);
    }
  }

  /** Whether the host has an IPv4 address at it. */
  boolean hasHostAddress() throws IOException {
    int socket = Linux.socket(AF_INET, SOCK_DGRAM, 0);
    try (Arena arena = Arena.ofConfined()) {
      Linux.ioctl(socket, SIOCGIFADDR, request(arena));
      return true;
    } catch (Linux.ErrnoException e) {
      if (e.errno == Linux.EADDRNOTAVAIL) {
        return false;
      }
      throw e;
    } finally {
      Linux.close(socket);
    }
  }

  private MemorySegment request(Arena arena) {
    MemorySegment request = arena.allocate(REQUEST, 8);
    byte[] letters = name.getBytes(StandardCharsets.UTF_8);
    MemorySegment.copy(letters, 0, request, JAVA_BYTE, 0, letters.length);
    return request;
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
