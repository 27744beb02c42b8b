package io.vpcrig.io.live;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * One of the four rings of an AF_XDP socket, shared with the kernel
 * (Documentation/networking/af_xdp.rst): whoever produces moves one index, whoever consumes the
 * other, both count on for ever modulo 2^32.
 *
 * <pre>
 *   ring: | producer 4 | ... | consumer 4 | ... | flags 4 | ... | entry 0 | entry 1 | ...
 *   entry of receive and transmit rings: | place in the frame memory 8 | length 4 | options 4 |
 *   entry of fill and completion rings:  | place in the frame memory 8 |
 * </pre>
 *
 * Native byte order. Thread: the port's.
 */
final class XdpRing implements AutoCloseable {
  /** A ring's option number, where it is mapped, and where its layout stands in the offsets. */
  enum Kind {
    RECEIVE(2, 0, 0, 16),
    TRANSMIT(3, 0x8000_0000L, 32, 16),
    FILL(5, 0x1_0000_0000L, 64, 8),
    COMPLETION(6, 0x1_8000_0000L, 96, 8);

    private final int option;
    private final long page;
    private final int layout;
    private final int entry;

    Kind(int option, long page, int layout, int entry) {
      this.option = option;
      this.page = page;
      this.layout = layout;
      this.entry = entry;
    }
  }

  private static final int XDP_MMAP_OFFSETS = 1;
  private static final int OFFSETS = 128;
  private static final int NEED_WAKEUP = 1;
  private static final VarHandle INDEX = JAVA_INT.varHandle();

  private final MemorySegment memory;
  private final long producerAt;
  private final long consumerAt;
  private final long flagsAt;
  private final long entries;
  private final int entryBytes;
  private final int size;

  /** Our own index: the producer's of fill and transmit rings, the consumer's of the others. */
  private int own;

  /**
   * Has the kernel make the ring and maps it.
   *
   * @param size entries, a power of two
   */
  XdpRing(int socket, Kind kind, int size) throws IOException {
    this.size = size;
    entryBytes = kind.entry;
    Linux.option(socket, Linux.SOL_XDP, kind.option, size);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment offsets = arena.allocate(OFFSETS, 8);
      Linux.getOption(socket, Linux.SOL_XDP, XDP_MMAP_OFFSETS, offsets);
      producerAt = offsets.get(JAVA_LONG, kind.layout);
      consumerAt = offsets.get(JAVA_LONG, kind.layout + 8L);
      long first = offsets.get(JAVA_LONG, kind.layout + 16L);
      flagsAt = offsets.get(JAVA_LONG, kind.layout + 24L);
      memory = Linux.map(socket, first + (long) size * entryBytes, kind.page);
      entries = memory.address() + first;
    }
  }

  /** Entries that the kernel has produced and we have not released. */
  int filled() {
    return (int) INDEX.getAcquire(memory, producerAt) - own;
  }

  /** Entries that can be produced. */
  int free() {
    return size - waiting();
  }

  /** Entries that we have submitted and the kernel has not taken. */
  int waiting() {
    return own - (int) INDEX.getAcquire(memory, consumerAt);
  }

  /** Address of the entry that is {@code k} after the next one. */
  long entry(int k) {
    return entries + (long) (own + k & size - 1) * entryBytes;
  }

  /** Gives {@code count} entries back to the kernel, which produced them. */
  void release(int count) {
    own += count;
    INDEX.setRelease(memory, consumerAt, own);
  }

  /** Gives {@code count} entries, written since the last time, to the kernel. */
  void submit(int count) {
    own += count;
    INDEX.setRelease(memory, producerAt, own);
  }

  /**
   * Takes back the last {@code count} entries submitted. Only while the kernel looks at none of
   * them: it does not, between calls, of a socket in copy mode.
   */
  void withdraw(int count) {
    submit(-count);
  }

  /** Whether the kernel waits for a call. */
  boolean needsWakeup() {
    return ((int) INDEX.getAcquire(memory, flagsAt) & NEED_WAKEUP) != 0;
  }

  @Override
  public void close() throws IOException {
    Linux.unmap(memory);
  }
}
