package io.vpcrig.session;

import io.vpcrig.frame.FrameBatch;

/**
 * Looks all live frames of a batch up in the index at once, so that their cache misses overlap: one
 * loop hashes and reads the first word of each index line, the next compares and reads the first
 * words of each record found. The results are hints: a record must still be compared.
 *
 * <p>Thread: the table's worker. Allocates when it meets a batch larger than any before.
 */
final class SessionProbe {
  /** Hint: nothing in the index has this tag. */
  static final int ABSENT = -1;

  /** Hint: not known; the home line is full and has no such tag. */
  static final int UNKNOWN = -2;

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
    TagIndex index = table.index();
    int[] live = batch.live;
    long seen = 0;
    for (int k = 0; k < count; k++) {
      int i = live[k];
      int tag =
          Tuples.tag(
              batch.sourceAddress[i],
              batch.destinationAddress[i],
              batch.ports[i],
              batch.protocol[i]);
      tags[k] = tag;
      seen += index.touch(index.home(tag));
    }
    for (int k = 0; k < count; k++) {
      int tag = tags[k];
      int line = index.home(tag);
      long match = index.match(line, tag);
      int hint = ABSENT;
      if (match != 0) {
        hint = index.entry(line, TagIndex.slot(match));
        seen += table.touch(hint >>> 1);
      } else if (index.isFull(line)) {
        hint = UNKNOWN;
      }
      hints[k] = hint;
    }
    touched = seen;
  }

  /** An entry that may be the frame's, ABSENT or UNKNOWN; {@code k} counts in the live list. */
  int hint(int k) {
    return hints[k];
  }

  /** Keeps the reads above alive. */
  long touched() {
    return touched;
  }
}
