package io.vpcrig.testing;

import io.vpcrig.model.Flow;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Quirk;
import io.vpcrig.model.Vpc;
import io.vpcrig.query.Outcome;
import io.vpcrig.query.Packet;
import io.vpcrig.query.ReferenceRouter;
import io.vpcrig.query.Story;
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

  /**
   * The source port or identifier a packet left with: the reference follows where it is a choice.
   */
  public static OptionalInt portOf(Outcome outcome) {
    if (outcome.rewritten().isEmpty()) {
      return OptionalInt.empty();
    }
    Flow flow = outcome.rewritten().get();
    return OptionalInt.of(flow.protocol() == Protocol.ICMP ? flow.icmpId() : flow.sourcePort());
  }

  /**
   * What two routers disagree in. List and rule count where a list decided. A router may name a
   * quirk where a list's answer, but not the verdict, depends on it; the reference names only the
   * latter.
   */
  public static List<String> differences(Story story, Outcome other) {
    Outcome mine = story.outcome();
    List<String> what = new ArrayList<>();
    compare(what, "verdict", mine.verdict(), other.verdict());
    compare(what, "reason", mine.reason(), other.reason());
    compare(what, "flow as it leaves", mine.rewritten(), other.rewritten());
    compare(what, "segment it leaves by", mine.out(), other.out());
    boolean byList =
        switch (mine.reason()) {
          case ALLOW_RULE,
              ALLOW_DEFAULT,
              DENY_RULE,
              DENY_DEFAULT,
              DENY_NO_LIST,
              BALANCED,
              ESTABLISHED,
              RELATED ->
              true;
          default -> false;
        };
    if (byList) {
      compare(what, "list", mine.list(), other.list());
      compare(what, "rule", mine.rule(), other.rule());
    }
    if (mine.quirk() != Quirk.NONE && other.quirk() == Quirk.NONE) {
      what.add("quirk: " + mine.quirk() + " against none");
    }
    return what;
  }

  private static void compare(List<String> what, String name, Object mine, Object other) {
    if (!mine.equals(other)) {
      what.add(name + ": " + mine + " against " + other);
    }
  }
}
