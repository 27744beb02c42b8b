package io.vpcrig.io.live;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Waits until one of several ports has frames, by ppoll(2). {@code struct pollfd}: file 4, events
 * 2, returned events 2. A port without files is asked again after a millisecond. Thread: one.
 */
public final class PortWait implements AutoCloseable {
  private static final int ENTRY = 8;
  private static final long SECOND_NS = 1_000_000_000L;

  /** How long a port without a file to wait for is left alone, nanoseconds. */
  private static final long NAP_NS = 1_000_000L;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment files;

  /** {@code struct timespec}: seconds 8, nanoseconds 8. */
  private final MemorySegment time = arena.allocate(16, 8);

  private final int count;
  private final long mostNs;

  public PortWait(List<? extends LivePort> ports) {
    this(ports, new int[0]);
  }

  /**
   * @param others files to wait for besides
   */
  public PortWait(List<? extends LivePort> ports, int... others) {
    int[] all =
        IntStream.concat(
                ports.stream().flatMapToInt(port -> IntStream.of(port.files())),
                IntStream.of(others))
            .toArray();
    count = all.length;
    mostNs = ports.stream().allMatch(port -> port.files().length > 0) ? Long.MAX_VALUE : NAP_NS;
    files = arena.allocate(Math.max(1, (long) count * ENTRY), 8);
    for (int k = 0; k < count; k++) {
      files.set(JAVA_INT, (long) k * ENTRY, all[k]);
      files.set(JAVA_SHORT, (long) k * ENTRY + 4, (short) Linux.POLLIN);
    }
  }

  /** Whether a port has something; false after the time, or if a port has to be asked. */
  public boolean await(int milliseconds) throws IOException {
    return awaitNs(milliseconds * 1_000_000L);
  }

  /** As {@link #await}, to the accuracy of the kernel's timers. */
  public boolean awaitNs(long nanoseconds) throws IOException {
    long wait = Math.min(nanoseconds, mostNs);
    time.set(JAVA_LONG, 0, wait / SECOND_NS);
    time.set(JAVA_LONG, 8, wait % SECOND_NS);
    if (Linux.poll(files, count, time) == 0) {
      return false;
    }
    boolean any = false;
    for (int k = 0; k < count; k++) {
      int events = files.get(JAVA_SHORT, (long) k * ENTRY + 6);
      any |= (events & Linux.POLLIN) != 0;
      if ((events & Linux.POLLERR) != 0) {
        // The link went down. That stays said until it is read, and nobody could wait meanwhile.
        Linux.clearError(files.get(JAVA_INT, (long) k * ENTRY));
      }
    }
    return any;
  }

  @Override
  public void close() {
    arena.close();
  }
}
