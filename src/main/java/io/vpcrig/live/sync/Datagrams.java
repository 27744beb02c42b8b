package io.vpcrig.live.sync;

import java.io.IOException;

/** Sends and receives datagrams, without waiting. */
public interface Datagrams {
  /** Longest datagram, bytes. */
  int LONGEST = 1400;

  /** Sends one; it may get lost. */
  void send(byte[] from, int offset, int length);

  /**
   * Receives one.
   *
   * @param to at least {@link #LONGEST} bytes
   * @return its length; -1 if there is none
   */
  int receive(byte[] to) throws IOException;
}
