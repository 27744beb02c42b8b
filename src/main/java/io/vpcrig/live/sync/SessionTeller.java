package io.vpcrig.live.sync;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameRow;
import io.vpcrig.frame.Verdict;
import io.vpcrig.session.SessionImage;
import io.vpcrig.session.SessionTable;

/**
 * Tells the other router of sessions: those whose frames came by and that are other than what was
 * told last, and on demand all.
 *
 * <pre>
 *   what was told last, 8 bytes a session: | end >> 20 ns 55 | state 5 | flags 2 | told 1 |
 * </pre>
 *
 * That a session lives on is told once a quarter of its time-out has gone by, so that the other
 * router ends none that lives. One that ends by time is not told of: the other router sees that
 * itself.
 *
 * <p>Thread: the worker's. Does not allocate after construction.
 */
final class SessionTeller {
  private static final int TOLD = 1;
  private static final int FLAGS_SHIFT = 1;
  private static final int STATE_SHIFT = 3;
  private static final int END_SHIFT = 8;
  private static final int NS_SHIFT = 20;

  /** Session numbers looked at in one go, when all are told. */
  private static final int AT_ONCE = 1024;

  private static final int NONE = -1;

  private final SessionTable sessions;
  private final SyncStream stream;
  private final long[] told;
  private int cursor = NONE;
  private long nowNs;
  private long changes;

  SessionTeller(SessionTable sessions, SyncStream stream) {
    this.sessions = sessions;
    this.stream = stream;
    told = new long[sessions.numbers()];
  }

  /** Looks at the sessions of frames that went on. */
  void look(FrameBatch batch, long now) {
    nowNs = now;
    for (int i = 0; i < batch.size; i++) {
      if (batch.verdict[i] == Verdict.FORWARD) {
        int number =
            batch.plain[i] != 0 ? Bytes.raw32(batch.row(i) + FrameRow.SESSION) : batch.session[i];
        if (number >= 0 && sessions.isInUse(number)) {
          look(number);
        }
      }
    }
  }

  private void look(int number) {
    long before = told[number];
    long expires = sessions.expiresNs(number);
    int state = sessions.state(number);
    int flags = SessionImage.flags(sessions, number);
    long kind = (long) state << STATE_SHIFT | (long) flags << FLAGS_SHIFT | TOLD;
    if (expires <= nowNs) {
      ended(number);
    } else if ((before & (1 << END_SHIFT) - 1) != kind
        || Math.abs(expires - endTold(before)) > expires - nowNs >> 2) {
      tell(number, kind, expires);
    }
  }

  private static long endTold(long told) {
    return told >> END_SHIFT << NS_SHIFT;
  }

  private void tell(int number, long kind, long expires) {
    told[number] = expires >> NS_SHIFT << END_SHIFT | kind;
    SessionImage.write(
        sessions, number, nowNs, stream.record(1 + SessionImage.LENGTH).put(SyncRecord.SESSION));
    changes++;
  }

  /** A session ends. */
  void ended(int number) {
    if (told[number] != 0) {
      long end = endTold(told[number]);
      told[number] = 0;
      if (end > nowNs) {
        SessionImage.writeName(
            sessions, number, stream.record(1 + SessionImage.NAME_LENGTH).put(SyncRecord.END));
        changes++;
      }
    }
  }

  /** Tells of all, from now on bit by bit. */
  void tellAll() {
    cursor = 0;
    stream.record(1).put(SyncRecord.BEGIN_ALL);
  }

  boolean isTellingAll() {
    return cursor != NONE;
  }

  /** Goes on telling of all, if the other router keeps up. */
  void goOn(long now) {
    nowNs = now;
    if (cursor == NONE || !stream.hasRoom()) {
      return;
    }
    int end = Math.min(cursor + AT_ONCE, sessions.everUsed());
    for (; cursor < end; cursor++) {
      if (sessions.isInUse(cursor) && sessions.expiresNs(cursor) > nowNs) {
        long kind =
            (long) sessions.state(cursor) << STATE_SHIFT
                | (long) SessionImage.flags(sessions, cursor) << FLAGS_SHIFT
                | TOLD;
        tell(cursor, kind, sessions.expiresNs(cursor));
      }
    }
    if (cursor >= sessions.everUsed()) {
      cursor = NONE;
      stream.record(1).put(SyncRecord.END_ALL);
    }
  }

  /** Forgets what it told, and stops telling of all. */
  void forget() {
    cursor = NONE;
    java.util.Arrays.fill(told, 0, sessions.everUsed(), 0);
  }

  /** Sessions told of, and ends. */
  long changes() {
    return changes;
  }
}
