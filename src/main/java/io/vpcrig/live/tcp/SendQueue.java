package io.vpcrig.live.tcp;

import java.util.Arrays;

/**
 * Bytes that were not acknowledged yet, by sequence number, and the end of all behind them. Thread:
 * one.
 */
final class SendQueue {
  /** Most bytes in line. */
  static final int MOST = 1 << 20;

  private byte[] bytes = new byte[0];
  private int length;
  private int first;
  private boolean ended;

  /**
   * @param first sequence number of the first byte
   */
  SendQueue(int first) {
    this.first = first;
  }

  /** Adds bytes; false if there is no room, or the end was set. */
  boolean add(byte[] more) {
    if (ended || length + more.length > MOST) {
      return false;
    }
    if (length + more.length > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more.length, 2 * bytes.length));
    }
    System.arraycopy(more, 0, bytes, length, more.length);
    length += more.length;
    return true;
  }

  void end() {
    ended = true;
  }

  boolean isEnded() {
    return ended;
  }

  /** One past the last byte: the sequence number of FIN. */
  int last() {
    return first + length;
  }

  /** Bytes from a sequence number on. */
  int from(int sequence) {
    return last() - sequence;
  }

  /** Some bytes from a sequence number on. */
  byte[] copy(int sequence, int count) {
    return Arrays.copyOfRange(bytes, sequence - first, sequence - first + count);
  }

  /** Forgets what is before a sequence number, which may be one past the end. */
  void acknowledge(int sequence) {
    int done = Math.clamp(sequence - first, 0, length);
    System.arraycopy(bytes, done, bytes, 0, length - done);
    first += done;
    length -= done;
  }
}
