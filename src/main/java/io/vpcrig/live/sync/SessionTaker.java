package io.vpcrig.live.sync;

import io.vpcrig.session.SessionImage;
import io.vpcrig.session.SessionTable;
import java.nio.ByteBuffer;

/**
 * Keeps the other router's sessions. While this router works, too (two masters met), it takes only
 * those whose tuples none of its own has, so that connections of both survive.
 *
 * <p>Thread: the worker's. Does not allocate after construction.
 */
final class SessionTaker {
  private final SessionTable sessions;

  /** When a session was last told of, as the number of the whole account. */
  private final int[] account;

  private int accounts = 1;
  private boolean inAccount;
  private boolean whole;
  private long taken;
  private long refused;

  SessionTaker(SessionTable sessions) {
    this.sessions = sessions;
    account = new int[sessions.numbers()];
  }

  /**
   * Takes records.
   *
   * @param generation of the snapshot at hand
   * @param segments as {@link SessionImage#restore} takes it
   * @param works whether this router works
   * @param offers whether it still tells of its own sessions, which then have to stay
   */
  void take(
      ByteBuffer from,
      int count,
      long nowNs,
      int segments,
      int generation,
      boolean works,
      boolean offers) {
    for (int k = 0; k < count && from.hasRemaining(); k++) {
      switch (from.get()) {
        case SyncRecord.SESSION -> {
          if (from.remaining() < SessionImage.LENGTH) {
            refused++;
            return;
          }
          session(SessionImage.restore(sessions, from, nowNs, segments, generation, !works));
        }
        case SyncRecord.END -> {
          if (from.remaining() < SessionImage.NAME_LENGTH) {
            refused++;
            return;
          }
          if (works) {
            from.position(from.position() + SessionImage.NAME_LENGTH);
          } else {
            SessionImage.end(sessions, from, nowNs);
            taken++;
          }
        }
        case SyncRecord.NOTHING -> {}
        case SyncRecord.BEGIN_ALL -> {
          accounts++;
          inAccount = true;
        }
        case SyncRecord.END_ALL -> endAccount(works || offers);
        default -> {
          refused++;
          return;
        }
      }
    }
  }

  private void session(int number) {
    if (number >= 0) {
      account[number] = accounts;
      taken++;
    } else {
      refused++;
    }
  }

  private void endAccount(boolean keep) {
    if (inAccount && !keep) {
      for (int number = 0; number < sessions.everUsed(); number++) {
        if (sessions.isInUse(number) && account[number] != accounts) {
          sessions.end(number);
        }
      }
      whole = true;
    }
    inAccount = false;
  }

  /** What it has is not the whole any more. */
  void lose() {
    whole = false;
    inAccount = false;
  }

  /** A session ends; its number may be another's next. */
  void ended(int number) {
    account[number] = 0;
  }

  /** Whether it has all sessions of the other router. */
  boolean isWhole() {
    return whole;
  }

  /** Whether all sessions are being told. */
  boolean isInAccount() {
    return inAccount;
  }

  /** Sessions and ends taken. */
  long taken() {
    return taken;
  }

  /** Sessions that could not be taken, and records that are none. */
  long refused() {
    return refused;
  }
}
