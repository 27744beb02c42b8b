package io.vpcrig.session;

import io.vpcrig.frame.BytesLedger;
import io.vpcrig.frame.HugePages;
import java.nio.ByteOrder;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A region of native memory aligned to 128 bytes, or to a huge page if it is that large, in the
 * machine's byte order. It is neither zeroed nor touched, so pages that are never used cost address
 * space only; it does not count against {@code MaxDirectMemorySize}. Addressed absolutely, without
 * a base object, which costs the compiler one addition less per access. Bounds are checked unless
 * {@code -Dagrona.disable.bounds.checks=true}. Thread: the owner's.
 */
final class OffHeap implements AutoCloseable {
  private static final int ALIGNMENT = 128;
  private static final boolean SWAP = ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN;

  private final int length;
  private final long base;
  private long allocated;

  /**
   * @param length bytes, 1..2^31-1
   */
  OffHeap(int length) {
    this.length = length;
    long alignment = length >= HugePages.SIZE ? HugePages.SIZE : ALIGNMENT;
    allocated = UnsafeApi.allocateMemory(length + alignment);
    base = (allocated + alignment - 1) & -alignment;
    if (length >= HugePages.SIZE) {
      HugePages.advise(base, length);
    }
    BytesLedger.allocated(length);
  }

  private long at(int offset, int size) {
    if (UnsafeBuffer.SHOULD_BOUNDS_CHECK
        && (offset < 0 || offset > length - size || allocated == 0)) {
      throw new IndexOutOfBoundsException(
          size + " bytes at " + offset + " of " + (allocated == 0 ? 0 : length));
    }
    return base + offset;
  }

  /**
   * Where {@code size} bytes from {@code offset} on lie, checked once for all raw accesses to them.
   */
  long window(int offset, int size) {
    return at(offset, size);
  }

  /** Of a {@link #window}, in the machine's byte order. */
  static int rawInt(long place) {
    return UnsafeApi.getInt(place);
  }

  /** Of a {@link #window}, little-endian on any machine. */
  static int rawIntLe(long place) {
    int value = rawInt(place);
    return SWAP ? Integer.reverseBytes(value) : value;
  }

  static long rawLong(long place) {
    return UnsafeApi.getLong(place);
  }

  static void putRawLong(long place, long value) {
    UnsafeApi.putLong(place, value);
  }

  int getByte(int offset) {
    return UnsafeApi.getByte(at(offset, 1));
  }

  int getInt(int offset) {
    return UnsafeApi.getInt(at(offset, 4));
  }

  long getLong(int offset) {
    return UnsafeApi.getLong(at(offset, 8));
  }

  void putByte(int offset, byte value) {
    UnsafeApi.putByte(at(offset, 1), value);
  }

  void putInt(int offset, int value) {
    UnsafeApi.putInt(at(offset, 4), value);
  }

  void putLong(int offset, long value) {
    UnsafeApi.putLong(at(offset, 8), value);
  }

  /** As {@link #getInt}, little-endian on any machine. */
  int getIntLe(int offset) {
    int value = getInt(offset);
    return SWAP ? Integer.reverseBytes(value) : value;
  }

  /** As {@link #getLong}, little-endian on any machine. */
  long getLongLe(int offset) {
    long value = getLong(offset);
    return SWAP ? Long.reverseBytes(value) : value;
  }

  /** As {@link #putInt}, little-endian on any machine. */
  void putIntLe(int offset, int value) {
    putInt(offset, SWAP ? Integer.reverseBytes(value) : value);
  }

  void zero() {
    UnsafeApi.setMemory(base, length, (byte) 0);
  }

  @Override
  public void close() {
    if (allocated != 0) {
      BytesLedger.freed(length);
      UnsafeApi.freeMemory(allocated);
      allocated = 0;
    }
  }
}
