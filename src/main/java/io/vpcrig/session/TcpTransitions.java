package io.vpcrig.session;

import static io.vpcrig.session.SessionState.CLOSE;
import static io.vpcrig.session.SessionState.CLOSE_WAIT;
import static io.vpcrig.session.SessionState.ESTABLISHED;
import static io.vpcrig.session.SessionState.FIN_WAIT;
import static io.vpcrig.session.SessionState.LAST_ACK;
import static io.vpcrig.session.SessionState.NONE;
import static io.vpcrig.session.SessionState.SYN_RECV;
import static io.vpcrig.session.SessionState.SYN_SENT;
import static io.vpcrig.session.SessionState.SYN_SENT2;
import static io.vpcrig.session.SessionState.TIME_WAIT;

import io.vpcrig.header.Tcp;
import java.util.Arrays;

/**
 * What a TCP segment does to a session's state: the behaviour of Linux's nf_conntrack
 * (net/netfilter/nf_conntrack_proto_tcp.c), the view of a router in the middle that may miss
 * segments.
 *
 * <p>A cell is a state, IGNORED (passes, changes nothing: the receiver will tell what it thinks of
 * it) or INVALID. Everything not written below is INVALID.
 */
final class TcpTransitions {
  /** Results that are no state. */
  static final int IGNORED = 14;

  static final int INVALID = 15;

  static final int SYN = 0;
  static final int SYN_ACK = 1;
  static final int FIN = 2;
  static final int ACK = 3;
  static final int RST = 4;

  /** A segment with none of SYN, FIN, ACK, RST. */
  static final int BARE = 5;

  private static final int ORIGINAL = 0;
  private static final int REPLY = 1;
  private static final int STATES = 16;
  private static final byte[] NEXT = new byte[2 * 8 * STATES];

  static {
    Arrays.fill(NEXT, (byte) INVALID);

    // A SYN begins; repeated it changes nothing; after the end it begins anew. In between it is
    // either
    // out of date or from a host that forgot the connection.
    on(ORIGINAL, SYN, SYN_SENT, NONE, SYN_SENT, TIME_WAIT, CLOSE);
    on(ORIGINAL, SYN, SYN_SENT2, SYN_SENT2);
    on(ORIGINAL, SYN, IGNORED, SYN_RECV, ESTABLISHED, FIN_WAIT, CLOSE_WAIT, LAST_ACK);
    on(REPLY, SYN, SYN_SENT2, SYN_SENT, SYN_SENT2);
    on(REPLY, SYN, SYN_SENT, TIME_WAIT);

    // SYN+ACK answers; from the original side only where both sides sent a SYN.
    on(ORIGINAL, SYN_ACK, SYN_RECV, SYN_RECV, SYN_SENT2);
    on(REPLY, SYN_ACK, SYN_RECV, SYN_SENT, SYN_SENT2);
    on(REPLY, SYN_ACK, IGNORED, SYN_RECV, ESTABLISHED, FIN_WAIT, CLOSE_WAIT, LAST_ACK);
    on(REPLY, SYN_ACK, IGNORED, TIME_WAIT, CLOSE);

    for (int direction = ORIGINAL; direction <= REPLY; direction++) {
      on(direction, FIN, FIN_WAIT, SYN_RECV, ESTABLISHED);
      on(direction, FIN, LAST_ACK, FIN_WAIT, CLOSE_WAIT, LAST_ACK);
      on(direction, FIN, TIME_WAIT, TIME_WAIT);
      on(direction, FIN, CLOSE, CLOSE);

      on(direction, ACK, ESTABLISHED, ESTABLISHED);
      on(direction, ACK, CLOSE_WAIT, FIN_WAIT, CLOSE_WAIT);
      on(direction, ACK, TIME_WAIT, LAST_ACK, TIME_WAIT);
      on(direction, ACK, CLOSE, CLOSE);

      for (int state = SYN_SENT; state <= SYN_SENT2; state++) {
        on(direction, RST, CLOSE, state);
      }
    }
    // NONE: picked up in the middle ("loose").
    on(ORIGINAL, ACK, ESTABLISHED, NONE, SYN_RECV);
    on(REPLY, ACK, SYN_RECV, SYN_RECV);
    on(REPLY, ACK, IGNORED, SYN_SENT, SYN_SENT2);
  }

  private TcpTransitions() {}

  /** What a segment is for the table; RST counts before SYN, SYN before FIN, FIN before ACK. */
  static int event(int tcpFlags) {
    if ((tcpFlags & Tcp.RST) != 0) {
      return RST;
    }
    if ((tcpFlags & Tcp.SYN) != 0) {
      return (tcpFlags & Tcp.ACK) != 0 ? SYN_ACK : SYN;
    }
    if ((tcpFlags & Tcp.FIN) != 0) {
      return FIN;
    }
    return (tcpFlags & Tcp.ACK) != 0 ? ACK : BARE;
  }

  /** The state after, IGNORED or INVALID. */
  static int next(int direction, int event, int state) {
    return NEXT[(direction << 3 | event) << 4 | state];
  }

  private static void on(int direction, int event, int to, int... from) {
    for (int state : from) {
      NEXT[(direction << 3 | event) << 4 | state] = (byte) to;
    }
  }
}
