package io.vpcrig.io.live;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Waits until one of several ports has frames, by poll(2). {@code struct pollfd}: file 4, events 2,
 * returned events 2. A port without files is asked again after a millisecond. Thread: one.
 */
public final class PortWait implements AutoCloseable {
  private static final int ENTRY = 8;

  /** How long a port without a file to wait for is left alone, milliseconds. */
  private static final int NAP = 1;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment files;
  private final int count;
  private final int most;

  public PortWait(List<? extends LivePort> ports) {
    int[] all = ports.stream().flatMapToInt(port -> IntStream.of(port.files())).toArray();
    count = all.length;
    most = ports.stream().allMatch(port -> port.files().length > 0) ? Integer.MAX_VALUE : NAP;
    files = arena.allocate(Math.max(1, (long) count * ENTRY), 8);
    for (int k = 0; k < count; k++) {
      files.set(JAVA_INT, (long) k * ENTRY, all[k]);
      files.set(JAVA_SHORT, (long) k * ENTRY + 4, (short) Linux.POLLIN);
    }
  }

  /** Whether a port has something; false after the time, or if a port has to be asked. */
  public boolean await(int milliseconds) throws IOException {
    if (Linux.poll(files, count, Math.min(milliseconds, most)) == 0) {
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
