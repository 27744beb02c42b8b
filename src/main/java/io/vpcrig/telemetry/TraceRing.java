package io.vpcrig.telemetry;

/**
 * Fixed records of what happened to traced frames, oldest overwritten first. Formatting is done
 * later, by whoever reads. Thread: one worker writes; read after it has handed over.
 *
 * <pre>
 *   record: | trace | step | a | b | c | d |   six ints
 * </pre>
 */
public final class TraceRing {
  private static final int FIELDS = 6;

  private final int[] records;
  private final int mask;
  private long written;

  /**
   * @param capacity records kept, a power of two
   */
  public TraceRing(int capacity) {
    if (Integer.bitCount(capacity) != 1) {
      throw new IllegalArgumentException("capacity " + capacity + " is no power of two");
    }
    records = new int[capacity * FIELDS];
    mask = capacity - 1;
  }

  /** Appends a record; arguments are described at {@link TraceStep}. */
  public void add(int trace, TraceStep step, int a, int b, int c, int d) {
    int at = ((int) written & mask) * FIELDS;
    records[at] = trace;
    records[at + 1] = step.ordinal();
    records[at + 2] = a;
    records[at + 3] = b;
    records[at + 4] = c;
    records[at + 5] = d;
    written++;
  }

  /** Receives records in the order they were written. */
  @FunctionalInterface
  public interface Reader {
    void record(TraceStep step, int a, int b, int c, int d);
  }

  /** Hands all records kept of {@code trace} to {@code reader}. */
  public void read(int trace, Reader reader) {
    TraceStep[] steps = TraceStep.values();
    for (long k = Math.max(0, written - mask - 1); k < written; k++) {
      int at = ((int) k & mask) * FIELDS;
      if (records[at] == trace) {
        reader.record(
            steps[records[at + 1]],
            records[at + 2],
            records[at + 3],
            records[at + 4],
            records[at + 5]);
      }
    }
  }
}
