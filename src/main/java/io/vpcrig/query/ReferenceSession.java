package io.vpcrig.query;

import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Protocol;
import java.util.Optional;

/** One connection: a tuple for each direction, its state, and how long it lasts. */
final class ReferenceSession {
  private static final long SECOND = 1_000_000_000L;

  /** As the first packet came. */
  final Tuple original;

  /** As the answer to the first packet comes. */
  final Tuple answer;

  final String in;
  final String out;

  /** What admitted it. */
  final Optional<AclList> list;

  final Optional<AclRule> rule;

  /** What balances it, and the member's address; null and 0 if nothing does. */
  ReferenceBalancers.State balancer;

  int member;

  private final long createdNs;
  private long deadlineNs;
  private boolean answered;
  private boolean closing;
  private TcpTracking.State state = TcpTracking.State.NONE;

  ReferenceSession(
      Tuple original,
      Tuple answer,
      String in,
      String out,
      Optional<AclList> list,
      Optional<AclRule> rule,
      long nowNs) {
    this.original = original;
    this.answer = answer;
    this.in = in;
    this.out = out;
    this.list = list;
    this.rule = rule;
    this.createdNs = nowNs;
  }

  /** What a packet of this session does to it. */
  enum Effect {
    PASSES,
    INVALID,
    /** Passes as the last one. */
    ENDS,
    /** Begins a new connection between the same ends. */
    REOPENS
  }

  boolean isOver(long nowNs) {
    return nowNs >= deadlineNs;
  }

  /** Whether no end of it has been seen yet. */
  boolean isOpen(long nowNs) {
    return !closing && !isOver(nowNs);
  }

  boolean isTranslated() {
    return !answer.equals(original.reply());
  }

  /** What a packet of that direction looks like when it leaves. */
  Tuple leaving(boolean reply) {
    return (reply ? original : answer).reply();
  }

  String leavingBy(boolean reply) {
    return reply ? in : out;
  }

  String state() {
    return original.protocol() == Protocol.TCP
        ? state.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ')
        : answered ? "answered" : "unanswered";
  }

  Effect track(boolean reply, int tcpFlags, long nowNs) {
    if (original.protocol() == Protocol.TCP) {
      return trackTcp(reply, tcpFlags, nowNs);
    }
    // An answer lengthens the life of the session from the next packet on.
    deadlineNs = nowNs + seconds(nowNs) * SECOND;
    answered |= reply;
    return Effect.PASSES;
  }

  private Effect trackTcp(boolean reply, int flags, long nowNs) {
    char next = TcpTracking.next(state, reply, flags);
    if (next == TcpTracking.INVALID) {
      return Effect.INVALID;
    }
    closing |= (flags & (Packet.FIN | Packet.RST)) != 0;
    if (next == TcpTracking.IGNORED) {
      answered |= reply;
      return Effect.PASSES;
    }
    TcpTracking.State found = TcpTracking.State.of(next);
    boolean closed = state == TcpTracking.State.TIME_WAIT || state == TcpTracking.State.CLOSE;
    if (closed && found == TcpTracking.State.SYN_SENT) {
      return Effect.REOPENS;
    }
    if (!answered && (flags & Packet.RST) != 0) {
      return Effect.ENDS;
    }
    state = found;
    long seconds = state.seconds();
    if (!answered && state == TcpTracking.State.ESTABLISHED) {
      seconds = 300;
    }
    answered |= reply;
    deadlineNs = nowNs + seconds * SECOND;
    return Effect.PASSES;
  }

  /** nf_conntrack's defaults. */
  private int seconds(long nowNs) {
    return switch (original.protocol()) {
      case Protocol.UDP -> answered && nowNs - createdNs > 2 * SECOND ? 120 : 30;
      case Protocol.ICMP -> 30;
      default -> 600;
    };
  }
}
