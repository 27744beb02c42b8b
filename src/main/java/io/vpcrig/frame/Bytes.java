package io.vpcrig.frame;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.BufferUtil;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A region of off-heap memory holding frames. Multi-byte accessors use network byte order (big
 * endian) unless the name ends in {@code Le}. This class is the only one that knows the kind of
 * memory; bounds are checked unless the JVM runs with {@code -Dagrona.disable.bounds.checks=true},
 * which production does because lengths are validated once, at parse.
 *
 * <p>Thread: no synchronisation of its own; it travels with the batch that owns it.
 */
public final class Bytes implements AutoCloseable {
  private static final int CACHE_LINE = 64;
  private static final boolean SWAP = ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN;
  private static final int LEAST_PLAIN = 32;
  private static final int MOST_PLAIN = 512;

  private final ByteBuffer memory;

  /** What is freed; null if it is somebody else's. */
  private final ByteBuffer owner;

  private final UnsafeBuffer buffer;
  private final long address;
  private boolean closed;

  /**
   * @param owner direct buffer with room for aligning; what is freed, since a slice can't be
   */
  private Bytes(ByteBuffer owner, int capacity) {
    int skip = -(int) BufferUtil.address(owner) & CACHE_LINE - 1;
    this.owner = owner;
    this.memory = owner.slice(skip, capacity);
    this.buffer = new UnsafeBuffer(memory);
    this.address = buffer.addressOffset();
  }

  private Bytes(ByteBuffer memory) {
    this.owner = null;
    this.memory = memory;
    this.buffer = new UnsafeBuffer(memory);
    this.address = buffer.addressOffset();
  }

  /** The address of {@code length} bytes at {@code offset}. */
  private long at(int offset, int length) {
    if (UnsafeBuffer.SHOULD_BOUNDS_CHECK) {
      buffer.boundsCheck(offset, length);
    }
    return address + offset;
  }

  /** Allocates zeroed memory of {@code capacity} bytes, aligned to a cache line. */
  public static Bytes allocate(int capacity) {
    BytesLedger.allocated(capacity);
    return new Bytes(ByteBuffer.allocateDirect(capacity + CACHE_LINE), capacity);
  }

  /**
   * Memory that somebody else owns, such as a ring shared with the kernel. Closing it frees
   * nothing.
   *
   * @param direct direct buffer; all of it, whatever its position
   */
  public static Bytes over(ByteBuffer direct) {
    return new Bytes(direct);
  }

  /** Copies {@code data} into new memory; for tests and for the control side. */
  public static Bytes of(byte[] data) {
    Bytes bytes = allocate(Math.max(1, data.length));
    bytes.buffer.putBytes(0, data);
    return bytes;
  }

  public int capacity() {
    return buffer.capacity();
  }

  /**
   * Where {@code length} bytes from {@code offset} on lie, for the {@code raw} accessors of the
   * innermost loops: checked once for all of them. Valid until the memory is closed.
   */
  public long window(int offset, int length) {
    return at(offset, length);
  }

  /** The two low bytes the other way round, 0..65535. */
  public static int swap16(int value) {
    return Short.reverseBytes((short) value) & 0xffff;
  }

  /** 16 bits of a {@link #window} in little-endian order, 0..65535. */
  public static int raw16(long place) {
    int value = UnsafeApi.getShort(place) & 0xffff;
    return SWAP ? swap16(value) : value;
  }

  /** 32 bits of a {@link #window} in little-endian order. */
  public static int raw32(long place) {
    int value = UnsafeApi.getInt(place);
    return SWAP ? Integer.reverseBytes(value) : value;
  }

  /** 64 bits of a {@link #window} in little-endian order. */
  public static long raw64(long place) {
    long value = UnsafeApi.getLong(place);
    return SWAP ? Long.reverseBytes(value) : value;
  }

  public static void putRaw16(long place, int value) {
    UnsafeApi.putShort(place, SWAP ? Short.reverseBytes((short) value) : (short) value);
  }

  public static void putRaw32(long place, int value) {
    UnsafeApi.putInt(place, SWAP ? Integer.reverseBytes(value) : value);
  }

  public static void putRaw64(long place, long value) {
    UnsafeApi.putLong(place, SWAP ? Long.reverseBytes(value) : value);
  }

  /** Unsigned byte, 0..255. */
  public int u8(int offset) {
    return UnsafeApi.getByte(at(offset, 1)) & 0xff;
  }

  /** Unsigned 16 bits, 0..65535. */
  public int u16(int offset) {
    return Short.reverseBytes(UnsafeApi.getShort(at(offset, 2))) & 0xffff;
  }

  /** 32 bits as they are; an IPv4 address keeps its sign bit. */
  public int i32(int offset) {
    return Integer.reverseBytes(UnsafeApi.getInt(at(offset, 4)));
  }

  /** Unsigned 32 bits, 0..2^32-1. */
  public long u32(int offset) {
    return i32(offset) & 0xffff_ffffL;
  }

  public long i64(int offset) {
    return Long.reverseBytes(UnsafeApi.getLong(at(offset, 8)));
  }

  /** A MAC address: 48 bits in the low end of a long. Reads eight bytes from {@code offset - 2}. */
  public long mac(int offset) {
    return (long) u16(offset) << 32 | u32(offset + 2);
  }

  /** 16 bits, little endian, 0..65535. */
  public int u16Le(int offset) {
    return buffer.getShort(offset, ByteOrder.LITTLE_ENDIAN) & 0xffff;
  }

  /** 32 bits, little endian. */
  public int i32Le(int offset) {
    return buffer.getInt(offset, ByteOrder.LITTLE_ENDIAN);
  }

  public void putU16Le(int offset, int value) {
    buffer.putShort(offset, (short) value, ByteOrder.LITTLE_ENDIAN);
  }

  public void putI32Le(int offset, int value) {
    buffer.putInt(offset, value, ByteOrder.LITTLE_ENDIAN);
  }

  public void putU8(int offset, int value) {
    UnsafeApi.putByte(at(offset, 1), (byte) value);
  }

  public void putU16(int offset, int value) {
    UnsafeApi.putShort(at(offset, 2), Short.reverseBytes((short) value));
  }

  public void putI32(int offset, int value) {
    UnsafeApi.putInt(at(offset, 4), Integer.reverseBytes(value));
  }

  public void putI64(int offset, long value) {
    UnsafeApi.putLong(at(offset, 8), Long.reverseBytes(value));
  }

  public void putMac(int offset, long mac) {
    putU16(offset, (int) (mac >>> 32));
    putI32(offset + 2, (int) mac);
  }

  /** Copies within this region; ranges may overlap. */
  public void move(int from, int to, int length) {
    buffer.putBytes(to, buffer, from, length);
  }

  /**
   * Copies {@code length} bytes from {@code source} at {@code from} to {@code to} here; the ranges
   * must not overlap. Short ones by plain reads and writes: the call that copies long ones costs as
   * much as 20 of them.
   */
  public void put(int to, Bytes source, int from, int length) {
    if (length < LEAST_PLAIN || length > MOST_PLAIN) {
      buffer.putBytes(to, source.buffer, from, length);
      return;
    }
    long in = source.at(from, length);
    long out = at(to, length);
    long last = in + length - 32;
    long ahead = out - in;
    for (long at = in; at < last; at += 32) {
      copy32(at, at + ahead);
    }
    // Ends where the range ends, over bytes that were copied before.
    copy32(last, last + ahead);
  }

  private static void copy32(long from, long to) {
    long a = UnsafeApi.getLong(from);
    long b = UnsafeApi.getLong(from + 8);
    long c = UnsafeApi.getLong(from + 16);
    long d = UnsafeApi.getLong(from + 24);
    UnsafeApi.putLong(to, a);
    UnsafeApi.putLong(to + 8, b);
    UnsafeApi.putLong(to + 16, c);
    UnsafeApi.putLong(to + 24, d);
  }

  public void put(int to, byte[] source, int from, int length) {
    buffer.putBytes(to, source, from, length);
  }

  public void put(int to, ByteBuffer source, int from, int length) {
    buffer.putBytes(to, source, from, length);
  }

  public void get(int from, byte[] target, int to, int length) {
    buffer.getBytes(from, target, to, length);
  }

  /** Copies {@code length} bytes into {@code target} at its absolute index {@code to}. */
  public void get(int from, ByteBuffer target, int to, int length) {
    buffer.getBytes(from, target, to, length);
  }

  /** A copy on the heap; for tests, reports and the control side, never for a stage. */
  public byte[] copy(int from, int length) {
    byte[] copy = new byte[length];
    buffer.getBytes(from, copy);
    return copy;
  }

  public void fill(int from, int length, int value) {
    buffer.setMemory(from, length, (byte) value);
  }

  /**
   * The memory itself, for system calls and channels; positions and limits are the caller's copy.
   */
  public ByteBuffer view() {
    return memory.duplicate();
  }

  /** Frees the memory at once; any later access is undefined. Closing twice does nothing. */
  @Override
  public void close() {
    if (!closed && owner != null) {
      closed = true;
      BytesLedger.freed(buffer.capacity());
      BufferUtil.free(owner);
    }
  }
}
