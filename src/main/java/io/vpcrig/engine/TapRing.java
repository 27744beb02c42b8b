package io.vpcrig.engine;

import io.vpcrig.frame.Bytes;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * Records on their way from a tap to its reader. What does not fit is counted and lost: the path
 * never waits. Threads: one puts, one reads.
 */
final class TapRing {
  private static final int BYTES = 1 << 22;
  private static final int RECORD = 1;

  /**
   * The memory goes when nobody refers to it: the path may, for a moment, after the reader left.
   */
  private final OneToOneRingBuffer ring =
      new OneToOneRingBuffer(
          new UnsafeBuffer(ByteBuffer.allocateDirect(BYTES + RingBufferDescriptor.TRAILER_LENGTH)));

  private final Map<Integer, Snapshot> snapshots = new ConcurrentHashMap<>();
  private Snapshot latest;
  private final AtomicLong lost = new AtomicLong();
  private volatile RuntimeException failure;

  /** Writes a record's fields, and answers nothing. */
  @FunctionalInterface
  interface Writer {
    void write(UnsafeBuffer to, int at);
  }

  /** Receives a record. */
  @FunctionalInterface
  interface Reader {
    void read(UnsafeBuffer from, int at, int length);
  }

  /** What the numbers in later records mean. */
  // The same snapshot, not an equal one.
  @SuppressWarnings("ReferenceEquality")
  void use(Snapshot snapshot) {
    if (snapshot != latest) {
      latest = snapshot;
      snapshots.put(snapshot.generation(), snapshot);
    }
  }

  /** Generation of the snapshot in use. */
  int generation() {
    return latest.generation();
  }

  /** Claims room for a record; negative if there is none. Each is to be {@link #commit}ted. */
  int claim(int length) {
    int at = length > ring.maxMsgLength() ? -1 : ring.tryClaim(RECORD, length);
    if (at < 0) {
      lost.lazySet(lost.get() + 1); // One thread alone writes it.
    }
    return at;
  }

  UnsafeBuffer memory() {
    return (UnsafeBuffer) ring.buffer();
  }

  void commit(int at) {
    ring.commit(at);
  }

  /** Puts bytes of a frame into a record. */
  void put(int at, Bytes bytes, int start, int length) {
    for (int k = 0; k < length; k++) {
      memory().putByte(at + k, (byte) bytes.u8(start + k));
    }
  }

  /** Hands over up to {@code most} records; answers how many. The reader. */
  int read(Reader reader, int most) {
    return ring.read(
        (type, buffer, at, length) -> reader.read((UnsafeBuffer) buffer, at, length), most);
  }

  /** The snapshot of a generation; those before are forgotten. The reader. */
  Snapshot snapshot(int generation) {
    snapshots.keySet().removeIf(older -> older < generation);
    return snapshots.get(generation);
  }

  void fail(RuntimeException problem) {
    failure = problem;
  }

  /** Fails if the tap did. */
  void check() {
    if (failure != null) {
      throw new IllegalStateException("the tap failed: " + failure, failure);
    }
  }

  /** Records that there was no room for. */
  long lost() {
    return lost.get();
  }
}
