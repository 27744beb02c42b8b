package io.vpcrig.engine;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameRow;
import io.vpcrig.frame.Verdict;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Copies the frames that come to one place of the way: those that go on from there, and those that
 * the stage before it decided, with their reasons.
 *
 * <pre>
 *   | number 8 | time 8 | port | segment | out | verdict | reason | list | rule | quirk | generation |
 *   | without Ethernet header: family + 1, else 0 | generation of the tables | length | bytes |
 * </pre>
 *
 * Fields without a length have 4 bytes; native order. Threads: the path's, and one that reads.
 */
public final class FrameTap implements PathTap {
  private static final int FIELDS = 16 + 12 * 4;

  private final String place;
  private final TapFilter filter;
  private final TapRing ring = new TapRing();
  private final long most;
  private int[] before = new int[0];
  private int beforeCount;
  private int extrasBefore;
  private long taken;

  /**
   * A frame as it was at the place.
   *
   * @param snapshot what the numbers of segment, list and rule mean
   * @param segment it came by, {@link FrameBatch#NONE} if that is not known yet or never
   * @param generation that decided about it, its session's if it has one
   */
  public record Seen(
      Snapshot snapshot,
      long number,
      long timestampNs,
      int port,
      int segment,
      int outSegment,
      byte verdict,
      int reason,
      int list,
      int rule,
      int quirk,
      int generation,
      byte[] bytes) {}

  /** Receives frames in order. */
  @FunctionalInterface
  public interface Reader {
    void read(Seen frame);
  }

  /**
   * Makes one.
   *
   * @param place one of {@link PacketPath#places}
   * @param most frames, after which it takes no more
   * @throws IllegalArgumentException with a sentence, if there is no such place
   */
  public FrameTap(String place, FrameTest test, long most) {
    if (!PacketPath.places().contains(place)) {
      throw new IllegalArgumentException(
          "no place '%s' on the way, legal %s"
              .formatted(place, String.join(", ", PacketPath.places())));
    }
    this.place = place;
    this.filter = new TapFilter(test);
    this.most = most;
  }

  // --- the path's thread ---

  @Override
  public void enter(FrameBatch batch, Snapshot snapshot, PacketPath path) {
    ring.use(snapshot);
    filter.enter(batch, snapshot.segments());
    if (place.equals(IN)) {
      for (int i = 0; i < batch.size; i++) {
        take(batch, i);
      }
    }
  }

  @Override
  public void before(FrameBatch batch) {
    if (before.length < batch.live.length) {
      before = new int[batch.live.length];
    }
    beforeCount = batch.liveCount;
    System.arraycopy(batch.live, 0, before, 0, beforeCount);
    extrasBefore = batch.extras;
  }

  @Override
  public void after(String reached, FrameBatch batch) {
    if (!reached.equals(place)) {
      return;
    }
    for (int k = 0; k < beforeCount; k++) {
      take(batch, before[k]);
    }
    for (int i = batch.capacity + extrasBefore; i < batch.capacity + batch.extras; i++) {
      take(batch, i);
    }
  }

  @Override
  public void leave(FrameBatch batch, PacketPath path) {}

  private void take(FrameBatch batch, int i) {
    if (taken == most || !filter.takes(batch, i)) {
      return;
    }
    int length = batch.length[i];
    int at = ring.claim(FIELDS + length);
    if (at < 0) {
      return;
    }
    taken++;
    boolean parsed = !place.equals(IN);
    boolean inRow = batch.plain[i] != 0;
    boolean decided = !inRow || batch.outSegment[i] != FrameBatch.NONE;
    long row = inRow ? batch.row(i) : 0;
    boolean bare = i >= batch.capacity && parsed && isBare(batch, i);
    UnsafeBuffer to = ring.memory();
    to.putLong(at, batch.number[i]);
    to.putLong(at + 8, batch.timestampNs[i]);
    to.putInt(at + 16, batch.inputInterface[i]);
    to.putInt(at + 20, parsed ? batch.segment[i] : FrameBatch.NONE);
    to.putInt(at + 24, batch.outSegment[i]);
    to.putInt(at + 28, batch.verdict[i]);
    to.putInt(at + 32, batch.reason[i]);
    to.putInt(at + 36, inRow && decided ? Bytes.raw32(row + FrameRow.LIST) : batch.list[i]);
    to.putInt(at + 40, inRow && decided ? Bytes.raw32(row + FrameRow.RULE) : batch.rule[i]);
    to.putInt(at + 44, batch.quirk[i]);
    to.putInt(at + 48, batch.generation[i]);
    to.putInt(at + 52, bare ? batch.family[i] + 1 : 0);
    to.putInt(at + 56, ring.generation());
    to.putInt(at + 60, length);
    ring.put(at + FIELDS, batch.bytes, batch.start[i], length);
    ring.commit(at);
  }

  /** Whether it is an answer of the router's that has no Ethernet header yet: encap writes it. */
  private boolean isBare(FrameBatch batch, int i) {
    boolean before = !place.equals(OUT) && !place.equals("encap");
    return batch.l2[i] == FrameBatch.NONE && (before || batch.verdict[i] == Verdict.DROP);
  }

  // --- the reader ---

  /** Hands over what was taken since the last time; answers how many. */
  public int read(Reader reader) {
    return ring.read((from, at, length) -> reader.read(seen(from, at)), Integer.MAX_VALUE);
  }

  private Seen seen(UnsafeBuffer from, int at) {
    int bare = from.getInt(at + 52);
    int length = from.getInt(at + 60);
    int head = bare == 0 ? 0 : 14;
    byte[] bytes = new byte[head + length];
    if (bare != 0) {
      bytes[12] = 8;
      bytes[13] = (byte) (bare - 1 == 0 ? 6 : 0);
    }
    from.getBytes(at + FIELDS, bytes, head, length);
    return new Seen(
        ring.snapshot(from.getInt(at + 56)),
        from.getLong(at),
        from.getLong(at + 8),
        from.getInt(at + 16),
        from.getInt(at + 20),
        from.getInt(at + 24),
        (byte) from.getInt(at + 28),
        from.getInt(at + 32),
        from.getInt(at + 36),
        from.getInt(at + 40),
        from.getInt(at + 44),
        from.getInt(at + 48),
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
