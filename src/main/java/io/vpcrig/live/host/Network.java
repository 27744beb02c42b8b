package io.vpcrig.live.host;

import io.vpcrig.model.Vpc;

/** The network as a program of the router reaches it. Thread: the router's. */
public interface Network {
  /** Ethernet address of everybody. */
  long BROADCAST_MAC = 0xffff_ffff_ffffL;

  /** Nanoseconds since the epoch. */
  long nowNs();

  /** The VPC of the day. */
  Vpc vpc();

  /** Longest IP datagram that leaves by a segment, bytes. */
  int mtu(int segment);

  /** Ports that are bound and open. */
  Sockets sockets();

  /**
   * The address that the router's own connections to somebody have; 0 if no way leads there. As on
   * the real router, source NAT holds for them too.
   */
  int sourceFor(int destination);

  /**
   * Sends a datagram where the routes lead; nowhere, if none does.
   *
   * @param payload at most 65507 bytes; longer than the way's MTU, it goes in fragments
   */
  void send(int source, int sourcePort, int destination, int destinationPort, byte[] payload);

  /**
   * Sends a datagram to a neighbour, whatever the routes say: to somebody without an address yet.
   *
   * @param mac 48 bits, {@link #BROADCAST_MAC} for everybody
   */
  void sendTo(
      int segment,
      long mac,
      int source,
      int sourcePort,
      int destination,
      int destinationPort,
      byte[] payload);

  /**
   * Sends a segment of another protocol where the routes lead, whole.
   *
   * @param protocol {@code Protocol.TCP}, whose checksum is put in
   */
  void send(int protocol, int source, int destination, byte[] transport);
}
