package io.vpcrig.balance;

import java.util.ArrayList;
import java.util.List;

/** What a worker knows of a balancer, and its choices. One thread. */
final class BalancerState {
  private Balancer balancer;

  /** In the compiled order. */
  private MemberState[] members = {};

  /** Members there were, as long as connections to them are open. */
  private final List<MemberState> retired = new ArrayList<>();

  private final Attempts attempts = new Attempts();

  /** Null: it is not sticky. */
  private StickyTable sticky;

  Balancer balancer() {
    return balancer;
  }

  MemberState member(int index) {
    return members[index];
  }

  /** Goes on as another version of the same balancer. */
  void become(Balancer next) {
    List<MemberState> known = new ArrayList<>(retired);
    known.addAll(List.of(members));
    boolean healthChanges = balancer != null && !balancer.hasHealthOf(next);
    balancer = next;
    members = new MemberState[next.address.length];
    for (int k = 0; k < members.length; k++) {
      int address = next.address[k];
      members[k] =
          known.stream()
              .filter(state -> state.address == address)
              .findFirst()
              .orElseGet(() -> new MemberState(this, address));
      members[k].weight = next.weight[k];
    }
    known.removeAll(List.of(members));
    known.forEach(attempts::forget);
    known.forEach(MemberState::retire);
    retired.clear();
    known.stream().filter(state -> state.open > 0).forEach(retired::add);
    if (healthChanges) {
      // Attempts are judged when it next matters: by the rules they were made under, or not at all.
      attempts.clear();
      for (MemberState member : members) {
        member.answered();
      }
    }
    if (next.stickySize == 0) {
      sticky = null;
    } else if (sticky == null || sticky.capacity() != next.stickySize) {
      sticky = new StickyTable(next.stickySize);
    }
  }

  // --- choosing ---

  /** Index of the member for a new connection; negative if none takes it. */
  int choose(int client, int place, long nowNs) {
    judge(nowNs);
    if (sticky == null) {
      return byAlgorithm(client, place, nowNs);
    }
    int known = sticky.find(client, nowNs);
    int chosen = known < 0 ? known : stuck(sticky.member(known), nowNs);
    if (chosen < 0) {
      chosen = byAlgorithm(client, place, nowNs);
    }
    if (chosen >= 0) {
      sticky.put(client, members[chosen].address, nowNs + balancer.stickyNs);
    }
    return chosen;
  }

  /** A member that a client had, draining or not, if it is one still and up. */
  private int stuck(int address, long nowNs) {
    for (int k = 0; k < members.length; k++) {
      if (members[k].address == address) {
        return members[k].isUp(nowNs) ? k : -1;
      }
    }
    return -1;
  }

  private int byAlgorithm(int client, int place, long nowNs) {
    return switch (balancer.algorithm) {
      case ROUNDROBIN -> inTurn(nowNs, null);
      case LEASTCONN -> inTurn(nowNs, leastLoaded(nowNs));
      case SOURCE -> byClient(client, nowNs);
      case MAGLEV -> byPlace(place, nowNs);
    };
  }

  /**
   * Smooth weighted round robin, as in nginx: all gain their weight, the richest is chosen and pays
   * the sum.
   *
   * @param atMost a member; only those no more loaded take part. Null: all do
   */
  private int inTurn(long nowNs, MemberState atMost) {
    int best = -1;
    int sum = 0;
    for (int k = 0; k < members.length; k++) {
      MemberState member = members[k];
      if (member.takesNew(nowNs) && (atMost == null || !isLess(atMost, member))) {
        member.credit += member.weight;
        sum += member.weight;
        if (best < 0 || member.credit > members[best].credit) {
          best = k;
        }
      }
    }
    if (best >= 0) {
      members[best].credit -= sum;
    }
    return best;
  }

  private MemberState leastLoaded(long nowNs) {
    MemberState least = null;
    for (MemberState member : members) {
      if (member.takesNew(nowNs) && (least == null || isLess(member, least))) {
        least = member;
      }
    }
    return least;
  }

  /** Whether one has fewer open connections than another, each for its weight. */
  private static boolean isLess(MemberState one, MemberState other) {
    return (long) one.open * other.weight < (long) other.open * one.weight;
  }

  private int byClient(int client, long nowNs) {
    int sum = 0;
    for (MemberState member : members) {
      sum += member.takesNew(nowNs) ? member.weight : 0;
    }
    if (sum == 0) {
      return -1;
    }
    int left = Integer.remainderUnsigned(client, sum);
    int k = 0;
    while (!members[k].takesNew(nowNs) || left >= members[k].weight) {
      left -= members[k].takesNew(nowNs) ? members[k].weight : 0;
      k++;
    }
    return k;
  }

  /** The member of a place; if it is down, that of the next place whose member is not. */
  private int byPlace(int place, long nowNs) {
    if (balancer.maglev == null) {
      return -1;
    }
    int chosen = balancer.maglev[place];
    if (members[chosen].isUp(nowNs)) {
      return chosen;
    }
    if (leastLoaded(nowNs) == null) {
      return -1;
    }
    int next = place;
    while (!members[chosen].isUp(nowNs)) {
      next = next + 1 == Maglev.SIZE ? 0 : next + 1;
      chosen = balancer.maglev[next];
    }
    return chosen;
  }

  // --- health ---

  /** A first segment is on its way to a member; returns its number. */
  int attempt(MemberState to, long nowNs) {
    return balancer.fails == 0 ? Attempts.NONE : attempts.add(to, nowNs);
  }

  /** Whether an attempt was waiting for its answer; it is not any more. */
  boolean settle(int attempt) {
    return attempts.settle(attempt);
  }

  /** Judges the attempts whose time is over. */
  void judge(long nowNs) {
    attempts.judge(nowNs, balancer.silentNs);
  }
}
