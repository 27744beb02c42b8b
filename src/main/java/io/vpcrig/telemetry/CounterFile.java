package io.vpcrig.telemetry;

import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersManager;

/**
 * Counters of a run in a mapped file, for {@link CounterReader} in any process, during the run and
 * after it. What is counted stays with its owners; {@link #publish} asks them and stores. The file
 * appears whole, readable by its owner only; pages that hold nothing take no room.
 *
 * <p>Bounded: when there is room for no more counters, {@link #add} says so. Thread: one at a time;
 * {@link CounterPublisher} has one for it.
 */
public final class CounterFile implements AutoCloseable {
  private final Path path;
  private final int capacity;
  private final MappedByteBuffer mapped;
  private final UnsafeBuffer file;
  private final CountersManager counters;
  private final List<LongSupplier> sources = new ArrayList<>();
  private boolean closed;

  /**
   * Makes the file; one of the same name is replaced.
   *
   * @param capacity counters there is room for, 1..262144
   */
  public CounterFile(Path path, Run run, int capacity) throws IOException {
    if (capacity < 1 || capacity > CounterLayout.MAX_COUNTERS) {
      throw new IllegalArgumentException(
          capacity + " counters, legal 1.." + CounterLayout.MAX_COUNTERS);
    }
    this.path = path;
    this.capacity = capacity;
    Path folder = path.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new IOException("can't write " + path + ": its folder does not exist");
    }
    Path part = Files.createTempFile(folder, ".vpcrig-", ".part");
    try {
      mapped = map(part, CounterLayout.fileBytes(capacity, Reason.LIMIT));
      file = new UnsafeBuffer(mapped);
      int values = CounterLayout.HEAD + (int) CounterLayout.metadataBytes(capacity);
      counters =
          new CountersManager(
              new UnsafeBuffer(file, CounterLayout.HEAD, values - CounterLayout.HEAD),
              new UnsafeBuffer(file, values, (int) CounterLayout.valuesBytes(capacity)),
              StandardCharsets.UTF_8);
      writeHead(run);
      add(CounterType.HEARTBEAT, List.of(), System::currentTimeMillis);
      publish();
      Files.move(part, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static MappedByteBuffer map(Path part, long length) throws IOException {
    try (FileChannel channel =
        FileChannel.open(part, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      MappedByteBuffer buffer = channel.map(FileChannel.MapMode.READ_WRITE, 0, length);
      buffer.order(ByteOrder.LITTLE_ENDIAN);
      return buffer;
    }
  }

  private void writeHead(Run run) {
    file.putInt(CounterLayout.AT_VERSION, CounterLayout.VERSION);
    file.putInt(CounterLayout.AT_STATE, CounterLayout.RUNNING);
    file.putInt(CounterLayout.AT_CAPACITY, capacity);
    file.putInt(CounterLayout.AT_EXAMPLES, Reason.LIMIT);
    file.putLong(CounterLayout.AT_PID, run.pid());
    file.putLong(CounterLayout.AT_PROCESS_START, run.processStartMs());
    file.putLong(CounterLayout.AT_BEGUN, run.begunMs());
    putText(CounterLayout.AT_VERB, run.verb(), CounterLayout.VERB_BYTES);
    putText(CounterLayout.AT_VPC, run.vpc(), CounterLayout.VPC_BYTES);
    file.putLongRelease(CounterLayout.AT_MAGIC, CounterLayout.MAGIC);
  }

  public Path path() {
    return path;
  }

  /**
   * Adds a counter.
   *
   * @param source asked for the value at each {@link #publish}; may be of another thread's plain
   *     field, then the value is that of a moment ago
   * @return false if there is no room for it
   */
  public boolean add(CounterType type, List<String> labels, LongSupplier source) {
    if (sources.size() == capacity) {
      return false;
    }
    counters.allocate(Counter.text(type, labels), type.number());
    sources.add(source);
    return true;
  }

  /** Counters there is room for yet. */
  public int room() {
    return capacity - sources.size();
  }

  /** Asks all sources and stores what they say, each by a release store. Allocates nothing. */
  public void publish() {
    for (int id = 0; id < sources.size(); id++) {
      counters.setCounterValue(id, sources.get(id).getAsLong());
    }
  }

  /** Keeps {@code text}, or as much of it as there is room for, as the last drop for a reason. */
  public void example(Reason reason, String text, long epochMs) {
    int at =
        (int)
            (CounterLayout.fileBytes(capacity, 0) + (long) reason.number() * CounterLayout.EXAMPLE);
    long version = file.getLong(at);
    file.putLong(at, version + 1);
    VarHandle.storeStoreFence();
    file.putLong(at + CounterLayout.EXAMPLE_MS, epochMs);
    putText(at + CounterLayout.EXAMPLE_TEXT, text, CounterLayout.EXAMPLE_BYTES);
    file.putLongRelease(at, version + 2);
  }

  /** Publishes for the last time and says that the run came to its end. */
  public void end() {
    publish();
    file.putIntRelease(CounterLayout.AT_STATE, CounterLayout.ENDED);
  }

  /** Unmaps the file and leaves it where it is. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      IoUtil.unmap(mapped);
    }
  }

  private void putText(int at, String text, int mostBytes) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > mostBytes) {
      int end = mostBytes;
      while ((bytes[end] & 0xc0) == 0x80) { // Not within a character.
        end--;
      }
      bytes = Arrays.copyOf(bytes, end);
    }
    file.putInt(at, bytes.length);
    file.putBytes(at + Integer.BYTES, bytes);
  }
}
