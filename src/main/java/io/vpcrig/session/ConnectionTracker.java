package io.vpcrig.session;

import io.vpcrig.header.Ipv4;

/**
 * Connection tracking as Linux's nf_conntrack does it: which packets may begin a session, what each
 * does to its state, and how long it then lives.
 *
 * <ul>
 *   <li>TCP: {@link TcpTransitions}. A lone ACK begins an established session
 *       (nf_conntrack_tcp_loose). A SYN after the end begins another session: in TIME_WAIT always,
 *       after RST only from the end that sent it. A RST before any answer ends it at once. A SYN
 *       repeated before any answer does not lengthen its life. Assured once the handshake, or an
 *       answer to a picked-up connection, is seen.
 *   <li>UDP: the long time-out and assured when answered and still alive two seconds after its
 *       first packet (nf_conntrack_udp_packet).
 *   <li>ICMP: only queries begin a session (nf_conntrack_icmp_packet).
 *   <li>GRE: the long time-out and assured once answered (nf_conntrack_proto_gre.c); by addresses
 *       alone, as Linux does but for PPTP's version 1.
 *   <li>All else: one time-out, by addresses and protocol alone. Linux tells SCTP and UDP-Lite
 *       apart by ports; here they are among the rest.
 * </ul>
 *
 * <p>Left out: TCP window tracking (sequence numbers), and all that hangs on it: as with
 * nf_conntrack_tcp_be_liberal, but RST is believed too, and the time-outs for data that is
 * retransmitted or not acknowledged hold only where flags alone tell (see {@link Timeouts}).
 *
 * <p>Thread: the table's worker.
 */
public final class ConnectionTracker {
  /** The packet belongs to the session and passes. */
  public static final int PASS = 0;

  /**
   * The first-packet path has to decide: the session was ended by this packet, which may begin a
   * new one; or the packet does not fit the session, which is unchanged, and {@link #isMisfit}
   * tells so.
   */
  public static final int RESTART = 1;

  private static final long STREAM_AFTER_NS = 2_000_000_000L;

  private final SessionTable table;
  private Timeouts timeouts;
  private long[] tcpTimeouts;
  private boolean misfit;
  private long invalid;
  private long letBy;
  private long insertFailed;
  private long full;

  public ConnectionTracker(SessionTable table, Timeouts timeouts) {
    this.table = table;
    use(timeouts);
  }

  /** Goes by these from the next packet on; what a session was given before stays. */
  // The same object is the same time-outs; others are never compared by what is in them.
  @SuppressWarnings("ReferenceEquality")
  public void use(Timeouts next) {
    if (next != timeouts) {
      timeouts = next;
      tcpTimeouts = next.ofTcp();
    }
  }

  public SessionTable table() {
    return table;
  }

  /** What it goes by now. */
  Timeouts timeouts() {
    return timeouts;
  }

  /** Whether a packet that belongs to no session may begin one. */
  public boolean mayBegin(int protocol, int tcpFlags, int ports) {
    return switch (protocol) {
      case Ipv4.TCP -> {
        int state = firstState(tcpFlags);
        yield state == SessionState.SYN_SENT
            || state == SessionState.ESTABLISHED && timeouts.tcpLoose();
      }
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
    boolean tcp = protocol == Ipv4.TCP;
    int state = tcp ? firstState(tcpFlags) : SessionState.UNREPLIED;
    int number =
        table.create(
            source,
            destination,
            ports,
            replySource,
            replyDestination,
            replyPorts,
            protocol,
            nowNs,
            later(nowNs, tcp ? unanswered(state) : firstTimeout(protocol)));
    if (number >= 0) {
      table.setState(number, state);
    } else {
      full += number == SessionTable.FULL ? 1 : 0;
      insertFailed += number == SessionTable.TAKEN ? 1 : 0;
    }
    return number;
  }

  /**
   * Applies a packet of {@code direction} to its session.
   *
   * @return PASS or RESTART; a session that is over by RESTART is ended when its tuple is next
   *     looked for in order
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
      case Ipv4.GRE:
        trackGre(number, nowNs);
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

  /**
   * As {@link #track} for a later fragment of a datagram whose first was tracked: it shares that
   * one's fate, but changes nothing.
   */
  int trackFragment(int number, int direction, int tcpFlags) {
    if (table.protocol(number) == Ipv4.TCP
        && TcpTransitions.next(direction, TcpTransitions.event(tcpFlags), table.state(number))
            == TcpTransitions.INVALID) {
      misfit = true;
      return RESTART;
    }
    return PASS;
  }

  private int trackTcp(int number, int direction, int tcpFlags, long nowNs) {
    int event = TcpTransitions.event(tcpFlags);
    int old = table.state(number);
    int next = TcpTransitions.next(direction, event, old);
    if (next >= TcpTransitions.RESTART) {
      misfit = next == TcpTransitions.INVALID;
      if (!misfit) {
        extend(number, nowNs, 0);
      }
      return RESTART;
    }
    boolean seenReply = table.hasSeenReply(number);
    if (direction != 0 && !seenReply) {
      table.setSeenReply(number);
    }
    int state = next & ~TcpTransitions.LET_BY;
    if (state != old) {
      table.setState(number, state);
    }
    if (state != next) {
      letBy++;
      return PASS;
    }
    if (!seenReply) {
      if (event == TcpTransitions.RST) {
        extend(number, nowNs, 0);
      } else if (event != TcpTransitions.SYN || old != SessionState.SYN_SENT) {
        extend(number, nowNs, unanswered(state));
      }
      return PASS;
    }
    if (state == SessionState.ESTABLISHED && !table.isAssured(number) && isShaken(old)) {
      table.setAssured(number);
    }
    extend(number, nowNs, tcpTimeouts[state]);
    return PASS;
  }

  private static boolean isShaken(int state) {
    int linux = SessionState.linux(state);
    return linux == SessionState.SYN_RECV || linux == SessionState.ESTABLISHED;
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

  private void trackGre(int number, long nowNs) {
    boolean answered = table.hasSeenReply(number);
    if (answered && !table.isAssured(number)) {
      table.setAssured(number);
    }
    extend(number, nowNs, answered ? timeouts.greStreamNs() : timeouts.greNs());
  }

  /** How long a TCP session of this state lives while nothing came back. */
  long unanswered(int state) {
    return state == SessionState.ESTABLISHED
        ? Math.min(tcpTimeouts[state], timeouts.unacknowledgedNs())
        : tcpTimeouts[state];
  }

  private long firstTimeout(int protocol) {
    return switch (protocol) {
      case Ipv4.UDP -> timeouts.udpNs();
      case Ipv4.ICMP -> timeouts.icmpNs();
      case Ipv4.GRE -> timeouts.greNs();
      default -> timeouts.genericNs();
    };
  }

  private static int firstState(int tcpFlags) {
    return TcpTransitions.next(0, TcpTransitions.event(tcpFlags), SessionState.NONE);
  }

  // --- packets that fit no session, and counts (as conntrack -S names them) ---

  /** Forgets what {@link #isMisfit} tells of earlier packets. */
  public void clearMisfit() {
    misfit = false;
  }

  /** Whether a packet tracked since {@link #clearMisfit} did not fit its session's state. */
  public boolean isMisfit() {
    return misfit;
  }

  /** Counts a packet that belongs to no session and begins none. */
  public void countInvalid() {
    invalid++;
  }

  /** Counts a packet whose session could not be made, because no tuple for replies was free. */
  public void countInsertFailed() {
    insertFailed++;
  }

  /** Packets that belonged to no session and could begin none. */
  public long invalid() {
    return invalid;
  }

  /** TCP segments of a session that passed without changing Linux's state of it. */
  public long letBy() {
    return letBy;
  }

  /** Packets whose session could not be made, because a tuple of it was taken. */
  public long insertFailed() {
    return insertFailed;
  }

  /** Packets whose session could not be made, because the table was full. */
  public long full() {
    return full;
  }

  private void extend(int number, long nowNs, long timeoutNs) {
    table.setExpiresNs(number, later(nowNs, timeoutNs));
  }

  private static long later(long nowNs, long timeoutNs) {
    long later = nowNs + timeoutNs;
    return later < nowNs ? Long.MAX_VALUE : later;
  }
}
