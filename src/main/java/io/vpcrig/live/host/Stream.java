package io.vpcrig.live.host;

/** A connection as a program of the router sees it. Thread: the router's. */
public interface Stream {
  /** Segment that the far end's first packet came by. */
  int segment();

  /** IPv4 address of the far end. */
  int far();

  int farPort();

  /** Address of the router that was dialled. */
  int near();

  /**
   * Puts bytes in line; nothing happens if the connection is over or {@link #finish} was called.
   */
  void write(byte[] data);

  /** Says that no more bytes follow; those in line are sent first. */
  void finish();
}
