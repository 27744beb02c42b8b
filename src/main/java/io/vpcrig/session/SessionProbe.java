package io.vpcrig.session;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameRow;

/**
 * Looks all live frames of a batch up in the index at once, so that their cache misses overlap. One
 * loop each: hash; read a word of each index line; compare; read a word of each record found; of
 * its next hops, if there are many. The loops that only read must stay that small: the processor
 * looks ahead some hundred instructions, so a loop body of a hundred would leave two or three
 * misses in flight. The results are hints: a record must still be compared.
 *
 * <p>Thread: the table's worker. Allocates when it meets a batch larger than any before.
 */
final class SessionProbe {
  private int[] tags = new int[0];
  private int[] hints = new int[0];
  private long touched;

  /** Fills {@link #hint} for all live frames. */
  void probe(SessionTable table, FrameBatch batch) {
    int count = batch.liveCount;
    if (tags.length < count) {
      tags = new int[batch.live.length];
      hints = new int[batch.live.length];
    }
    int[] live = batch.live;
    byte[] plain = batch.plain;
    for (int k = 0; k < count; k++) {
      int i = live[k];
      tags[k] = plain[i] != 0 ? tag(batch.row(i)) : tag(batch, i);
    }
    TagIndex index = table.index();
    long seen = index.touch(tags, count);
    index.match(tags, hints, count);
    touched = seen + table.touch(hints, count) + table.touchHops(hints, count);
  }

  /**
   * Brings the index lines of answers to those frames into the cache that {@link #probe} found no
   * session for: they are about to be made. Where addresses will be translated it is for nothing.
   */
  void touchAnswers(SessionTable table, FrameBatch batch) {
    int[] live = batch.live;
    int missing = 0;
    for (int k = 0; k < batch.liveCount; k++) {
      int i = live[k];
      if (hints[k] == TagIndex.NONE && batch.family[i] == 4) {
        int protocol = batch.protocol[i];
        tags[missing++] =
            Tuples.tag(
                batch.destinationAddress[i],
                batch.sourceAddress[i],
                Tuples.invertPorts(batch.ports[i], protocol),
                protocol);
      }
    }
    touched += table.index().touch(tags, missing);
  }

  private static int tag(long row) {
    return Tuples.tag(
        Bytes.raw32(row + FrameRow.SOURCE),
        Bytes.raw32(row + FrameRow.DESTINATION),
        Bytes.raw32(row + FrameRow.PORTS),
        Bytes.raw32(row + FrameRow.PROTOCOL_FLAGS) & 0xff);
  }

  private static int tag(FrameBatch batch, int i) {
    return Tuples.tag(
        batch.sourceAddress[i], batch.destinationAddress[i], batch.ports[i], batch.protocol[i]);
  }

  /**
   * An entry that may be the frame's, or {@link TagIndex#NONE}; {@code k} counts in the live list.
   */
  int hint(int k) {
    return hints[k];
  }

  /** {@link #hint} of all positions. */
  int[] hints() {
    return hints;
  }

  /** Keeps the reads above alive. */
  long touched() {
    return touched;
  }
}
