package io.vpcrig.session;

/**
 * States of a session, as small numbers for the record: Linux's TCP states, two for the rest, and
 * TCP states split by what Linux keeps beside the state (last_index, last_dir and last_flags of
 * struct ip_ct_tcp), so that one table look-up is the whole decision.
 */
public final class SessionState {
  /** TCP: no packet yet. */
  public static final int NONE = 0;

  /** SYN seen in the original direction only. */
  public static final int SYN_SENT = 1;

  /** SYN answered by SYN+ACK. */
  public static final int SYN_RECV = 2;

  /** ACK seen after the handshake, or picked up in the middle. */
  public static final int ESTABLISHED = 3;

  /** FIN seen. */
  public static final int FIN_WAIT = 4;

  /** ACK seen after FIN. */
  public static final int CLOSE_WAIT = 5;

  /** A second FIN seen. */
  public static final int LAST_ACK = 6;

  /** Last ACK seen. */
  public static final int TIME_WAIT = 7;

  /** RST seen. */
  public static final int CLOSE = 8;

  /** SYN seen in both directions: simultaneous open (RFC 9293 3.5). */
  public static final int SYN_SENT2 = 9;

  /** Not TCP; no packet of the reply direction yet. */
  public static final int UNREPLIED = 10;

  /** Not TCP; packets of both directions seen. */
  public static final int REPLIED = 11;

  // States of Linux with what it remembers of the last segment, where that matters later.

  /** SYN_RECV after a SYN of both directions: an ACK of either establishes. */
  static final int SYN_RECV_BOTH = 12;

  /** SYN_RECV, and the last segment was a SYN of the original direction, let by. */
  static final int SYN_RECV_SYN = 13;

  /** ESTABLISHED, and the last segment was a SYN of the original direction, let by. */
  static final int ESTABLISHED_SYN = 14;

  static final int FIN_WAIT_SYN = 15;

  static final int CLOSE_WAIT_SYN = 16;

  /** LAST_ACK, a SYN let by, and its challenge ACK (RFC 5961 4.2) not seen yet. */
  static final int LAST_ACK_SYN = 17;

  /** LAST_ACK, a SYN let by, and the challenge ACK seen. */
  static final int LAST_ACK_CHALLENGED = 18;

  /** CLOSE without a FIN, the last segment a RST of the original direction. */
  static final int CLOSE_BY_ORIGINAL = 19;

  /** CLOSE without a FIN, the last segment anything but such a RST: a SYN does not reopen it. */
  static final int CLOSE_BY_REPLY = 20;

  /** CLOSE_BY_REPLY, and the last segment was a SYN of the original direction, let by. */
  static final int CLOSE_BY_REPLY_SYN = 21;

  /** Number of states; all fit in five bits. */
  static final int COUNT = 22;

  private static final String[] NAMES = {
    "none",
    "syn-sent",
    "syn-recv",
    "established",
    "fin-wait",
    "close-wait",
    "last-ack",
    "time-wait",
    "close",
    "syn-sent2",
    "unreplied",
    "replied"
  };

  private static final byte[] LINUX = {
    NONE,
    SYN_SENT,
    SYN_RECV,
    ESTABLISHED,
    FIN_WAIT,
    CLOSE_WAIT,
    LAST_ACK,
    TIME_WAIT,
    CLOSE,
    SYN_SENT2,
    UNREPLIED,
    REPLIED,
    SYN_RECV,
    SYN_RECV,
    ESTABLISHED,
    FIN_WAIT,
    CLOSE_WAIT,
    LAST_ACK,
    LAST_ACK,
    CLOSE,
    CLOSE,
    CLOSE
  };

  private SessionState() {}

  /** The state as Linux names it, without what is remembered beside it: 0..11. */
  public static int linux(int state) {
    return LINUX[state];
  }

  /** The name in traces and reports. */
  public static String name(int state) {
    return NAMES[LINUX[state]];
  }
}
