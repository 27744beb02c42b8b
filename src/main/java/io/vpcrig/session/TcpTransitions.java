package io.vpcrig.session;

import static io.vpcrig.session.SessionState.CLOSE;
import static io.vpcrig.session.SessionState.CLOSE_BY_ORIGINAL;
import static io.vpcrig.session.SessionState.CLOSE_BY_REPLY;
import static io.vpcrig.session.SessionState.CLOSE_BY_REPLY_SYN;
import static io.vpcrig.session.SessionState.CLOSE_WAIT;
import static io.vpcrig.session.SessionState.CLOSE_WAIT_SYN;
import static io.vpcrig.session.SessionState.ESTABLISHED;
import static io.vpcrig.session.SessionState.ESTABLISHED_SYN;
import static io.vpcrig.session.SessionState.FIN_WAIT;
import static io.vpcrig.session.SessionState.FIN_WAIT_SYN;
import static io.vpcrig.session.SessionState.LAST_ACK;
import static io.vpcrig.session.SessionState.LAST_ACK_CHALLENGED;
import static io.vpcrig.session.SessionState.LAST_ACK_SYN;
import static io.vpcrig.session.SessionState.NONE;
import static io.vpcrig.session.SessionState.SYN_RECV;
import static io.vpcrig.session.SessionState.SYN_RECV_BOTH;
import static io.vpcrig.session.SessionState.SYN_RECV_SYN;
import static io.vpcrig.session.SessionState.SYN_SENT;
import static io.vpcrig.session.SessionState.SYN_SENT2;
import static io.vpcrig.session.SessionState.TIME_WAIT;

import io.vpcrig.header.Tcp;
import java.util.Arrays;

/**
 * What a TCP segment does to a session's state: the behaviour of Linux's nf_conntrack
 * (nf_conntrack_tcp_packet in net/netfilter/nf_conntrack_proto_tcp.c, 6.18), the view of a router
 * in the middle that may miss segments.
 *
 * <p>A cell is a state, or a state with {@link #LET_BY} (the segment passes, but neither time-out
 * nor Linux's state change: the receiver will tell what it thinks of it), or {@link #RESTART} or
 * {@link #INVALID}. Everything not written below is INVALID.
 *
 * <p>Where Linux asks for a sequence number besides, it is taken to be right: the SYN+ACK that
 * answers a SYN let by, and every RST.
 */
final class TcpTransitions {
  /** Beside a state: time-out and Linux's state stay. */
  static final int LET_BY = 0x20;

  /** The session is over, and the segment begins another. */
  static final int RESTART = 0x40;

  static final int INVALID = 0x41;

  static final int SYN = 0;
  static final int SYN_ACK = 1;
  static final int FIN = 2;
  static final int ACK = 3;
  static final int RST = 4;

  /** A segment with none of SYN, FIN, ACK, RST. */
  static final int BARE = 5;

  private static final int ORIGINAL = 0;
  private static final int REPLY = 1;
  private static final int STATES = 32;
  private static final byte[] NEXT = new byte[2 * 8 * STATES];

  static {
    Arrays.fill(NEXT, (byte) INVALID);

    // A SYN begins; repeated it changes nothing; after the end it begins anew. In between it is
    // either out of date or from a host that forgot the connection: the answer will tell.
    on(ORIGINAL, SYN, SYN_SENT, NONE, SYN_SENT);
    on(ORIGINAL, SYN, SYN_SENT2, SYN_SENT2);
    on(ORIGINAL, SYN, RESTART, TIME_WAIT, CLOSE, CLOSE_BY_ORIGINAL);
    on(ORIGINAL, SYN, SYN_RECV_SYN | LET_BY, SYN_RECV, SYN_RECV_BOTH, SYN_RECV_SYN);
    on(ORIGINAL, SYN, ESTABLISHED_SYN | LET_BY, ESTABLISHED, ESTABLISHED_SYN);
    on(ORIGINAL, SYN, FIN_WAIT_SYN | LET_BY, FIN_WAIT, FIN_WAIT_SYN);
    on(ORIGINAL, SYN, CLOSE_WAIT_SYN | LET_BY, CLOSE_WAIT, CLOSE_WAIT_SYN);
    on(ORIGINAL, SYN, LAST_ACK_SYN | LET_BY, LAST_ACK, LAST_ACK_SYN, LAST_ACK_CHALLENGED);
    on(ORIGINAL, SYN, CLOSE_BY_REPLY_SYN | LET_BY, CLOSE_BY_REPLY, CLOSE_BY_REPLY_SYN);
    on(REPLY, SYN, SYN_SENT2, SYN_SENT, SYN_SENT2);
    on(REPLY, SYN, RESTART, TIME_WAIT);

    // SYN+ACK answers; from the original side only where both sides sent a SYN. Where it answers a
    // SYN that was let by, both ends agree on a connection, and the session follows them.
    on(ORIGINAL, SYN_ACK, SYN_RECV, SYN_RECV, SYN_RECV_SYN);
    on(ORIGINAL, SYN_ACK, SYN_RECV_BOTH, SYN_RECV_BOTH, SYN_SENT2);
    on(REPLY, SYN_ACK, SYN_RECV, SYN_SENT);
    on(REPLY, SYN_ACK, SYN_RECV_BOTH, SYN_SENT2);
    on(REPLY, SYN_ACK, SYN_RECV, SYN_RECV_SYN, ESTABLISHED_SYN, FIN_WAIT_SYN, CLOSE_WAIT_SYN);
    on(REPLY, SYN_ACK, SYN_RECV, LAST_ACK_SYN, LAST_ACK_CHALLENGED, CLOSE_BY_REPLY_SYN);
    for (int state :
        new int[] {
          SYN_RECV, SYN_RECV_BOTH, ESTABLISHED, FIN_WAIT, CLOSE_WAIT, LAST_ACK, TIME_WAIT, CLOSE
        }) {
      on(REPLY, SYN_ACK, state | LET_BY, state);
    }
    on(REPLY, SYN_ACK, CLOSE_BY_REPLY | LET_BY, CLOSE_BY_ORIGINAL, CLOSE_BY_REPLY);

    for (int direction = ORIGINAL; direction <= REPLY; direction++) {
      on(direction, FIN, FIN_WAIT, SYN_RECV, SYN_RECV_BOTH, SYN_RECV_SYN);
      on(direction, FIN, FIN_WAIT, ESTABLISHED, ESTABLISHED_SYN);
      on(direction, FIN, LAST_ACK, FIN_WAIT, FIN_WAIT_SYN, CLOSE_WAIT, CLOSE_WAIT_SYN);
      on(direction, FIN, LAST_ACK, LAST_ACK, LAST_ACK_SYN, LAST_ACK_CHALLENGED);
      on(direction, FIN, TIME_WAIT, TIME_WAIT);
      on(direction, FIN, CLOSE, CLOSE);
      on(direction, FIN, CLOSE_BY_REPLY, CLOSE_BY_ORIGINAL, CLOSE_BY_REPLY, CLOSE_BY_REPLY_SYN);

      on(direction, ACK, ESTABLISHED, SYN_RECV_BOTH, ESTABLISHED, ESTABLISHED_SYN);
      on(direction, ACK, CLOSE_WAIT, FIN_WAIT, FIN_WAIT_SYN, CLOSE_WAIT, CLOSE_WAIT_SYN);
      on(direction, ACK, TIME_WAIT, LAST_ACK, LAST_ACK_SYN, LAST_ACK_CHALLENGED, TIME_WAIT);
      on(direction, ACK, CLOSE, CLOSE);
      on(direction, ACK, CLOSE_BY_REPLY, CLOSE_BY_ORIGINAL, CLOSE_BY_REPLY, CLOSE_BY_REPLY_SYN);

      // Who has seen a FIN may reopen at once; else only the end that gave up itself.
      int closed = direction == ORIGINAL ? CLOSE_BY_ORIGINAL : CLOSE_BY_REPLY;
      on(direction, RST, closed, SYN_SENT, SYN_SENT2, SYN_RECV, SYN_RECV_BOTH, SYN_RECV_SYN);
      on(direction, RST, closed, ESTABLISHED, ESTABLISHED_SYN);
      on(direction, RST, closed, CLOSE_BY_ORIGINAL, CLOSE_BY_REPLY, CLOSE_BY_REPLY_SYN);
      on(direction, RST, CLOSE, FIN_WAIT, FIN_WAIT_SYN, CLOSE_WAIT, CLOSE_WAIT_SYN, LAST_ACK);
      on(direction, RST, CLOSE, LAST_ACK_SYN, LAST_ACK_CHALLENGED, TIME_WAIT, CLOSE);
    }
    // NONE: picked up in the middle ("loose").
    on(ORIGINAL, ACK, ESTABLISHED, NONE, SYN_RECV, SYN_RECV_SYN);
    on(REPLY, ACK, SYN_RECV, SYN_RECV, SYN_RECV_SYN);
    on(REPLY, ACK, SYN_SENT | LET_BY, SYN_SENT);
    on(REPLY, ACK, SYN_SENT2 | LET_BY, SYN_SENT2);
    // The challenge ACK that a stray SYN provokes acknowledges no FIN.
    on(REPLY, ACK, LAST_ACK_CHALLENGED | LET_BY, LAST_ACK_SYN);
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

  /** The state after, perhaps with {@link #LET_BY}; or {@link #RESTART} or {@link #INVALID}. */
  static int next(int direction, int event, int state) {
    return NEXT[(direction << 3 | event) << 5 | state];
  }

  private static void on(int direction, int event, int to, int... from) {
    for (int state : from) {
      NEXT[(direction << 3 | event) << 5 | state] = (byte) to;
    }
  }
}
