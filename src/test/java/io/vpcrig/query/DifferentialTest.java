package io.vpcrig.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.model.Vpc;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.testing.Differential;
import io.vpcrig.testing.Mismatch;
import io.vpcrig.testing.ProbeRouter;
import io.vpcrig.testing.RandomTraffic;
import io.vpcrig.testing.RandomVpc;
import io.vpcrig.testing.ReferenceProbe;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Random VPCs and traffic are worth testing with, and a difference is found and made small. */
class DifferentialTest {
  /**
   * What the generators leave out: broken frames, a full table, and a VPC without a public network.
   */
  private static final Set<Reason> NOT_REACHED =
      EnumSet.of(
          Reason.ROUTE_NONE,
          Reason.NAT_NO_SOURCE,
          Reason.SESSION_FULL,
          Reason.NO_ROOM,
          Reason.ORIGINATED,
          Reason.MTU, // A packet of the reference has no length; see engine.MtuTest.
          Reason.HELD,
          Reason.FRAGMENT);

  @Test
  void theReferenceAgreesWithItself() {
    for (long seed = 1; seed <= 20; seed++) {
      assertEquals(
          Optional.empty(), Differential.run(seed, 500, 1 + (int) seed, ReferenceProbe::new));
    }
  }

  @Test
  void randomTrafficReachesEveryReasonOfThePolicy() {
    Map<Reason, Integer> counts = new EnumMap<>(Reason.class);
    int chosen = 0;
    int quirks = 0;
    for (long seed = 1; seed <= 150; seed++) {
      Vpc vpc = RandomVpc.of(seed);
      RandomTraffic traffic = new RandomTraffic(vpc, seed);
      ReferenceRouter router = new ReferenceRouter(vpc);
      for (int k = 0; k < 1000; k++) {
        Packet packet = traffic.next();
        Story story = router.send(packet);
        traffic.became(packet, story.outcome());
        counts.merge(story.reason(), 1, Integer::sum);
        chosen += story.portChosen() ? 1 : 0;
        quirks += story.otherSemantics().isPresent() ? 1 : 0;
      }
    }
    for (Reason reason : Reason.values()) {
      int number = reason.number();
      boolean policy = number < 100 || number >= 200;
      if (policy && !NOT_REACHED.contains(reason)) {
        assertTrue(counts.containsKey(reason), reason + " not in " + counts);
      }
    }
    assertTrue(chosen > 100, "ports chosen: " + chosen);
    assertTrue(quirks > 100, "quirks that decided: " + quirks);
  }

  @Test
  void aDifferenceIsFoundAndMadeSmall() {
    Optional<Mismatch> found = Optional.empty();
    for (long seed = 1; seed <= 20 && found.isEmpty(); seed++) {
      found = Differential.run(seed, 2000, 50, ForgetfulRouter::new);
    }
    Mismatch mismatch = found.orElseThrow();
    assertTrue(mismatch.packets().size() <= 2, mismatch.toString());
    assertTrue(mismatch.vpc().portForwards().size() <= 1, mismatch.toString());
  }

  /** Forwards answers, but under the name of the rule. */
  private static final class ForgetfulRouter implements ProbeRouter {
    private final ReferenceProbe router;

    ForgetfulRouter(Vpc vpc) {
      router = new ReferenceProbe(vpc);
    }

    @Override
    public Outcome send(Packet packet) {
      Outcome right = router.send(packet);
      return right.reason() == Reason.ESTABLISHED
          ? new Outcome(
              right.verdict(),
              Reason.ALLOW_RULE,
              right.rewritten(),
              right.out(),
              right.list(),
              right.rule(),
              right.quirk())
          : right;
    }

    @Override
    public void apply(Vpc vpc) {
      router.apply(vpc);
    }
  }
}
