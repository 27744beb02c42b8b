package io.vpcrig.engine;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.telemetry.TraceStep;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Traces the next frames that a test takes, all the way: each frame as it came, what the stages
 * noted, what became of it, and the first packet of its connection if it was a known one.
 *
 * <pre>
 *   | number 8 | time 8 | tables' generation | port | segment | verdict | reason | list | rule |
 *   | session's generation, else 0 | protocol | its first packet: source | destination | ports | segment |
 *   | records | length | (step, a, b, c, d) for each record | bytes |
 * </pre>
 *
 * Fields without a length have 4 bytes; native order. Threads: the path's, and one that reads.
 */
public final class StoryTap implements PathTap {
  private static final int FIELDS = 16 + 15 * 4;
  private static final int RECORD = 5 * 4;
  private static final TraceStep[] STEPS = TraceStep.values();

  private final TapFilter filter;
  private final TapRing ring = new TapRing();
  private final long most;
  private final List<Marked> marked = new ArrayList<>();
  private long taken;

  /** A frame under way: where it stands in the batch, its trace, and its bytes as they came. */
  private record Marked(int frame, int trace, byte[] bytes) {}

  /** What a stage noted; see {@link TraceStep} for the meaning of its arguments. */
  public record Note(TraceStep step, int a, int b, int c, int d) {}

  /**
   * The first packet of a connection, as it came.
   *
   * @param ports as in {@code FrameBatch.ports}
   * @param generation that decided about the connection
   */
  public record Opening(
      int segment, int protocol, int source, int destination, int ports, int generation) {}

  /**
   * A frame that has gone all the way.
   *
   * @param snapshot what the numbers of segment, list and rule mean
   * @param opening null if the frame met no known connection
   * @param bytes as the frame came
   */
  public record Told(
      Snapshot snapshot,
      long number,
      long timestampNs,
      int port,
      int segment,
      byte verdict,
      int reason,
      int list,
      int rule,
      Opening opening,
      List<Note> notes,
      byte[] bytes) {}

  /** Receives frames in order. */
  @FunctionalInterface
  public interface Reader {
    void read(Told frame);
  }

  /**
   * @param most frames, after which it takes no more
   */
  public StoryTap(FrameTest test, long most) {
    this.filter = new TapFilter(test);
    this.most = most;
  }

  // --- the path's thread; allocates for the frames it takes ---

  @Override
  public void enter(FrameBatch batch, Snapshot snapshot, PacketPath path) {
    marked.clear();
    if (taken == most) {
      return;
    }
    ring.use(snapshot);
    filter.enter(batch, snapshot.segments());
    for (int i = 0; i < batch.size && taken < most; i++) {
      if (filter.takes(batch, i)) {
        taken++;
        if (batch.trace[i] == 0) {
          batch.trace[i] = path.newTrace();
        }
        marked.add(
            new Marked(i, batch.trace[i], batch.bytes.copy(batch.start[i], batch.length[i])));
      }
    }
  }

  @Override
  public void before(FrameBatch batch) {}

  @Override
  public void after(String place, FrameBatch batch) {}

  @Override
  public void leave(FrameBatch batch, PacketPath path) {
    for (Marked frame : marked) {
      put(batch, path, frame);
    }
  }

  private void put(FrameBatch batch, PacketPath path, Marked frame) {
    int i = frame.frame();
    List<Note> notes = new ArrayList<>();
    path.readTrace(frame.trace(), (step, a, b, c, d) -> notes.add(new Note(step, a, b, c, d)));
    Opening opening = opening(path, notes);
    byte[] bytes = frame.bytes();
    int at = ring.claim(FIELDS + notes.size() * RECORD + bytes.length);
    if (at < 0) {
      return;
    }
    UnsafeBuffer to = ring.memory();
    to.putLong(at, batch.number[i]);
    to.putLong(at + 8, batch.timestampNs[i]);
    int next =
        putAll(
            to,
            at + 16,
            ring.generation(),
            batch.inputInterface[i],
            batch.segment[i],
            batch.verdict[i],
            batch.reason[i],
            batch.list[i],
            batch.rule[i],
            opening.generation(),
            opening.protocol(),
            opening.source(),
            opening.destination(),
            opening.ports(),
            opening.segment(),
            notes.size(),
            bytes.length);
    for (Note note : notes) {
      next = putAll(to, next, note.step().ordinal(), note.a(), note.b(), note.c(), note.d());
    }
    to.putBytes(next, bytes);
    ring.commit(at);
  }

  private static int putAll(UnsafeBuffer to, int at, int... values) {
    for (int k = 0; k < values.length; k++) {
      to.putInt(at + 4 * k, values[k]);
    }
    return at + 4 * values.length;
  }

  /** Of the session that the frame hit; generation 0 if it hit none. */
  private static Opening opening(PacketPath path, List<Note> notes) {
    for (Note note : notes) {
      int session = note.a();
      if (note.step() == TraceStep.SESSION_HIT && path.sessions().isInUse(session)) {
        return new Opening(
            path.sessions().outSegment(session, 1),
            path.sessions().protocol(session),
            path.sessions().source(session, 0),
            path.sessions().destination(session, 0),
            path.sessions().ports(session, 0),
            path.sessions().generation(session));
      }
    }
    return new Opening(FrameBatch.NONE, 0, 0, 0, 0, 0);
  }

  // --- the reader ---

  /** Hands over frames whose way has ended since the last time; answers how many. */
  public int read(Reader reader) {
    return ring.read((from, at, length) -> reader.read(told(from, at)), Integer.MAX_VALUE);
  }

  private Told told(UnsafeBuffer from, int at) {
    int fields = at + 16;
    int generation = from.getInt(fields + 28);
    Opening opening =
        generation == 0
            ? null
            : new Opening(
                from.getInt(fields + 48),
                from.getInt(fields + 32),
                from.getInt(fields + 36),
                from.getInt(fields + 40),
                from.getInt(fields + 44),
                generation);
    int records = from.getInt(fields + 52);
    byte[] bytes = new byte[from.getInt(fields + 56)];
    List<Note> notes = new ArrayList<>();
    int next = at + FIELDS;
    for (int k = 0; k < records; k++, next += RECORD) {
      notes.add(
          new Note(
              STEPS[from.getInt(next)],
              from.getInt(next + 4),
              from.getInt(next + 8),
              from.getInt(next + 12),
              from.getInt(next + 16)));
    }
    from.getBytes(next, bytes);
    return new Told(
        ring.snapshot(from.getInt(fields)),
        from.getLong(at),
        from.getLong(at + 8),
        from.getInt(fields + 4),
        from.getInt(fields + 8),
        (byte) from.getInt(fields + 12),
        from.getInt(fields + 16),
        from.getInt(fields + 20),
        from.getInt(fields + 24),
        opening,
        List.copyOf(notes),
        bytes);
  }

  @Override
  public void failed(RuntimeException problem) {
    ring.fail(problem);
  }

  /**
   * Fails if the tap did.
   *
   * @throws IllegalStateException with the cause
   */
  public void check() {
    ring.check();
  }

  /** Frames that there was no room for because they were not read fast enough. */
  public long lost() {
    return ring.lost();
  }
}
