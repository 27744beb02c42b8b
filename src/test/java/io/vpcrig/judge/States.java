package io.vpcrig.judge;

import io.vpcrig.model.Flow;
import io.vpcrig.model.Protocol;
import io.vpcrig.session.SessionState;
import io.vpcrig.session.SessionTable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Compares the kernel's connections with vpcrig's sessions. */
final class States {
  private static final long SECOND = 1_000_000_000L;

  /** Time-out of a connection with data not acknowledged (nf_conntrack's default), seconds. */
  private static final int UNACKNOWLEDGED = 300;

  /** Time-out of a UDP stream and of UDP that is none, seconds. */
  private static final int STREAM = 120;

  /** What stands in both for one connection. */
  record Pair(Conntrack.Entry kernel, int session, long leftNs) {
    /** Seconds left in vpcrig, rounded. */
    int seconds() {
      return (int) Math.min(Integer.MAX_VALUE, (leftNs + SECOND / 2) / SECOND);
    }
  }

  private final SessionTable sessions;
  private final Tally tally;
  private final Set<Integer> own = new HashSet<>();
  private final Set<Flow> parted = new HashSet<>();
  private Flow flow;

  /**
   * @param own addresses that the router takes for itself, broadcasts among them
   */
  States(SessionTable sessions, Set<Integer> own, Tally tally) {
    this.sessions = sessions;
    this.tally = tally;
    this.own.addAll(own);
  }

  /** The original tuple of the connection that was compared last: the one that differs. */
  Flow flow() {
    return flow;
  }

  /** Original tuples of connections that are explained and not the same any more. */
  Set<Flow> parted() {
    return parted;
  }

  /** The sessions that are not over, by original tuple. */
  Map<Flow, Integer> alive(long nowNs) {
    Map<Flow, Integer> alive = new HashMap<>();
    sessions.forEach(
        n -> {
          if (nowNs < sessions.expiresNs(n)) {
            alive.put(tuple(n, 0), n);
          }
        });
    return alive;
  }

  private Flow tuple(int n, int direction) {
    return Flow.of(
        sessions.protocol(n),
        sessions.source(n, direction),
        sessions.destination(n, direction),
        sessions.ports(n, direction),
        Optional.empty());
  }

  /**
   * Pairs them.
   *
   * @param slack seconds of real time that the kernel's time-outs may be ahead
   * @param pairs where the pairs go
   * @param abandoned tuples that are not compared any more
   * @param inDoubt tuples of which the kernel may not believe a reset
   * @return what differs; empty if nothing does
   */
  String difference(
      List<Conntrack.Entry> entries,
      long nowNs,
      double slack,
      List<Pair> pairs,
      Set<Flow> abandoned,
      Set<Flow> inDoubt) {
    Map<Flow, Integer> alive = alive(nowNs);
    alive.keySet().removeAll(abandoned);
    for (Conntrack.Entry entry : entries) {
      flow = entry.original();
      if (abandoned.contains(entry.original())) {
        continue;
      }
      Integer session = alive.remove(entry.original());
      if (session == null) {
        if (inDoubt.contains(flow)) {
          part();
          continue;
        }
        if (!isRouters(entry)) {
          return "only the kernel has a connection\n    " + entry;
        }
        tally.explain(Explained.ROUTER_SESSION);
        continue;
      }
      Pair pair = new Pair(entry, session, sessions.expiresNs(session) - nowNs);
      pairs.add(pair);
      tally.states++;
      String different = difference(pair, slack);
      if (!different.isEmpty() && inDoubt.contains(flow)) {
        part();
      } else if (!different.isEmpty()) {
        return different + "\n    " + entry + "\n    " + text(pair);
      }
    }
    for (Map.Entry<Flow, Integer> left : alive.entrySet()) {
      flow = left.getKey();
      if (inDoubt.contains(flow)) {
        part();
        continue;
      }
      Pair pair = new Pair(null, left.getValue(), sessions.expiresNs(left.getValue()) - nowNs);
      return "only vpcrig has a session\n    " + text(pair);
    }
    return "";
  }

  /** The kernel did not believe a reset, and what came after it went on with another state. */
  private void part() {
    parted.add(flow);
    tally.explain(Explained.RESET_SEQUENCE);
  }

  /** Whether one end is the router itself. */
  private boolean isRouters(Conntrack.Entry entry) {
    boolean untranslated = entry.reply().equals(Conversation.reply(entry.original()));
    return untranslated
        && (own.contains(entry.original().destination())
            || own.contains(entry.original().source())
            || entry.original().destination() == -1);
  }

  private String difference(Pair pair, double slack) {
    Conntrack.Entry kernel = pair.kernel;
    int n = pair.session;
    Flow reply = tuple(n, 1);
    if (!withoutClientPort(reply).equals(withoutClientPort(kernel.reply()))) {
      return "reply tuple";
    }
    boolean tcp = kernel.original().protocol() == Protocol.TCP;
    if (tcp && !stateOf(kernel).equals(SessionState.name(sessions.state(n)))) {
      return "state of " + stateOf(kernel);
    }
    if (kernel.seenReply() != sessions.hasSeenReply(n)) {
      return "seen reply";
    }
    boolean sameTime = isNear(kernel.seconds(), pair.leftNs, slack);
    boolean sameAssurance = kernel.assured() == sessions.isAssured(n);
    if (sameTime && sameAssurance) {
      return "";
    }
    if (tcp && sameAssurance && isUnacknowledged(kernel, pair)) {
      tally.explain(Explained.UNACKNOWLEDGED);
      return "";
    }
    if (kernel.original().protocol() == Protocol.UDP && kernel.seenReply() && isStream(pair)) {
      tally.explain(Explained.STREAM_CLOCK);
      return "";
    }
    return sameAssurance ? "time-out" : "assured";
  }

  private static String stateOf(Conntrack.Entry kernel) {
    return SessionState.name(kernel.tcpState());
  }

  private static boolean isNear(int kernelSeconds, long leftNs, double slack) {
    double left = (double) leftNs / SECOND;
    return kernelSeconds <= left + 1 && kernelSeconds >= left - 1.5 - slack;
  }

  private static boolean isUnacknowledged(Conntrack.Entry kernel, Pair pair) {
    return kernel.tcpState() == SessionState.ESTABLISHED
        && kernel.seenReply()
        && kernel.seconds() <= UNACKNOWLEDGED
        && pair.leftNs > UNACKNOWLEDGED * SECOND;
  }

  /** One holds it for a stream, the other does not yet. */
  private boolean isStream(Pair pair) {
    boolean ours = sessions.isAssured(pair.session);
    return pair.kernel.seconds() <= STREAM
        && pair.leftNs <= STREAM * SECOND
        && (ours || pair.kernel.assured());
  }

  /** The port that was chosen for the client is each side's own. */
  private static Flow withoutClientPort(Flow reply) {
    int ports =
        switch (reply.protocol()) {
          case Protocol.TCP, Protocol.UDP -> reply.ports() & 0xffff_0000;
          case Protocol.ICMP -> reply.ports() & 0xffff;
          default -> 0;
        };
    return Flow.of(reply.protocol(), reply.source(), reply.destination(), ports, Optional.empty());
  }

  private String text(Pair pair) {
    int n = pair.session;
    return "vpcrig: %s, replies %s, %s%s%s, %d s left"
        .formatted(
            tuple(n, 0),
            tuple(n, 1),
            SessionState.name(sessions.state(n)),
            sessions.hasSeenReply(n) ? ", reply seen" : "",
            sessions.isAssured(n) ? ", assured" : "",
            pair.leftNs / SECOND);
  }
}
