package io.vpcrig.live.vrrp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vpcrig.live.vrrp.VirtualRouter.State;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Redundancy;
import io.vpcrig.model.Redundancy.Authentication;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The state machine, to the nanosecond. */
final class VirtualRouterTest {
  private static final int LOWER = Ipv4Text.parse("10.10.1.1");
  private static final int OWN = Ipv4Text.parse("10.10.1.2");
  private static final int HIGHER = Ipv4Text.parse("200.10.1.3");
  private static final long SECOND = 1_000_000_000L;
  private static final long MS = 1_000_000L;

  private final List<String> done = new ArrayList<>();

  private VirtualRouter router(Redundancy settings) {
    return new VirtualRouter(
        settings,
        OWN,
        new VirtualRouter.Actions() {
          @Override
          public void advertise(int priority) {
            done.add("advertise " + priority);
          }

          @Override
          public void becomeMaster() {
            done.add("master");
          }

          @Override
          public void becomeBackup() {
            done.add("backup");
          }

          @Override
          public void mend() {
            done.add("mend");
          }
        });
  }

  private void assertDone(String... expected) {
    assertEquals(List.of(expected), done);
    done.clear();
  }

  private static Redundancy cloudStack() {
    return Settings.second(Authentication.NONE, "");
  }

  /** Lets a router stand by until it works; the time it does. */
  private long work(VirtualRouter router, long now) {
    router.start(now);
    long then = router.deadlineNs();
    router.tick(then);
    done.clear();
    return then;
  }

  @Test
  void cloudStacksRouterTakesOverAfterThreeSecondsAndTheSkew() {
    VirtualRouter router = router(cloudStack());
    router.start(0);
    assertEquals(State.BACKUP, router.state());
    long skew = 156 * SECOND / 256;
    assertEquals(609_375_000, skew);
    router.hear(100, HIGHER, 100, 5 * SECOND);
    router.tick(8 * SECOND + skew - 1);
    assertEquals(State.BACKUP, router.state());
    assertDone();
    router.tick(8 * SECOND + skew);
    assertEquals(State.MASTER, router.state());
    assertDone("advertise 100", "master");
    router.tick(9 * SECOND + skew - 1);
    assertDone();
    router.tick(9 * SECOND + skew);
    assertDone("advertise 100");
  }

  @Test
  void whoStopsIsFollowedAfterTheSkewAlone() {
    VirtualRouter router = router(cloudStack());
    router.start(0);
    router.hear(0, HIGHER, 100, SECOND);
    assertEquals(SECOND + 609_375_000, router.deadlineNs());
    router.tick(router.deadlineNs());
    assertDone("advertise 100", "master");
  }

  @Test
  void version3GoesByTheMastersInterval() {
    VirtualRouter router = router(Settings.third(200, 100, false));
    router.start(0);
    assertEquals(3 * SECOND + 56 * SECOND / 256, router.deadlineNs());
    router.hear(200, HIGHER, 2, SECOND);
    assertEquals(SECOND + 60 * MS + 56 * 20 * MS / 256, router.deadlineNs());
    router.tick(router.deadlineNs());
    done.clear();
    long then = router.deadlineNs() - SECOND;
    router.tick(then + SECOND);
    assertDone("advertise 200");
    assertEquals(then + 2 * SECOND, router.deadlineNs(), "it advertises at its own interval");
  }

  @Test
  void aWorseMasterIsLeftAloneUnlessItPreempts() {
    VirtualRouter patient = router(Settings.third(100, 100, false));
    patient.start(0);
    patient.hear(50, HIGHER, 100, 2 * SECOND);
    assertEquals(2 * SECOND + patient.masterDownNs(), patient.deadlineNs());
    VirtualRouter eager = router(Settings.third(100, 100, true));
    eager.start(0);
    long first = eager.deadlineNs();
    eager.hear(50, HIGHER, 100, 2 * SECOND);
    assertEquals(first, eager.deadlineNs());
    eager.hear(100, LOWER, 100, 2 * SECOND);
    assertEquals(2 * SECOND + eager.masterDownNs(), eager.deadlineNs());
  }

  @Test
  void preemptionWaitsForItsDelayAndWhileHeld() {
    VirtualRouter router = router(Settings.of(3, 100, 100, true, 10_000, Authentication.NONE, ""));
    router.start(0);
    router.hold(true);
    for (int second = 1; second <= 20; second++) {
      router.hear(50, HIGHER, 100, second * SECOND);
      assertEquals(second * SECOND + router.masterDownNs(), router.deadlineNs());
    }
    router.hold(false);
    router.hear(50, HIGHER, 100, 21 * SECOND);
    assertEquals(20 * SECOND + router.masterDownNs(), router.deadlineNs());
    router.hear(150, HIGHER, 100, 22 * SECOND);
    router.hear(50, HIGHER, 100, 23 * SECOND);
    router.hear(50, HIGHER, 100, 33 * SECOND - 1);
    assertEquals(33 * SECOND - 1 + router.masterDownNs(), router.deadlineNs());
    router.hear(50, HIGHER, 100, 33 * SECOND);
    assertEquals(33 * SECOND - 1 + router.masterDownNs(), router.deadlineNs());
  }

  @Test
  void ofTwoMastersTheBetterStays() {
    VirtualRouter router = router(cloudStack());
    long now = work(router, 0);
    router.hear(99, HIGHER, 100, now + 1);
    assertDone("advertise 100", "mend");
    assertEquals(now + 1 + SECOND, router.deadlineNs());
    router.hear(100, LOWER, 100, now + 2);
    assertDone("advertise 100", "mend");
    router.hear(0, HIGHER, 100, now + 3);
    assertDone("advertise 100");
    router.hear(100, HIGHER, 100, now + 4);
    assertDone("advertise 100", "backup");
    assertEquals(State.BACKUP, router.state());
    assertEquals(now + 4 + router.masterDownNs(), router.deadlineNs());
    now = work(router, now + 5);
    router.hear(101, LOWER, 100, now);
    assertDone("advertise 100", "backup");
  }

  @Test
  void theOwnerOfTheAddressWorksFromTheStart() {
    VirtualRouter router = router(Settings.third(255, 100, false));
    router.start(7);
    assertDone("advertise 255", "master");
    assertEquals(7 + SECOND, router.deadlineNs());
  }

  @Test
  void whoWorksSaysThatItStops() {
    VirtualRouter router = router(cloudStack());
    router.start(0);
    router.stop();
    assertDone();
    work(router, 0);
    router.stop();
    assertDone("advertise 0", "backup");
    assertEquals(State.INITIALIZE, router.state());
    assertEquals(VirtualRouter.NEVER, router.deadlineNs());
    router.hear(1, HIGHER, 100, 99 * SECOND);
    router.tick(99 * SECOND);
    assertDone();
  }

  /**
   * Two routers on a wire that loses messages and is cut: always after it has been whole for long
   * enough, one works and one stands by.
   */
  @Test
  void ofTwoOnAWholeWireOneWorks() {
    for (long seed = 0; seed < 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Pair pair = new Pair(random);
      long now = 0;
      for (int part = 0; part < 4; part++) {
        pair.losing = random.nextInt(101);
        now = pair.run(now, now + random.nextLong(20) * SECOND);
        pair.losing = 0;
        now = pair.run(now, now + 5 * SECOND);
        assertEquals(1, pair.working(), "seed " + seed + ", part " + part);
      }
    }
  }

  /** Two routers, and what is under way between them. */
  private static final class Pair {
    private final SplittableRandom random;
    private final VirtualRouter[] routers = new VirtualRouter[2];
    private final Redundancy[] settings = new Redundancy[2];
    private final List<long[]> underWay = new ArrayList<>();
    private int losing;
    private long now;

    Pair(SplittableRandom random) {
      this.random = random;
      boolean second = random.nextBoolean();
      for (int k = 0; k < 2; k++) {
        settings[k] =
            Settings.of(
                second ? 2 : 3,
                random.nextInt(1, 255),
                second ? 100 : random.nextInt(1, 100),
                random.nextBoolean(),
                0,
                Authentication.NONE,
                "");
        routers[k] = new VirtualRouter(settings[k], OWN + k, sender(k));
        routers[k].start(0);
      }
    }

    private VirtualRouter.Actions sender(int from) {
      return new VirtualRouter.Actions() {
        @Override
        public void advertise(int priority) {
          if (random.nextInt(100) >= losing) {
            underWay.add(new long[] {now + random.nextLong(MS), from, priority});
          }
        }

        @Override
        public void becomeMaster() {}

        @Override
        public void becomeBackup() {}

        @Override
        public void mend() {}
      };
    }

    private long run(long from, long to) {
      now = from;
      while (true) {
        long next = Math.min(routers[0].deadlineNs(), routers[1].deadlineNs());
        long[] first = null;
        for (long[] message : underWay) {
          if (message[0] <= next && (first == null || message[0] < first[0])) {
            first = message;
          }
        }
        if (Math.min(next, first == null ? next : first[0]) > to) {
          return to;
        }
        if (first == null) {
          now = Math.max(now, next);
          routers[0].tick(now);
          routers[1].tick(now);
        } else {
          underWay.remove(first);
          now = Math.max(now, first[0]);
          int sender = (int) first[1];
          routers[1 - sender].hear(
              (int) first[2], OWN + sender, settings[sender].intervalCs(), now);
        }
      }
    }

    private int working() {
      return (routers[0].isMaster() ? 1 : 0) + (routers[1].isMaster() ? 1 : 0);
    }
  }
}
