package io.vpcrig.query;

import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Conntrack;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Segment;
import java.time.Duration;
import java.util.Optional;

/** One connection: a tuple for each direction, its state, and how long it lasts. */
final class ReferenceSession {
  private static final long SECOND = 1_000_000_000L;
  private static final int GRE = 47;

  /** As the first packet came. */
  final Tuple original;

  /** As the answer to the first packet comes. */
  final Tuple answer;

  /** Public network that the first packet came by, as long as there is one of that name. */
  private Optional<String> home;

  /** Where packets leave: answers, and all others; empty if no route leads there. */
  private Optional<String> back;

  private Optional<String> out;

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
  private final TcpTracking tcp = new TcpTracking();

  ReferenceSession(
      Tuple original,
      Tuple answer,
      Segment in,
      String out,
      Optional<AclList> list,
      Optional<AclRule> rule,
      long nowNs) {
    this.original = original;
    this.answer = answer;
    this.home = in instanceof Segment.Public ? Optional.of(in.name()) : Optional.empty();
    this.back = Optional.of(in.name());
    this.out = Optional.of(out);
    this.list = list;
    this.rule = rule;
    this.createdNs = nowNs;
  }

  /** What a packet of this session does to it. */
  enum Effect {
    PASSES,
    /** Passes and changes nothing that is told of a session. */
    LET_BY,
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

  Optional<String> leavingBy(boolean reply) {
    return reply ? back : out;
  }

  /** Goes by other routes from now on; what is translated stays so. */
  void reroute(ReferenceWorld world) {
    home =
        home.filter(name -> world.vpc().segments().stream().anyMatch(s -> s.name().equals(name)));
    out = world.way(leaving(false).destination(), Optional.empty());
    back = world.way(leaving(true).destination(), home);
  }

  String state() {
    return original.protocol() == Protocol.TCP ? tcp.state() : answered ? "answered" : "unanswered";
  }

  Effect track(boolean reply, int tcpFlags, long nowNs, Conntrack settings) {
    if (original.protocol() == Protocol.TCP) {
      return trackTcp(reply, tcpFlags, nowNs, settings);
    }
    // An answer lengthens the life of the session from the next packet on.
    lives(timeout(nowNs, settings), nowNs);
    answered |= reply;
    return Effect.PASSES;
  }

  private Effect trackTcp(boolean reply, int flags, long nowNs, Conntrack settings) {
    TcpTracking.State before = tcp.current();
    Effect effect = tcp.track(reply, flags, answered);
    if (effect == Effect.INVALID || effect == Effect.REOPENS || effect == Effect.ENDS) {
      return effect;
    }
    closing |= (flags & (Packet.FIN | Packet.RST)) != 0;
    // Also the other end's, if SYNs cross: it is the first answer.
    boolean furtherSyn =
        !answered && before == TcpTracking.State.SYN_SENT && TcpTracking.isSyn(flags);
    if (effect != Effect.LET_BY && !furtherSyn) {
      Duration timeout = tcp.current().timeout(settings);
      boolean pickedUp = !answered && tcp.current() == TcpTracking.State.ESTABLISHED;
      if (pickedUp && timeout.compareTo(settings.tcpUnacknowledged()) > 0) {
        timeout = settings.tcpUnacknowledged();
      }
      lives(timeout, nowNs);
    }
    answered |= reply;
    return Effect.PASSES;
  }

  private Duration timeout(long nowNs, Conntrack settings) {
    return switch (original.protocol()) {
      case Protocol.UDP ->
          answered && nowNs - createdNs > 2 * SECOND ? settings.udpStream() : settings.udp();
      case Protocol.ICMP -> settings.icmp();
      case GRE -> answered ? settings.greStream() : settings.gre();
      default -> settings.generic();
    };
  }

  private void lives(Duration timeout, long nowNs) {
    deadlineNs = nowNs + timeout.toNanos();
  }
}
