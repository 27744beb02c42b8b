package io.vpcrig.io;

/** What addresses become. Never makes one of two. Thread: the reader. */
public interface AddressChange {
  /**
   * What an IPv4 address becomes.
   *
   * @throws SelectionException if it would become what another address becomes
   */
  int address(int address) throws SelectionException;

  /**
   * What a MAC, 48 bits, becomes.
   *
   * @throws SelectionException as for {@link #address}
   */
  long mac(long mac) throws SelectionException;

  /** Whether frames with this address enter where it belongs now, not where their tag says. */
  boolean placesFramesOf(int address);
}
