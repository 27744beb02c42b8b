package io.vpcrig.io.live;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Waits until one of several ports has frames, by poll(2). {@code struct pollfd}: file 4, events 2,
 * returned events 2. Thread: one.
 */
public final class PortWait implements AutoCloseable {
  private static final int ENTRY = 8;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment files;
  private final int count;

  public PortWait(List<? extends LivePort> ports) {
    count = ports.size();
    files = arena.allocate((long) count * ENTRY, 8);
    for (int k = 0; k < count; k++) {
      files.set(JAVA_INT, (long) k * ENTRY, ports.get(k).file());
      files.set(JAVA_SHORT, (long) k * ENTRY + 4, (short) Linux.POLLIN);
    }
  }

  /** Whether a port has something; false after the time. */
  public boolean await(int milliseconds) throws IOException {
    return Linux.poll(files, count, milliseconds) > 0;
  }

  @Override
  public void close() {
    arena.close();
  }
}
