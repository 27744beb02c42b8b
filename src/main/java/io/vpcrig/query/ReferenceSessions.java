package io.vpcrig.query;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** All connections, by both their tuples. */
final class ReferenceSessions {
  /** A session and which of its directions a tuple is. */
  record Found(ReferenceSession session, boolean reply) {}

  private final Map<Tuple, Found> byTuple = new HashMap<>();

  /** The session of a tuple, over or not. */
  Optional<Found> find(Tuple tuple) {
    return Optional.ofNullable(byTuple.get(tuple));
  }

  /**
   * Whether a packet with this tuple would belong to a session. Forgets the session if it is over.
   */
  boolean isTaken(Tuple tuple, long nowNs) {
    Found found = byTuple.get(tuple);
    if (found != null && found.session.isOver(nowNs)) {
      remove(found.session);
      return false;
    }
    return found != null;
  }

  /** How many connections to a member are open. */
  int open(ReferenceBalancers.State balancer, int member, long nowNs) {
    return (int)
        byTuple.values().stream()
            .filter(found -> !found.reply)
            .map(Found::session)
            .filter(session -> session.balancer == balancer && session.member == member)
            .filter(session -> session.isOpen(nowNs))
            .count();
  }

  /** All of them go by other routes from now on. */
  void reroute(ReferenceWorld world) {
    byTuple.values().forEach(found -> found.session.reroute(world));
  }

  void add(ReferenceSession session) {
    byTuple.put(session.original, new Found(session, false));
    byTuple.putIfAbsent(session.answer, new Found(session, true));
  }

  void remove(ReferenceSession session) {
    for (Tuple tuple : new Tuple[] {session.original, session.answer}) {
      Found found = byTuple.get(tuple);
      if (found != null && found.session == session) {
        byTuple.remove(tuple);
      }
    }
  }
}
