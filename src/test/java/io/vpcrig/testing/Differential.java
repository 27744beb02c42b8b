package io.vpcrig.testing;

import io.vpcrig.model.Vpc;
import io.vpcrig.query.Outcome;
import io.vpcrig.query.Packet;
import io.vpcrig.query.ReferenceRouter;
import io.vpcrig.query.Story;
import io.vpcrig.query.Twins;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Sends the same packets to a router and to the reference, and compares what becomes of each. */
public final class Differential {
  private Differential() {}

  /**
   * Sends {@code count} random packets through the random VPC of a seed.
   *
   * @param atOnce how many at once
   * @return the first mismatch, made as small as it gets
   */
  public static Optional<Mismatch> run(
      long seed, int count, int atOnce, ProbeRouter.Factory factory) {
    Vpc vpc = RandomVpc.of(seed);
    RandomTraffic traffic = new RandomTraffic(vpc, seed);
    ReferenceRouter reference = new ReferenceRouter(vpc);
    List<Packet> sent = new ArrayList<>();
    try (ProbeRouter router = factory.start(vpc)) {
      while (sent.size() < count) {
        List<Packet> packets = new ArrayList<>();
        for (int k = 0; k < atOnce; k++) {
          packets.add(traffic.next());
        }
        int from = sent.size();
        sent.addAll(packets);
        List<Outcome> outcomes;
        try {
          outcomes = router.sendAll(packets);
        } catch (RuntimeException | AssertionError e) {
          return Optional.of(Shrinker.shrink(Mismatch.failed(vpc, sent, e), atOnce, factory));
        }
        for (int k = 0; k < packets.size(); k++) {
          Packet packet = packets.get(k);
          Outcome outcome = outcomes.get(k);
          Story story = reference.send(packet, portOf(outcome));
          List<String> what = differences(story, outcome);
          if (!what.isEmpty()) {
            Mismatch found = Mismatch.of(vpc, sent, from + k, story, outcome, what);
            return Optional.of(Shrinker.shrink(found, atOnce, factory));
          }
          traffic.became(packet, story.outcome());
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Sends exactly these packets.
   *
   * @param atOnce how many at once
   */
  static Optional<Mismatch> replay(
      Vpc vpc, List<Packet> packets, int atOnce, ProbeRouter.Factory factory) {
    ReferenceRouter reference = new ReferenceRouter(vpc);
    try (ProbeRouter router = factory.start(vpc)) {
      for (int from = 0; from < packets.size(); from += atOnce) {
        int to = Math.min(from + atOnce, packets.size());
        List<Outcome> outcomes;
        try {
          outcomes = router.sendAll(packets.subList(from, to));
        } catch (RuntimeException | AssertionError e) {
          return Optional.of(Mismatch.failed(vpc, packets.subList(0, to), e));
        }
        for (int k = from; k < to; k++) {
          Outcome outcome = outcomes.get(k - from);
          Story story = reference.send(packets.get(k), portOf(outcome));
          List<String> what = differences(story, outcome);
          if (!what.isEmpty()) {
            return Optional.of(Mismatch.of(vpc, packets.subList(0, to), k, story, outcome, what));
          }
        }
      }
    }
    return Optional.empty();
  }

  /** As {@link Twins#portOf}. */
  public static OptionalInt portOf(Outcome outcome) {
    return Twins.portOf(outcome);
  }

  /** As {@link Twins#differences}. */
  public static List<String> differences(Story story, Outcome other) {
    return Twins.differences(story, other);
  }
}
