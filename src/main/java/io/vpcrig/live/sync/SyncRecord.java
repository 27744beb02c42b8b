package io.vpcrig.live.sync;

/** First octets of records. */
final class SyncRecord {
  /** Nothing, so that a datagram has something. */
  static final byte NOTHING = 0;

  /** A session, as {@code SessionImage} writes it. */
  static final byte SESSION = 1;

  /** The name of a session that ended. */
  static final byte END = 2;

  /** From here on all sessions follow, between others. */
  static final byte BEGIN_ALL = 3;

  /** All sessions were told: those not told since {@link #BEGIN_ALL} are no more. */
  static final byte END_ALL = 4;

  private SyncRecord() {}
}
