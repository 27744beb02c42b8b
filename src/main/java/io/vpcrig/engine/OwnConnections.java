package io.vpcrig.engine;

/**
 * What programs of the router itself have open, where any run: filter INPUT lets in what belongs to
 * their connections ({@code RELATED,ESTABLISHED}), and no egress list sees it. Asked by the worker,
 * for packets to the router's addresses that no session knows.
 */
@FunctionalInterface
public interface OwnConnections {
  /** No program runs. */
  OwnConnections NONE = (protocol, source, destination, ports) -> false;

  /**
   * Whether a packet belongs to an open connection.
   *
   * @param source the far end, IPv4
   * @param destination an address of the router
   * @param ports as the batch's column: the far end's in the high 16 bits
   */
  boolean isOpen(int protocol, int source, int destination, int ports);
}
