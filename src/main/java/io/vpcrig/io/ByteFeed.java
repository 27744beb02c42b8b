package io.vpcrig.io;

import io.vpcrig.frame.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;

/**
 * A window that slides over an input: whole records lie in it in one piece.
 *
 * <pre>
 *   bytes: | consumed | at ... end: available | free |
 *   base = offset in the input of the first byte of the window
 * </pre>
 *
 * Starts with {@link #CHUNK} bytes and doubles only when it is full of bytes that were really
 * there, so no length found in a file makes it allocate; never beyond {@link #LARGEST}. Thread:
 * one.
 */
final class ByteFeed implements AutoCloseable {
  /** Bytes asked of the channel at once. */
  static final int CHUNK = 1 << 18;

  /** Most bytes that {@link #require} takes: the longest pcapng block that libpcap reads. */
  static final int LARGEST = 1 << 24;

  /** Offset of the next byte in {@link #bytes}. */
  int at;

  /** One past the last available byte. */
  int end;

  /** The window; {@link #require} and {@link #skip} may replace it. */
  Bytes bytes;

  private final ReadableByteChannel channel;
  private final boolean waits;
  private ByteBuffer view;
  private long base;
  private boolean ended;
  private boolean closed;

  /**
   * @param waits whether a read may wait for somebody (a pipe), so that what is there should be
   *     passed on before more is asked for
   */
  ByteFeed(ReadableByteChannel channel, boolean waits) {
    this.channel = channel;
    this.waits = waits;
    this.bytes = Bytes.allocate(CHUNK);
    this.view = bytes.view();
  }

  boolean waits() {
    return waits;
  }

  int available() {
    return end - at;
  }

  /** Offset in the input of the next byte. */
  long position() {
    return base + at;
  }

  /** Makes {@code n} bytes available, 0..{@link #LARGEST}; false if the input ends before. */
  boolean require(int n) throws IOException {
    while (end - at < n) {
      if (!fill()) {
        return false;
      }
    }
    return true;
  }

  /** Goes {@code n} bytes on; false if the input ends before, everything being consumed then. */
  boolean skip(long n) throws IOException {
    long left = n;
    while (left > end - at) {
      left -= end - at;
      at = end;
      if (!fill()) {
        return false;
      }
    }
    at += (int) left;
    return true;
  }

  /** Goes on at an offset of a file. */
  void seek(FileChannel file, long offset) throws IOException {
    file.position(offset);
    base = offset;
    at = 0;
    end = 0;
    ended = false;
  }

  /** The available bytes, for a decompressor; it tells what it used by {@link #skip}. */
  ByteBuffer window() {
    return bytes.view().position(at).limit(end);
  }

  private boolean fill() throws IOException {
    if (ended) {
      return false;
    }
    if (at > 0) {
      bytes.move(at, 0, end - at);
      base += at;
      end -= at;
      at = 0;
    } else if (end == bytes.capacity()) {
      grow();
    }
    int got = channel.read(view.limit(bytes.capacity()).position(end));
    if (got < 0) {
      ended = true;
      return false;
    }
    end += got;
    return true;
  }

  private void grow() {
    Bytes larger = Bytes.allocate(2 * bytes.capacity());
    larger.put(0, bytes, 0, end);
    bytes.close();
    bytes = larger;
    view = larger.view();
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      bytes.close();
      channel.close();
    }
  }
}
