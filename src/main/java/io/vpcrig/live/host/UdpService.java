package io.vpcrig.live.host;

/** A program of the router that datagrams come to. Thread: the router's; must not wait. */
@FunctionalInterface
public interface UdpService {
  /** Takes a datagram; whatever is in it, no exception is to leave. */
  void receive(Datagram datagram, Network network);

  /** Looks after what is overdue; some times a second. */
  default void tick(Network network) {}
}
