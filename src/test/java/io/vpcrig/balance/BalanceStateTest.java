package io.vpcrig.balance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.model.LoadBalancer.Algorithm;
import io.vpcrig.testing.Balancers;
import io.vpcrig.testing.VpcBuilder;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BalanceStateTest {
  private static final int NONE = -1;
  private static final int CLIENT = 0xc633_6401;
  private static final int LISTENER = 0xcb00_710b;
  private static final int TCP = 6;
  private static final int SYN = 2;
  private static final int RST = 4;
  private static final int ACK = 16;
  private static final int FIN_ACK = 17;
  private static final int SYN_ACK = 18;
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Map<Integer, Long> ends = new HashMap<>();
  private final BalanceState state =
      new BalanceState(session -> ends.getOrDefault(session, Long.MIN_VALUE));
  private long nowNs = s(1000);
  private int sessions;

  @BeforeEach
  void timeOuts() {
    state.keep(s(120), s(60));
  }

  // --- round robin ---

  @Test
  void turnsAreSmooth() {
    state.adopt(table(shop("a", "b", "d").weights(5, 1, 1)));
    StringBuilder turns = new StringBuilder();
    for (int k = 0; k < 14; k++) {
      turns.append("abd".charAt(choose(CLIENT)));
    }
    assertEquals("aabadaaaabadaa", turns.toString());
  }

  @Test
  void turnsAreExactForAnyWeights() {
    Random random = new Random(7);
    for (int run = 0; run < 50; run++) {
      Integer[] weights = {random.nextInt(257), random.nextInt(257), 1 + random.nextInt(256)};
      BalanceState fresh = fresh(table(shop("a", "b", "d").weights(weights)));
      int rounds = Arrays.stream(weights).mapToInt(Integer::intValue).sum();
      Integer[] counts = {0, 0, 0};
      for (int k = 0; k < rounds; k++) {
        counts[fresh.choose(0, CLIENT + k, LISTENER, k << 16 | 80, TCP, nowNs)]++;
      }
      assertArrayEquals(weights, counts);
    }
  }

  @Test
  void nobodyIsChosenWithoutMembersOrWeights() {
    for (Algorithm algorithm : Algorithm.values()) {
      state.adopt(table(shop().by(algorithm)));
      assertEquals(NONE, choose(CLIENT));
      state.adopt(table(shop("a", "b").weights(0, 0).by(algorithm)));
      assertEquals(NONE, choose(CLIENT));
    }
  }

  // --- least connections ---

  @Test
  void theFewestOpenConnectionsForTheirWeightAreChosen() {
    state.adopt(table(shop("a", "b").weights(2, 1).by(Algorithm.LEASTCONN)));
    for (int k = 1; k <= 5; k++) {
      begin(CLIENT);
      begin(CLIENT);
      begin(CLIENT);
      assertOpen(2 * k, k);
    }
  }

  @Test
  void equallyLoadedMembersTakeTurns() {
    state.adopt(table(shop("a", "b", "d").by(Algorithm.LEASTCONN)));
    assertEquals(0, choose(CLIENT));
    assertEquals(1, choose(CLIENT));
    assertEquals(2, choose(CLIENT));
    assertEquals(0, choose(CLIENT));
  }

  @Test
  void aConnectionIsOpenUntilItsFirstFinOrReset() {
    state.adopt(table(shop("a", "b").by(Algorithm.LEASTCONN)));
    int first = begin(CLIENT);
    int second = begin(CLIENT);
    assertOpen(1, 1);
    state.seen(first, 1, SYN_ACK, nowNs);
    state.seen(first, 0, ACK, nowNs);
    assertOpen(1, 1);
    state.seen(first, 0, FIN_ACK, nowNs);
    state.seen(first, 1, FIN_ACK, nowNs);
    state.closed(first);
    assertOpen(0, 1);
    state.seen(second, 1, RST, nowNs);
    assertOpen(0, 0);
  }

  @Test
  void aConnectionThatIsOverIsNotOpenWhenItsSessionIsSweptLater() {
    state.adopt(table(shop("a", "b").by(Algorithm.LEASTCONN)));
    int session = begin(CLIENT);
    ends.put(session, nowNs + s(120));
    nowNs += s(59);
    assertOpen(1, 0);
    // An answer brings its end forward.
    ends.put(session, nowNs + s(60));
    nowNs += s(60) - 1;
    assertOpen(1, 0);
    nowNs += 1;
    assertOpen(0, 0);
    state.closed(session);
    assertOpen(0, 0);
  }

  @Test
  void countsStayExactOverRandomLives() {
    state.adopt(table(shop("a", "b", "d").by(Algorithm.LEASTCONN)));
    Random random = new Random(11);
    Map<Integer, Integer> memberOf = new HashMap<>();
    for (int k = 0; k < 20_000; k++) {
      nowNs += random.nextInt(1_000_000_000);
      int session = sessions;
      ends.put(session, nowNs + s(60 + random.nextInt(60)));
      memberOf.put(session, beginAt(choose(CLIENT), session));
      sessions++;
      int other = random.nextInt(sessions);
      if (memberOf.containsKey(other) && ends.get(other) > nowNs) {
        switch (random.nextInt(3)) {
          case 0 -> {
            // An answer to a first segment; what stands never ends earlier than it would have.
            boolean stands = ends.get(other) - nowNs > s(120);
            ends.put(other, nowNs + s(stands || random.nextBoolean() ? 100_000 : 60));
          }
          case 1 -> {
            state.seen(other, 0, RST, nowNs);
            memberOf.remove(other);
          }
          default -> {
            state.closed(other);
            memberOf.remove(other);
          }
        }
      }
      if (k % 100 == 0) {
        memberOf.keySet().removeIf(s -> ends.get(s) <= nowNs);
        for (int m = 0; m < 3; m++) {
          int member = m;
          assertEquals(
              memberOf.values().stream().filter(v -> v == member).count(),
              state.open(0, m, nowNs),
              "after " + k);
        }
      }
    }
  }

  // --- source ---

  @Test
  void clientsAreSpreadByTheirAddressModuloWeights() {
    state.adopt(table(shop("a", "b", "d").weights(2, 0, 1).by(Algorithm.SOURCE)));
    for (int k = 0; k < 300; k++) {
      int client = CLIENT + k;
      assertEquals(Integer.remainderUnsigned(client, 3) < 2 ? 0 : 2, choose(client));
    }
  }

  // --- maglev ---

  @Test
  void connectionsStayWithTheirMemberWhenAnotherGoes() {
    state.adopt(table(shop("a", "b", "d").by(Algorithm.MAGLEV)));
    int[] before = spread(3000);
    state.adopt(table(shop("a", "d").by(Algorithm.MAGLEV)));
    int[] after = spread(3000);
    int moved = 0;
    for (int k = 0; k < before.length; k++) {
      int now = after[k] == 1 ? 2 : 0;
      moved += before[k] == now ? 0 : 1;
    }
    assertTrue(moved <= 3000 * (1.0 / 3 + 0.05), moved + " moved");
  }

  @Test
  void onlyConnectionsOfAMemberThatIsDownMove() {
    state.adopt(
        table(shop("a", "b", "d").by(Algorithm.MAGLEV).health(1, SECOND, Duration.ofDays(1))));
    int[] before = spread(3000);
    refuse(1);
    int[] after = spread(3000);
    for (int k = 0; k < before.length; k++) {
      assertEquals(before[k] == 1, before[k] != after[k]);
      assertTrue(after[k] != 1);
    }
    refuse(0);
    refuse(2);
    assertEquals(NONE, choose(CLIENT));
  }

  // --- stickiness ---

  @Test
  void aClientStaysWithItsMemberUntilItWasAwayForLong() {
    state.adopt(table(shop("a", "b").sticky(10, SECOND)));
    assertEquals(0, choose(CLIENT));
    assertEquals(1, choose(CLIENT + 1));
    for (int k = 0; k < 5; k++) {
      nowNs += s(1) - 1;
      assertEquals(0, choose(CLIENT), "each new connection prolongs it");
    }
    assertEquals(0, choose(CLIENT + 2));
    nowNs += s(1);
    assertEquals(1, choose(CLIENT), "its turn as a new client");
  }

  @Test
  void aFullTableForgetsTheClientNotSeenForLongest() {
    state.adopt(table(shop("a", "b", "d").sticky(2, Duration.ofHours(1))));
    assertEquals(0, choose(CLIENT));
    assertEquals(1, choose(CLIENT + 1));
    assertEquals(0, choose(CLIENT));
    assertEquals(2, choose(CLIENT + 2));
    assertEquals(0, choose(CLIENT), "still known");
    assertEquals(0, choose(CLIENT + 1), "forgotten: the next turn is a's");
  }

  @Test
  void aDrainingMemberKeepsItsStickyClientsOnly() {
    state.adopt(table(shop("a", "b").sticky(10, SECOND)));
    assertEquals(0, choose(CLIENT));
    state.adopt(table(shop("a", "b").weights(0, 1).sticky(10, SECOND)));
    assertEquals(0, choose(CLIENT));
    for (int k = 1; k < 9; k++) {
      assertEquals(1, choose(CLIENT + k));
    }
    state.adopt(table(shop("b").sticky(10, SECOND)));
    assertEquals(0, choose(CLIENT), "b, the only one left");
  }

  @Test
  void aClientLeavesAMemberThatIsDown() {
    state.adopt(table(shop("a", "b").sticky(10, Duration.ofHours(1)).health(1, SECOND, SECOND)));
    assertEquals(0, choose(CLIENT));
    refuse(0);
    assertEquals(1, choose(CLIENT));
    nowNs += s(1);
    assertEquals(1, choose(CLIENT), "and stays where it went");
  }

  // --- health ---

  @Test
  void aMemberThatRefusesOftenEnoughIsTakenOutForAWhile() {
    state.adopt(table(shop("a", "b").health(2, SECOND, Duration.ofSeconds(10))));
    refuse(0);
    assertEquals(List.of(0, 1, 0, 1), List.of(choose(1), choose(2), choose(3), choose(4)));
    refuse(0);
    assertEquals(List.of(1, 1, 1), List.of(choose(1), choose(2), choose(3)));
    nowNs += s(10) - 1;
    assertEquals(1, choose(1));
    nowNs += 1;
    assertTrue(List.of(choose(1), choose(2)).contains(0));
  }

  @Test
  void silenceCountsAsRefusalAndAnAnswerForgives() {
    state.adopt(table(shop("a", "b").health(2, SECOND, Duration.ofSeconds(10))));
    beginAt(0, sessions++);
    int answered = sessions++;
    beginAt(0, answered);
    nowNs += s(1) - 1;
    state.seen(answered, 1, SYN_ACK, nowNs);
    nowNs += 1;
    beginAt(0, sessions++);
    nowNs += s(1) - 1;
    assertEquals(List.of(0, 1), List.of(choose(1), choose(2)), "silent twice, but not in a row");
    nowNs += 1;
    assertEquals(List.of(1, 1, 1), List.of(choose(1), choose(2), choose(3)));
  }

  @Test
  void whoGivesUpProvesNothing() {
    state.adopt(table(shop("a").health(1, SECOND, Duration.ofSeconds(10))));
    int session = sessions++;
    beginAt(0, session);
    state.seen(session, 0, RST, nowNs);
    nowNs += s(5);
    assertEquals(0, choose(CLIENT));
  }

  @Test
  void aResetOfAConnectionThatStoodIsNoRefusal() {
    state.adopt(table(shop("a").health(1, SECOND, Duration.ofSeconds(10))));
    int session = sessions++;
    beginAt(0, session);
    state.seen(session, 1, SYN_ACK, nowNs);
    state.seen(session, 1, RST, nowNs);
    assertEquals(0, choose(CLIENT));
  }

  @Test
  void aLateAnswerChangesNothing() {
    state.adopt(table(shop("a").health(1, SECOND, Duration.ofSeconds(10))));
    int session = sessions++;
    beginAt(0, session);
    nowNs += s(1);
    assertEquals(NONE, choose(CLIENT));
    state.seen(session, 1, SYN_ACK, nowNs);
    assertEquals(NONE, choose(CLIENT));
    nowNs += s(10);
    assertEquals(0, choose(CLIENT));
  }

  // --- changes ---

  @Test
  void whatIsKnownOfAMemberSurvivesAChange() {
    state.adopt(table(shop("a", "b", "d").by(Algorithm.LEASTCONN).health(2, SECOND, SECOND)));
    int onA = begin(CLIENT);
    begin(CLIENT);
    state.adopt(table(shop("b", "a").by(Algorithm.LEASTCONN).health(2, SECOND, SECOND)));
    assertOpen(1, 1);
    state.adopt(table(shop("b").by(Algorithm.LEASTCONN).health(2, SECOND, SECOND)));
    assertEquals(1, state.open(0, 0, nowNs));
    state.adopt(table(shop("a", "b").by(Algorithm.LEASTCONN).health(2, SECOND, SECOND)));
    assertOpen(1, 1);
    state.seen(onA, 0, FIN_ACK, nowNs);
    assertOpen(0, 1);
  }

  @Test
  void countsFollowTimeOutsThatGotShorter() {
    state.adopt(table(shop("a", "b").by(Algorithm.LEASTCONN)));
    int onA = begin(CLIENT);
    begin(CLIENT);
    ends.put(onA, nowNs + s(1000));
    assertOpen(1, 1);
    state.keep(s(2), s(1));
    nowNs += s(1);
    ends.put(onA, nowNs + s(2));
    nowNs += s(2);
    assertOpen(0, 1);
  }

  @Test
  void turnsGoOnAfterAChangeThatDoesNotConcernThem() {
    state.adopt(table(shop("a", "b")));
    assertEquals(0, choose(CLIENT));
    state.adopt(table(shop("a", "b").serves("198.51.100.0/24")));
    assertEquals(1, choose(CLIENT));
  }

  private int choose(int client) {
    return state.choose(0, client, LISTENER, 40000 << 16 | 80, TCP, nowNs);
  }

  /** Members of many connections of one client. */
  private int[] spread(int connections) {
    int[] members = new int[connections];
    for (int k = 0; k < connections; k++) {
      members[k] = state.choose(0, CLIENT, LISTENER, 1024 + k << 16 | 80, TCP, nowNs);
    }
    return members;
  }

  private int begin(int client) {
    int session = sessions++;
    beginAt(choose(client), session);
    return session;
  }

  private int beginAt(int member, int session) {
    ends.putIfAbsent(session, nowNs + s(120));
    state.began(0, member, session, true, nowNs);
    return member;
  }

  private void refuse(int member) {
    int session = sessions++;
    beginAt(member, session);
    state.seen(session, 0, SYN, nowNs);
    state.seen(session, 1, RST, nowNs);
  }

  /** Open connections of the first two members. */
  private void assertOpen(int first, int second) {
    assertEquals(List.of(first, second), List.of(state.open(0, 0, nowNs), state.open(0, 1, nowNs)));
  }

  private BalanceState fresh(BalanceTable table) {
    BalanceState other = new BalanceState(session -> Long.MIN_VALUE);
    other.keep(s(120), s(60));
    other.adopt(table);
    return other;
  }

  private static Balancers shop(String... hosts) {
    VpcBuilder builder = builder();
    return Balancers.of(
        "shop",
        "203.0.113.11",
        TCP,
        80,
        "t1",
        Arrays.stream(hosts).map(builder::hostNamed).toList());
  }

  private static BalanceTable table(Balancers balancer) {
    return BalanceCompiler.compile(builder().balance(balancer).build());
  }

  private static VpcBuilder builder() {
    return VpcBuilder.probe().host("d", "t1", "10.10.1.12");
  }

  private static long s(long seconds) {
    return seconds * 1_000_000_000L;
  }
}
