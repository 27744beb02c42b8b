package io.vpcrig.query;

import io.vpcrig.model.Conntrack;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/**
 * One TCP connection as Linux' conntrack follows it (nf_conntrack_tcp_packet), without windows,
 * picked up in the middle (nf_conntrack_tcp_loose). Keeps what Linux keeps: the state, the last
 * segment that counted or was let by, and three notes. The tables say what a segment makes of a
 * state; rows are directions and kinds of segments, columns states:
 *
 * <pre>
 *   N none   S syn sent   R syn received   E established   F fin wait
 *   C close wait   L last ack   T time wait   X close   2 syn sent from both ends
 *   answers besides: - invalid   . let by, changes nothing
 * </pre>
 */
final class TcpTracking {
  enum State {
    NONE('N'),
    SYN_SENT('S'),
    SYN_RECEIVED('R'),
    ESTABLISHED('E'),
    FIN_WAIT('F'),
    CLOSE_WAIT('C'),
    LAST_ACK('L'),
    TIME_WAIT('T'),
    CLOSE('X'),
    SYN_SENT_BOTH('2');

    private final char letter;

    State(char letter) {
      this.letter = letter;
    }

    /** How long the state lasts without a packet. */
    Duration timeout(Conntrack settings) {
      return switch (this) {
        case NONE -> Duration.ZERO;
        case SYN_SENT, SYN_SENT_BOTH -> settings.tcpSynSent();
        case SYN_RECEIVED -> settings.tcpSynRecv();
        case ESTABLISHED -> settings.tcpEstablished();
        case FIN_WAIT -> settings.tcpFinWait();
        case CLOSE_WAIT -> settings.tcpCloseWait();
        case LAST_ACK -> settings.tcpLastAck();
        case TIME_WAIT -> settings.tcpTimeWait();
        case CLOSE -> settings.tcpClose();
      };
    }

    private static State of(char letter) {
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

  private static final char INVALID = '-';
  private static final char LET_BY = '.';

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

  private State state = State.NONE;
  private Segment last = Segment.NO_FLAG;
  private boolean lastFromReply;

  /** A FIN was seen. */
  private boolean closing;

  /** SYNs crossed. */
  private boolean openedFromBoth;

  /** A SYN was let by while the last ACK was awaited: the next ACK may be about it. */
  private boolean challenged;

  /** Whether a connection may begin with such a segment. */
  static boolean mayBegin(int flags, boolean loose) {
    char first = ORIGINAL.get(segment(flags)).charAt(State.NONE.ordinal());
    return first == State.SYN_SENT.letter || loose && first == State.ESTABLISHED.letter;
  }

  /** Whether a segment asks for a connection. */
  static boolean isSyn(int flags) {
    return segment(flags) == Segment.SYN;
  }

  State current() {
    return state;
  }

  String state() {
    return state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /**
   * Takes a segment.
   *
   * @param answered whether a segment of the reply direction belonged to it before
   */
  ReferenceSession.Effect track(boolean reply, int flags, boolean answered) {
    Segment segment = segment(flags);
    char answer = (reply ? REPLY : ORIGINAL).get(segment).charAt(state.ordinal());
    if (answer == INVALID) {
      return ReferenceSession.Effect.INVALID;
    }
    boolean over = state == State.TIME_WAIT || state == State.CLOSE;
    if (over && answer == State.SYN_SENT.letter) {
      if (closing || last == Segment.RST && lastFromReply == reply) {
        return ReferenceSession.Effect.REOPENS;
      }
      answer = LET_BY;
    }
    if (answer == LET_BY) {
      boolean answersLetBy =
          segment == Segment.SYN_ACK && last == Segment.SYN && lastFromReply != reply;
      if (!answersLetBy) {
        letBy(segment, reply);
        return ReferenceSession.Effect.LET_BY;
      }
      closing = false;
      answer = State.SYN_RECEIVED.letter;
    }
    boolean mayBeChallenge =
        state == State.LAST_ACK
            && segment == Segment.ACK
            && last == Segment.SYN
            && lastFromReply != reply;
    if (mayBeChallenge && challenged) {
      challenged = false;
      return ReferenceSession.Effect.LET_BY;
    }
    State next = State.of(answer);
    openedFromBoth |= next == State.SYN_SENT_BOTH;
    if (next == State.SYN_RECEIVED && reply && segment == Segment.ACK && openedFromBoth) {
      next = State.ESTABLISHED;
    }
    closing |= next == State.FIN_WAIT && state != State.FIN_WAIT;
    state = next;
    last = segment;
    lastFromReply = reply;
    return segment == Segment.RST && !answered
        ? ReferenceSession.Effect.ENDS
        : ReferenceSession.Effect.PASSES;
  }

  private void letBy(Segment segment, boolean reply) {
    last = segment;
    lastFromReply = reply;
    if (segment == Segment.SYN && !reply) {
      openedFromBoth = false;
      challenged = state == State.LAST_ACK;
    }
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
