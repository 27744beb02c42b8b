package io.vpcrig.telemetry;

import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersReader;

/**
 * Reads a {@link CounterFile} while it is written, and after. Once open it can be read even when
 * the file's name is gone. Thread: one.
 */
public final class CounterReader implements AutoCloseable {
  private final MappedByteBuffer mapped;
  private final UnsafeBuffer file;
  private final int capacity;
  private final int examples;
  private final CountersReader counters;
  private final Run run;

  /**
   * @throws FileSystemException if it can't be read; the reason is a sentence
   */
  public CounterReader(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long length = channel.size();
      require(path, length >= CounterLayout.HEAD, "is no counter file: only " + length + " bytes");
      mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, Math.min(length, Integer.MAX_VALUE));
      mapped.order(ByteOrder.LITTLE_ENDIAN);
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException e) {
      throw new FileSystemException(path.toString(), null, e.getMessage());
    }
    file = new UnsafeBuffer(mapped);
    boolean sound = false;
    try {
      long magic = file.getLongAcquire(CounterLayout.AT_MAGIC);
      require(path, magic == CounterLayout.MAGIC, "is no counter file of vpcrig");
      int version = file.getInt(CounterLayout.AT_VERSION);
      require(
          path,
          version == CounterLayout.VERSION,
          "has counter layout " + version + ", this vpcrig reads " + CounterLayout.VERSION);
      capacity = file.getInt(CounterLayout.AT_CAPACITY);
      examples = file.getInt(CounterLayout.AT_EXAMPLES);
      require(
          path,
          capacity >= 1
              && capacity <= CounterLayout.MAX_COUNTERS
              && examples >= 0
              && examples <= Reason.LIMIT,
          "is damaged: room for " + capacity + " counters and " + examples + " examples");
      long needed = CounterLayout.fileBytes(capacity, examples);
      require(
          path,
          mapped.capacity() >= needed,
          "is cut short: " + mapped.capacity() + " bytes of " + needed);
      int values = CounterLayout.HEAD + (int) CounterLayout.metadataBytes(capacity);
      counters =
          new CountersReader(
              new UnsafeBuffer(file, CounterLayout.HEAD, values - CounterLayout.HEAD),
              new UnsafeBuffer(file, values, (int) CounterLayout.valuesBytes(capacity)),
              StandardCharsets.UTF_8);
      run =
          new Run(
              file.getLong(CounterLayout.AT_PID),
              file.getLong(CounterLayout.AT_PROCESS_START),
              file.getLong(CounterLayout.AT_BEGUN),
              text(CounterLayout.AT_VERB, CounterLayout.VERB_BYTES),
              text(CounterLayout.AT_VPC, CounterLayout.VPC_BYTES));
      sound = true;
    } finally {
      if (!sound) {
        IoUtil.unmap(mapped);
      }
    }
  }

  private static void require(Path path, boolean holds, String otherwise)
      throws FileSystemException {
    if (!holds) {
      throw new FileSystemException(path.toString(), null, otherwise);
    }
  }

  public Run run() {
    return run;
  }

  /** What has become of the run by now. */
  public Run.State state() {
    if (file.getIntAcquire(CounterLayout.AT_STATE) == CounterLayout.ENDED) {
      return Run.State.ENDED;
    }
    if (run.isAlive()) {
      return Run.State.RUNNING;
    }
    // It may have ended between the two looks.
    return file.getIntAcquire(CounterLayout.AT_STATE) == CounterLayout.ENDED
        ? Run.State.ENDED
        : Run.State.DEAD;
  }

  /** Everything as it is now. */
  public RunSnapshot snapshot() {
    Run.State state = state();
    List<Counter> values = new ArrayList<>();
    for (int id = 0; id < capacity; id++) {
      if (counters.getCounterState(id) != CountersReader.RECORD_ALLOCATED) {
        break; // None is ever freed.
      }
      CounterType type = CounterType.of(counters.getCounterTypeId(id));
      // Not by Agrona's getCounterLabel: it trusts the length that stands there.
      int label = CountersReader.metaDataOffset(id) + CountersReader.LABEL_OFFSET;
      List<String> labels =
          Counter.labels(text(CounterLayout.HEAD + label, CountersReader.MAX_LABEL_LENGTH));
      if (type != null && labels.size() == type.labels().size()) {
        values.add(new Counter(type, labels, counters.getCounterValue(id)));
      }
    }
    List<RunSnapshot.Example> kept = new ArrayList<>();
    for (Reason reason : Reason.drops()) {
      RunSnapshot.Example example = reason.number() < examples ? example(reason) : null;
      if (example != null) {
        kept.add(example);
      }
    }
    return new RunSnapshot(run, state, values, kept);
  }

  /** Null if there is none, or it is just being written. */
  private RunSnapshot.Example example(Reason reason) {
    int at =
        (int)
            (CounterLayout.fileBytes(capacity, 0) + (long) reason.number() * CounterLayout.EXAMPLE);
    for (int attempt = 0; attempt < 10; attempt++) {
      long version = file.getLongAcquire(at);
      if (version == 0) {
        return null;
      }
      long atMs = file.getLong(at + CounterLayout.EXAMPLE_MS);
      String text = text(at + CounterLayout.EXAMPLE_TEXT, CounterLayout.EXAMPLE_BYTES);
      VarHandle.loadLoadFence();
      if ((version & 1) == 0 && file.getLongVolatile(at) == version) {
        return new RunSnapshot.Example(reason, atMs, text);
      }
      Thread.onSpinWait();
    }
    return null;
  }

  private String text(int at, int mostBytes) {
    byte[] bytes = new byte[Math.clamp(file.getInt(at), 0, mostBytes)];
    file.getBytes(at + Integer.BYTES, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    IoUtil.unmap(mapped);
  }
}
