package io.vpcrig.io;

import io.vpcrig.telemetry.Threads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.LongSupplier;

/**
 * Reads a channel in a thread of its own, a few buffers ahead of whoever reads here: unpacking
 * takes longer than all that is done with what it yields. Holds {@link #BUFFERS} buffers of {@link
 * #CAPACITY} bytes, whatever the input; what one read of the input gave is passed on at once. An
 * error comes after all bytes before it, and again with every later read.
 *
 * <p>Thread: one reader; one of its own until the end of the input, an error or {@link #close}.
 */
final class AheadChannel implements ReadableByteChannel {
  static final int BUFFERS = 4;
  static final int CAPACITY = 1 << 18;

  private final ReadableByteChannel source;
  private final ReadableByteChannel innermost;
  private final LongSupplier position;
  private final BlockingQueue<ByteBuffer> empty = new ArrayBlockingQueue<>(BUFFERS);

  /** An empty buffer is the last: the input ended, or {@link #failure} tells why not. */
  private final BlockingQueue<ByteBuffer> full = new ArrayBlockingQueue<>(BUFFERS);

  private final Thread thread =
      Thread.ofPlatform().name("vpcrig-unpack").daemon().unstarted(this::fill);
  private ByteBuffer current;
  private boolean ended;
  private boolean closed;
  private volatile Throwable failure;
  private volatile long positionRead;

  /**
   * @param innermost what {@code source} reads in the end: closed first, which wakes a thread that
   *     waits for it
   * @param position bytes of the packed input used so far; asked by the thread that reads it
   */
  AheadChannel(ReadableByteChannel source, ReadableByteChannel innermost, LongSupplier position) {
    this.source = source;
    this.innermost = innermost;
    this.position = position;
    for (int k = 0; k < BUFFERS; k++) {
      empty.add(ByteBuffer.allocateDirect(CAPACITY));
    }
    thread.start();
  }

  /** Bytes of the packed input used so far, about. Any thread. */
  long position() {
    return positionRead;
  }

  private void fill() {
    try {
      while (true) {
        ByteBuffer buffer = empty.take().clear();
        int got;
        try {
          got = source.read(buffer);
        } catch (IOException | RuntimeException | Error e) {
          failure = e;
          got = -1;
        }
        positionRead = position.getAsLong();
        full.put(buffer.flip());
        if (got < 0) {
          return;
        }
      }
    } catch (InterruptedException e) {
      // Closed: nobody wants more.
      return;
    }
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    if (!ended && (current == null || !current.hasRemaining())) {
      next();
    }
    if (ended) {
      if (failure != null) {
        throw failure();
      }
      return -1;
    }
    int count = Math.min(target.remaining(), current.remaining());
    target.put(target.position(), current, current.position(), count);
    target.position(target.position() + count);
    current.position(current.position() + count);
    return count;
  }

  private void next() throws IOException {
    try {
      if (current != null) {
        empty.put(current);
      }
      current = full.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while unpacking", e);
    }
    ended = !current.hasRemaining();
  }

  private IOException failure() {
    return switch (failure) {
      case IOException e -> e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> new IOException(failure);
    };
  }

  @Override
  public boolean isOpen() {
    return !closed;
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    thread.interrupt();
    innermost.close();
    Threads.join(thread);
    // The memory it reads into is nobody's now.
    source.close();
  }
}
