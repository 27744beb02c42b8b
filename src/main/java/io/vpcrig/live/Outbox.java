package io.vpcrig.live;

import io.vpcrig.frame.Bytes;
import io.vpcrig.io.live.LivePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Frames in line at the ports, and memory for those that are made here. Frames stay where they are
 * until {@link #flush}; the memory is flushed before it is used again. Thread: one.
 */
final class Outbox {
  private static final int ROOM = 1 << 20;

  private final List<LivePort> ports;
  private final Bytes room = Bytes.allocate(ROOM);
  private int used;

  Outbox(List<LivePort> ports) {
    this.ports = List.copyOf(ports);
  }

  /** The memory that {@link #reserve} gives places in. */
  Bytes room() {
    return room;
  }

  /** A place in {@link #room} that is the caller's until the next {@link #flush}. */
  int reserve(int length) {
    if (used + length > ROOM) {
      flush();
    }
    int at = used;
    used += length;
    return at;
  }

  /** Puts a frame in line at a port. */
  void put(int port, Bytes bytes, int start, int length) {
    try {
      ports.get(port).send(bytes, start, length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends what is in line at all ports. */
  void flush() {
    try {
      for (int p = 0; p < ports.size(); p++) {
        ports.get(p).flush();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    used = 0;
  }

  void close() {
    room.close();
  }
}
