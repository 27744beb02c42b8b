package io.vpcrig.frame;

/** What became of a frame, as small numbers for the batch column. */
public final class Verdict {
  /** Not decided yet. */
  public static final byte PENDING = 0;

  /** Routed on; the frame's bytes are what leaves. */
  public static final byte FORWARD = 1;

  /** Dropped; the frame's reason column says why. */
  public static final byte DROP = 2;

  /** Between two addresses of one segment: passes the bridge unchanged, never meets the router. */
  public static final byte SWITCH = 3;

  /** For the router itself; an answer, if there is one, is an extra frame. */
  public static final byte LOCAL = 4;

  /** A fragment waiting for the rest of its datagram. */
  public static final byte HELD = 5;

  /** Made by the router (an answer or an ICMP error); not counted among the packets read. */
  public static final byte ORIGINATED = 6;

  public static final int COUNT = 7;

  private static final String[] NAMES = {
    "pending", "forward", "drop", "switch", "local", "held", "originated"
  };

  private Verdict() {}

  /** The name used by {@code --verdicts} and the reports. */
  public static String name(int verdict) {
    return NAMES[verdict];
  }
}
