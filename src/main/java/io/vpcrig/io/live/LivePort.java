package io.vpcrig.io.live;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import java.io.IOException;

/**
 * A network interface that frames are received from and sent by. Nothing here waits; {@link
 * PortWait} does. Thread: one, but for {@link #counters}.
 */
public interface LivePort extends AutoCloseable {
  /** Name of the interface. */
  String name();

  /** Name of the driver, as {@code --driver} takes it. */
  String driver();

  /** The interface's own MAC, 48 bits. */
  long mac();

  /** Longest IP datagram it sends, bytes. */
  int mtu();

  /** How the driver goes about it here, for people; empty if there is nothing to tell. */
  default String details() {
    return "";
  }

  /** Files to wait for with {@code poll(2)}; none if it has to be asked now and then. */
  int[] files();

  /**
   * Adds the frames that are there to {@code batch} until it is full, and fills the source columns.
   * Frames are whole: VLAN tags that the kernel keeps apart are put back, checksums that the sender
   * left to its hardware are completed, TCP segments too long for the wire are cut.
   *
   * @param tag VLAN id put before each frame, 1..4094; 0 for none. The port then is what an access
   *     port is to a switch
   * @param nowNs time of these frames, nanoseconds since the epoch
   * @return frames added
   */
  int receive(FrameBatch batch, int port, int tag, long nowNs) throws IOException;

  /**
   * Puts a frame in line. Its bytes must stay where they are until {@link #flush}.
   *
   * @param length at least 14
   */
  void send(Bytes bytes, int start, int length) throws IOException;

  /** Sends what is in line. */
  void flush() throws IOException;

  /** What came by, so far. Any thread; the numbers may be some frames apart. */
  PortCounters counters();

  @Override
  void close() throws IOException;
}
