package io.vpcrig.io.live;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/**
 * A UDP socket of the host's own network, between two fixed ends: what comes from anyone else the
 * kernel drops. Never waits; {@link PortWait} can. Thread: one.
 */
public final class UdpSocket implements AutoCloseable {
  /** Longest datagram, bytes. */
  public static final int LONGEST = 1400;

  private static final int AF_INET = 2;
  private static final int SOCK_DGRAM = 2;
  private static final int SO_RCVBUFFORCE = 33;
  private static final int BUFFER = 8 << 20;
  private static final int ECONNREFUSED = 111;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment room = arena.allocate(LONGEST + 1, 8);
  private final int socket;

  private UdpSocket(int socket) {
    this.socket = socket;
  }

  /**
   * Opens one in the network namespace of the thread.
   *
   * @param address IPv4 address of this host
   * @param port 1..65535, as is {@code peerPort}
   * @throws IOException with a sentence, if the address is not this host's or the port is taken
   */
  public static UdpSocket open(int address, int port, int peer, int peerPort) throws IOException {
    int socket = Linux.socket(AF_INET, SOCK_DGRAM, 0);
    try (Arena arena = Arena.ofConfined()) {
      enlarge(socket);
      Linux.bind(socket, endpoint(arena, address, port));
      Linux.connect(socket, endpoint(arena, peer, peerPort));
      return new UdpSocket(socket);
    } catch (IOException e) {
      Linux.close(socket);
      throw new IOException(
          "UDP "
              + text(address)
              + ":"
              + port
              + " to "
              + text(peer)
              + ":"
              + peerPort
              + ": "
              + e.getMessage(),
          e);
    }
  }

  private static String text(int address) {
    return (address >>> 24)
        + "."
        + (address >>> 16 & 0xff)
        + "."
        + (address >>> 8 & 0xff)
        + "."
        + (address & 0xff);
  }

  /** Beyond net.core.rmem_max where the process may. */
  private static void enlarge(int socket) throws IOException {
    try {
      Linux.option(socket, Linux.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER);
    } catch (Linux.ErrnoException e) {
      Linux.option(socket, Linux.SOL_SOCKET, Linux.SO_RCVBUF, BUFFER);
    }
  }

  /** {@code struct sockaddr_in}: family 2, port 2 and address 4 in network byte order, 8 unused. */
  private static MemorySegment endpoint(Arena arena, int address, int port) {
    MemorySegment endpoint = arena.allocate(16);
    endpoint.set(JAVA_SHORT_UNALIGNED, 0, (short) AF_INET);
    endpoint.set(JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN), 2, (short) port);
    endpoint.set(JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN), 4, address);
    return endpoint;
  }

  /** File to wait for with {@code poll(2)}. */
  public int file() {
    return socket;
  }

  /**
   * Receives a datagram.
   *
   * @param to at least {@link #LONGEST} bytes
   * @return its length; -1 if there is none. One that is too long is skipped
   */
  public int receive(byte[] to) throws IOException {
    while (true) {
      int length;
      try {
        length = Linux.receive(socket, room);
      } catch (Linux.ErrnoException e) {
        if (e.errno == ECONNREFUSED) {
          continue; // What was sent found nobody; only news once each.
        }
        throw e;
      }
      if (length <= LONGEST) {
        if (length > 0) {
          MemorySegment.copy(room, JAVA_BYTE, 0, to, 0, length);
        }
        return length;
      }
    }
  }

  /**
   * Sends a datagram.
   *
   * @return whether the kernel took it
   */
  public boolean send(byte[] from, int offset, int length) {
    MemorySegment.copy(from, offset, room, JAVA_BYTE, 0, length);
    return Linux.send(socket, room.asSlice(0, length)) >= 0;
  }

  @Override
  public void close() throws IOException {
    Linux.close(socket);
    arena.close();
  }
}
