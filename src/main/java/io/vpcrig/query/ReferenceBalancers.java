package io.vpcrig.query;

import io.vpcrig.model.LoadBalancer;
import io.vpcrig.model.LoadBalancer.Member;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Vpc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a router remembers of its load balancers, and which member each would choose. */
final class ReferenceBalancers {
  /** A first segment on its way to a member. */
  private static final class Attempt {
    private final ReferenceSession session;
    private final int member;
    private final long sentNs;

    /** Whether it is answered, given up or judged. */
    private boolean settled;

    Attempt(ReferenceSession session, int member, long sentNs) {
      this.session = session;
      this.member = member;
      this.sentNs = sentNs;
    }
  }

  /** A client and its member. */
  private record Stuck(int member, long expiresNs) {}

  /** Of one balancer; members by their addresses. */
  static final class State {
    private LoadBalancer balancer;
    private final Map<Integer, Integer> credits = new HashMap<>();
    private final Map<Integer, Integer> fails = new HashMap<>();
    private final Map<Integer, Long> downUntilNs = new HashMap<>();
    private final List<Attempt> attempts = new ArrayList<>();

    /** By client, the one not seen for longest first. */
    private final Map<Integer, Stuck> stuck = new LinkedHashMap<>();

    private ReferenceMaglev maglev;
  }

  private final ReferenceSessions sessions;
  private final Map<String, State> states = new HashMap<>();

  ReferenceBalancers(ReferenceSessions sessions) {
    this.sessions = sessions;
  }

  /** Goes on with another VPC: what is in both is remembered, by name and by address. */
  void apply(Vpc vpc) {
    Set<String> names =
        vpc.loadBalancers().stream().map(LoadBalancer::name).collect(Collectors.toSet());
    states.keySet().retainAll(names);
    for (LoadBalancer balancer : vpc.loadBalancers()) {
      State state = states.computeIfAbsent(balancer.name(), name -> new State());
      LoadBalancer before = state.balancer;
      state.balancer = balancer;
      state.maglev = null;
      Set<Integer> members =
          balancer.members().stream().map(m -> m.host().address()).collect(Collectors.toSet());
      state.credits.keySet().retainAll(members);
      state.fails.keySet().retainAll(members);
      state.downUntilNs.keySet().retainAll(members);
      state.attempts.removeIf(attempt -> !members.contains(attempt.member));
      if (before != null && !before.health().equals(balancer.health())) {
        state.attempts.clear();
        state.fails.clear();
        state.downUntilNs.clear();
      }
      if (before != null
          && !balancer
              .stickiness()
              .map(LoadBalancer.Stickiness::tableSize)
              .equals(before.stickiness().map(LoadBalancer.Stickiness::tableSize))) {
        state.stuck.clear();
      }
    }
  }

  /**
   * The member for a new connection; empty if none takes it.
   *
   * @param tuple as it came
   * @param really false only asks, and changes nothing
   */
  Optional<Member> choose(LoadBalancer balancer, Tuple tuple, long nowNs, boolean really) {
    State state = states.get(balancer.name());
    judge(state, nowNs);
    Stuck known = state.stuck.get(tuple.source());
    Optional<Member> chosen = Optional.empty();
    if (balancer.stickiness().isPresent() && known != null && nowNs < known.expiresNs) {
      chosen =
          balancer.members().stream()
              .filter(m -> m.host().address() == known.member && isUp(state, m, nowNs))
              .findFirst();
    }
    if (chosen.isEmpty()) {
      chosen = byAlgorithm(state, tuple, nowNs, really);
    }
    if (really && chosen.isPresent() && balancer.stickiness().isPresent()) {
      stick(state, tuple.source(), chosen.get(), nowNs);
    }
    return chosen;
  }

  private static void stick(State state, int client, Member member, long nowNs) {
    LoadBalancer.Stickiness stickiness = state.balancer.stickiness().orElseThrow();
    state.stuck.remove(client);
    if (state.stuck.size() == stickiness.tableSize()) {
      state.stuck.remove(state.stuck.keySet().iterator().next());
    }
    state.stuck.put(client, new Stuck(member.host().address(), nowNs + stickiness.expireNs()));
  }

  private Optional<Member> byAlgorithm(State state, Tuple tuple, long nowNs, boolean really) {
    LoadBalancer balancer = state.balancer;
    List<Member> ready =
        balancer.members().stream()
            .filter(member -> member.weight() > 0 && isUp(state, member, nowNs))
            .toList();
    if (ready.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        switch (balancer.algorithm()) {
          case ROUNDROBIN -> inTurn(state, ready, really);
          case LEASTCONN -> inTurn(state, leastLoaded(state, ready, nowNs), really);
          case SOURCE -> {
            List<Member> slots = new ArrayList<>();
            for (Member member : ready) {
              for (int k = 0; k < member.weight(); k++) {
                slots.add(member);
              }
            }
            yield slots.get((int) ((tuple.source() & 0xffff_ffffL) % slots.size()));
          }
          case MAGLEV -> {
            if (state.maglev == null) {
              state.maglev = new ReferenceMaglev(balancer);
            }
            yield state.maglev.choose(tuple, ready);
          }
        });
  }

  /** Smooth weighted round robin: all gain their weight, the richest pays for all. */
  private static Member inTurn(State state, List<Member> ready, boolean really) {
    Map<Integer, Integer> credits = new HashMap<>(state.credits);
    int sum = 0;
    for (Member member : ready) {
      credits.merge(member.host().address(), member.weight(), Integer::sum);
      sum += member.weight();
    }
    Member richest = ready.getFirst();
    for (Member member : ready) {
      if (credits.get(member.host().address()) > credits.get(richest.host().address())) {
        richest = member;
      }
    }
    credits.merge(richest.host().address(), -sum, Integer::sum);
    if (really) {
      state.credits.putAll(credits);
    }
    return richest;
  }

  private List<Member> leastLoaded(State state, List<Member> ready, long nowNs) {
    Map<Member, Integer> open = new HashMap<>();
    ready.forEach(member -> open.put(member, sessions.open(state, member.host().address(), nowNs)));
    return ready.stream()
        .filter(
            one ->
                ready.stream()
                    .allMatch(
                        other -> open.get(one) * other.weight() <= open.get(other) * one.weight()))
        .toList();
  }

  // --- sessions and health -------------------------------------------------------------------

  /** A session with a member has begun. */
  void began(ReferenceSession session, Decision.Balanced balanced, Packet packet) {
    State state = states.get(balanced.balancer().name());
    session.balancer = state;
    session.member = balanced.member().host().address();
    boolean opens =
        packet.flow().protocol() == Protocol.TCP && (packet.tcpFlags() & Packet.SYN) != 0;
    if (opens && state.balancer.health().isPresent()) {
      state.attempts.add(new Attempt(session, session.member, packet.timeNs()));
    }
  }

  /** A packet of a session has passed. */
  void seen(ReferenceSession session, boolean reply, Packet packet) {
    int flags = packet.tcpFlags();
    boolean reset = (flags & Packet.RST) != 0;
    boolean telling = (flags & (Packet.SYN | Packet.FIN | Packet.RST)) != 0;
    if (session.balancer == null
        || !telling
        || !reply && (flags & (Packet.FIN | Packet.RST)) == 0) {
      return;
    }
    State state = session.balancer;
    judge(state, packet.timeNs());
    for (Attempt attempt : state.attempts) {
      if (attempt.session == session && !attempt.settled) {
        attempt.settled = true;
        if (reply && reset) {
          failed(state, attempt.member, packet.timeNs());
        } else if (reply) {
          state.fails.remove(attempt.member);
          state.downUntilNs.remove(attempt.member);
        }
      }
    }
  }

  private static void judge(State state, long nowNs) {
    if (state.balancer.health().isEmpty()) {
      return;
    }
    long silentNs = state.balancer.health().get().silentNs();
    for (Attempt attempt : state.attempts) {
      if (!attempt.settled && nowNs - attempt.sentNs >= silentNs) {
        attempt.settled = true;
        failed(state, attempt.member, attempt.sentNs + silentNs);
      }
    }
  }

  private static void failed(State state, int member, long atNs) {
    LoadBalancer.Health health = state.balancer.health().orElseThrow();
    if (atNs < state.downUntilNs.getOrDefault(member, Long.MIN_VALUE)) {
      return;
    }
    if (state.fails.merge(member, 1, Integer::sum) >= health.fails()) {
      state.fails.remove(member);
      state.downUntilNs.put(member, atNs + health.downNs());
    }
  }

  private static boolean isUp(State state, Member member, long nowNs) {
    return nowNs >= state.downUntilNs.getOrDefault(member.host().address(), Long.MIN_VALUE);
  }
}
