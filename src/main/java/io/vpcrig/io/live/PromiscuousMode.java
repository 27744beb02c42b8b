package io.vpcrig.io.live;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;

/**
 * Keeps an interface promiscuous as long as it is open, by a packet(7) socket that receives
 * nothing: a router's MACs need not be the interface's. Ends with the process, too.
 */
final class PromiscuousMode implements AutoCloseable {
  private static final int PACKET_ADD_MEMBERSHIP = 1;
  private static final int PACKET_MR_PROMISC = 1;

  private final int socket;

  PromiscuousMode(Link link) throws IOException {
    socket = PacketSocket.open();
    try {
      join(socket, link);
    } catch (IOException e) {
      Linux.close(socket);
      throw e;
    }
  }

  /**
   * Has an open packet socket keep it. struct packet_mreq: interface 4, kind 2, length 2, MAC 8.
   */
  static void join(int socket, Link link) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      Linux.option(
          socket,
          Linux.SOL_PACKET,
          PACKET_ADD_MEMBERSHIP,
          arena.allocateFrom(JAVA_INT, link.index(), PACKET_MR_PROMISC, 0, 0));
    }
  }

  @Override
  public void close() throws IOException {
    Linux.close(socket);
  }
}
