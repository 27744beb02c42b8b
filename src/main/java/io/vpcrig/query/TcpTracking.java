package io.vpcrig.query;

import java.util.Map;

/**
 * States of a TCP connection as Linux' conntrack keeps them, without windows, picked up in the
 * middle (nf_conntrack_tcp_loose). The table says what a segment makes of a state; rows are
 * directions and kinds of segments, columns states:
 *
 * <pre>
 *   N none   S syn sent   R syn received   E established   F fin wait
 *   C close wait   L last ack   T time wait   X close   2 syn sent from both ends
 *   answers besides: - invalid   . passes, changes nothing
 * </pre>
 */
final class TcpTracking {
  enum State {
    NONE('N', 0),
    SYN_SENT('S', 120),
    SYN_RECEIVED('R', 60),
    ESTABLISHED('E', 432_000),
    FIN_WAIT('F', 120),
    CLOSE_WAIT('C', 60),
    LAST_ACK('L', 30),
    TIME_WAIT('T', 120),
    CLOSE('X', 10),
    SYN_SENT_BOTH('2', 120);

    private final char letter;
    private final int seconds;

    State(char letter, int seconds) {
      this.letter = letter;
      this.seconds = seconds;
    }

    /** How long the state lasts without a packet. */
    int seconds() {
      return seconds;
    }

    static State of(char letter) {
      for (State state : values()) {
        if (state.letter == letter) {
          return state;
        }
      }
      throw new IllegalArgumentException("no state has the letter " + letter);
    }
  }

  private enum Segment {
    SYN,
    SYN_ACK,
    FIN,
    ACK,
    RST,
    NO_FLAG
  }

  /** The answer to a segment that breaks the rules. */
  static final char INVALID = '-';

  /** The answer to a segment that passes and changes nothing. */
  static final char IGNORED = '.';

  //                                                        NSREFCLTX2
  private static final Map<Segment, String> ORIGINAL =
      Map.of(
          Segment.SYN, /*      */ "SS.....SS2",
          Segment.SYN_ACK, /*  */ "--R------R",
          Segment.FIN, /*      */ "--FFLLLTX-",
          Segment.ACK, /*      */ "E-EECCTTX-",
          Segment.RST, /*      */ "-XXXXXXXXX",
          Segment.NO_FLAG, /*  */ "----------");

  private static final Map<Segment, String> REPLY =
      Map.of(
          Segment.SYN, /*      */ "-2-----S-2",
          Segment.SYN_ACK, /*  */ "-R.......R",
          Segment.FIN, /*      */ "--FFLLLTX-",
          Segment.ACK, /*      */ "-.RECCTTX.",
          Segment.RST, /*      */ "-XXXXXXXXX",
          Segment.NO_FLAG, /*  */ "----------");

  private TcpTracking() {}

  /** A state's letter, {@link #INVALID} or {@link #IGNORED}. */
  static char next(State state, boolean reply, int flags) {
    return (reply ? REPLY : ORIGINAL).get(segment(flags)).charAt(state.ordinal());
  }

  private static Segment segment(int flags) {
    if ((flags & Packet.RST) != 0) {
      return Segment.RST;
    }
    boolean ack = (flags & Packet.ACK) != 0;
    if ((flags & Packet.SYN) != 0) {
      return ack ? Segment.SYN_ACK : Segment.SYN;
    }
    if ((flags & Packet.FIN) != 0) {
      return Segment.FIN;
    }
    return ack ? Segment.ACK : Segment.NO_FLAG;
  }
}
