package io.vpcrig.balance;

import io.vpcrig.header.Tcp;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What a worker knows of all balancers: whose turn it is, which sessions are open to which member,
 * which members are down, which clients stick to whom. It lives as long as its worker's sessions;
 * {@link #adopt} carries it over to the next snapshot, by name of balancer and address of member.
 *
 * <p>Thread: one worker. Does not allocate but when a column doubles.
 */
public final class BalanceState {
  private final SessionEnds ends;
  private long unansweredNs;
  private long shortestNs;
  private final OpenSessions open = new OpenSessions();

  private final Map<String, BalancerState> byName = new HashMap<>();
  private BalanceTable table;
  private BalancerState[] balancers = {};

  // By session number.
  private MemberState[] memberOf = {};
  private int[] attempt = {};

  public BalanceState(SessionEnds ends) {
    this.ends = ends;
  }

  /**
   * Goes by these time-outs of the table of sessions from now on.
   *
   * @param longestUnansweredNs the longest it keeps a session whose first packet is not answered
   * @param leastNs the shortest that an answer can make this
   */
  public void keep(long longestUnansweredNs, long leastNs) {
    if (longestUnansweredNs != unansweredNs || leastNs != shortestNs) {
      unansweredNs = longestUnansweredNs;
      shortestNs = leastNs;
      open.lookAtAll();
    }
  }

  /**
   * Goes on with the balancers of another snapshot. What is known of members that are in both stays
   * known; sessions to members that are not go on.
   */
  @SuppressWarnings("ReferenceEquality") // The same table, not an equal one.
  public void adopt(BalanceTable next) {
    if (next == table) {
      return;
    }
    table = next;
    balancers = new BalancerState[next.size()];
    Map<String, BalancerState> gone = new HashMap<>(byName);
    for (int k = 0; k < balancers.length; k++) {
      Balancer balancer = next.balancer(k);
      balancers[k] = byName.computeIfAbsent(balancer.name, name -> new BalancerState());
      balancers[k].become(balancer);
      gone.remove(balancer.name);
    }
    byName.keySet().removeAll(gone.keySet());
  }

  /**
   * The member of balancer {@code index} for a new connection, as its first packet arrived.
   *
   * @return index of the member; negative if none takes new connections
   */
  public int choose(int index, int client, int destination, int ports, int protocol, long nowNs) {
    closeThoseOver(nowNs);
    return balancers[index].choose(
        client, Maglev.place(client, destination, ports, protocol), nowNs);
  }

  /**
   * A session with the member chosen has begun.
   *
   * @param attempted whether the member is to answer: its first packet opens a TCP connection
   */
  public void began(int index, int member, int session, boolean attempted, long nowNs) {
    if (session >= memberOf.length) {
      int old = memberOf.length;
      memberOf = Arrays.copyOf(memberOf, Math.max(64, Integer.highestOneBit(session) << 1));
      attempt = Arrays.copyOf(attempt, memberOf.length);
      Arrays.fill(attempt, old, attempt.length, Attempts.NONE);
    }
    MemberState state = balancers[index].member(member);
    memberOf[session] = state;
    attempt[session] = attempted ? balancers[index].attempt(state, nowNs) : Attempts.NONE;
    state.open++;
    open.add(session, dueNs(session, nowNs));
  }

  /** A TCP segment of a session, after its state has moved on; of any session. */
  public void seen(int session, int direction, int tcpFlags, long nowNs) {
    if ((tcpFlags & (Tcp.FIN | Tcp.SYN | Tcp.RST)) == 0
        || session >= memberOf.length
        || memberOf[session] == null) {
      return;
    }
    if ((tcpFlags & (Tcp.FIN | Tcp.RST)) != 0) {
      close(session);
    }
    if (attempt[session] != Attempts.NONE) {
      answered(session, direction, tcpFlags, nowNs);
    }
  }

  private void answered(int session, int direction, int tcpFlags, long nowNs) {
    MemberState member = memberOf[session];
    BalancerState balancer = member.owner;
    boolean givenUp = direction == 0;
    if (givenUp && (tcpFlags & (Tcp.FIN | Tcp.RST)) == 0) {
      return;
    }
    balancer.judge(nowNs);
    boolean waiting = balancer.settle(attempt[session]);
    attempt[session] = Attempts.NONE;
    if (givenUp || !waiting) {
      return;
    }
    if ((tcpFlags & Tcp.RST) == 0) {
      member.answered();
    } else {
      member.failed(nowNs);
    }
  }

  /** A session has ended, of any kind. */
  public void closed(int session) {
    if (session < memberOf.length && memberOf[session] != null) {
      close(session);
      memberOf[session] = null;
    }
  }

  /** Connections of a member that are open now. */
  public int open(int index, int member, long nowNs) {
    closeThoseOver(nowNs);
    return balancers[index].member(member).open;
  }

  private void close(int session) {
    if (open.isOpen(session)) {
      open.remove(session);
      memberOf[session].open--;
    }
  }

  private void closeThoseOver(long nowNs) {
    while (open.firstDueNs() <= nowNs) {
      int session = open.first();
      if (ends.expiresNs(session) <= nowNs) {
        close(session);
      } else {
        open.postpone(dueNs(session, nowNs));
      }
    }
  }

  /** When to look at it next: not after its end, though an answer may bring that forward. */
  private long dueNs(int session, long nowNs) {
    long expires = ends.expiresNs(session);
    return expires - nowNs > unansweredNs ? expires : Math.min(expires, nowNs + shortestNs);
  }
}
