package io.vpcrig.session;

/**
 * States of a session, as small numbers for the record: Linux's TCP states, and two for the rest.
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

  /** Number of TCP states. */
  static final int TCP_COUNT = 10;

  /** Not TCP; no packet of the reply direction yet. */
  public static final int UNREPLIED = 10;

  /** Not TCP; packets of both directions seen. */
  public static final int REPLIED = 11;

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

  private SessionState() {}

  /** The name in traces and reports. */
  public static String name(int state) {
    return NAMES[state];
  }
}
