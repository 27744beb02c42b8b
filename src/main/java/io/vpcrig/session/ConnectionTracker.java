package io.vpcrig.session;

import io.vpcrig.header.Ipv4;

/**
 * Connection tracking as Linux's nf_conntrack does it: which packets may begin a session, what each
 * does to its state, and how long it then lives.
 *
 * <ul>
 *   <li>TCP: {@link TcpTransitions}. A lone ACK begins an established session
 *       (nf_conntrack_tcp_loose). A SYN in TIME_WAIT or CLOSE ends the session and begins another.
 *       A RST before any answer ends it at once. Assured once the handshake, or an answer to a
 *       picked-up connection, is seen.
 *   <li>UDP: the long time-out and assured when answered and still alive two seconds after its
 *       first packet.
 *   <li>ICMP: only queries begin a session.
 *   <li>All else: one time-out, by addresses and protocol alone (SCTP, DCCP and GRE too).
 * </ul>
 *
 * <p>Left out: TCP window tracking (sequence numbers), and all that hangs on it; as with
 * nf_conntrack_tcp_be_liberal, but RST is believed too.
 *
 * <p>Thread: the table's worker.
 */
public final class ConnectionTracker {
  /** The packet belongs to the session and passes. */
  public static final int PASS = 0;

  /** The packet does not fit the session's state; the session is unchanged. */
  public static final int INVALID = 1;

  /** The session was ended by this packet, which may begin a new one. */
  public static final int RESTART = 2;

  private static final long STREAM_AFTER_NS = 2_000_000_000L;

  private final SessionTable table;
  private final Timeouts timeouts;
  private final long[] tcpTimeouts;

  public ConnectionTracker(SessionTable table, Timeouts timeouts) {
    this.table = table;
    this.timeouts = timeouts;
    this.tcpTimeouts = timeouts.ofTcp();
  }

  public SessionTable table() {
    return table;
  }

  /** What it goes by now. */
  Timeouts timeouts() {
    return timeouts;
  }

  /** Whether a packet that belongs to no session may begin one. */
  public static boolean mayBegin(int protocol, int tcpFlags, int ports) {
    return switch (protocol) {
      case Ipv4.TCP -> firstState(tcpFlags) < SessionState.TCP_COUNT;
      case Ipv4.ICMP -> Tuples.isIcmpQuery(Tuples.icmpType(ports));
      default -> true;
    };
  }

  /**
   * Makes a session for its first packet, with state and time-out. The packet is not counted yet;
   * see {@link SessionTable#count}. {@link #mayBegin} must hold.
   *
   * @return its number, {@link SessionTable#FULL} or {@link SessionTable#TAKEN}
   */
  public int begin(
      int source,
      int destination,
      int ports,
      int replySource,
      int replyDestination,
      int replyPorts,
      int protocol,
      int tcpFlags,
      long nowNs) {
    int number =
        table.create(
            source, destination, ports, replySource, replyDestination, replyPorts, protocol, nowNs);
    if (number >= 0) {
      if (protocol == Ipv4.TCP) {
        int state = firstState(tcpFlags);
        table.setState(number, state);
        extend(number, nowNs, unanswered(state));
      } else {
        table.setState(number, SessionState.UNREPLIED);
        extend(number, nowNs, firstTimeout(protocol));
      }
    }
    return number;
  }

  /**
   * Applies a packet of {@code direction} to its session.
   *
   * @return PASS, INVALID or RESTART; after RESTART the session is over, and is ended when its
   *     tuple is next looked for in order
   */
  public int track(int number, int direction, int tcpFlags, long nowNs) {
    switch (table.protocol(number)) {
      case Ipv4.TCP:
        return trackTcp(number, direction, tcpFlags, nowNs);
      case Ipv4.UDP:
        trackUdp(number, nowNs);
        break;
      case Ipv4.ICMP:
        extend(number, nowNs, timeouts.icmpNs());
        break;
      default:
        extend(number, nowNs, timeouts.genericNs());
    }
    if (direction != 0 && !table.hasSeenReply(number)) {
      table.setSeenReply(number);
      table.setState(number, SessionState.REPLIED);
    }
    return PASS;
  }

  private int trackTcp(int number, int direction, int tcpFlags, long nowNs) {
    int event = TcpTransitions.event(tcpFlags);
    int old = table.state(number);
    int state = TcpTransitions.next(direction, event, old);
    if (state == TcpTransitions.INVALID) {
      return INVALID;
    }
    boolean seenReply = table.hasSeenReply(number);
    if (direction != 0 && !seenReply) {
      table.setSeenReply(number);
    }
    if (state == TcpTransitions.IGNORED) {
      return PASS;
    }
    if (state == SessionState.SYN_SENT && old >= SessionState.TIME_WAIT) {
      extend(number, nowNs, 0);
      return RESTART;
    }
    if (state != old) {
      table.setState(number, state);
    }
    if (!seenReply) {
      extend(number, nowNs, event == TcpTransitions.RST ? 0 : unanswered(state));
      return PASS;
    }
    if (state == SessionState.ESTABLISHED
        && (old == SessionState.ESTABLISHED || old == SessionState.SYN_RECV)
        && !table.isAssured(number)) {
      table.setAssured(number);
    }
    extend(number, nowNs, tcpTimeouts[state]);
    return PASS;
  }

  private void trackUdp(int number, long nowNs) {
    if (!table.hasSeenReply(number) || nowNs - table.startedNs(number) <= STREAM_AFTER_NS) {
      extend(number, nowNs, timeouts.udpNs());
      return;
    }
    if (!table.isAssured(number)) {
      table.setAssured(number);
    }
    extend(number, nowNs, timeouts.udpStreamNs());
  }

  private long unanswered(int state) {
    return state == SessionState.ESTABLISHED
        ? Math.min(tcpTimeouts[state], timeouts.unacknowledgedNs())
        : tcpTimeouts[state];
  }

  private long firstTimeout(int protocol) {
    return switch (protocol) {
      case Ipv4.UDP -> timeouts.udpNs();
      case Ipv4.ICMP -> timeouts.icmpNs();
      default -> timeouts.genericNs();
    };
  }

  private static int firstState(int tcpFlags) {
    return TcpTransitions.next(0, TcpTransitions.event(tcpFlags), SessionState.NONE);
  }

  private void extend(int number, long nowNs, long timeoutNs) {
    long expires = nowNs + timeoutNs;
    table.setExpiresNs(number, expires < nowNs ? Long.MAX_VALUE : expires);
  }
}
