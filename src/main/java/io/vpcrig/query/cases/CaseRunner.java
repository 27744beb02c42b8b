package io.vpcrig.query.cases;

import io.vpcrig.frame.Verdict;
import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Flow;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Quirk;
import io.vpcrig.model.TestCase;
import io.vpcrig.model.Vpc;
import io.vpcrig.query.Explainer;
import io.vpcrig.query.Flows;
import io.vpcrig.query.Outcome;
import io.vpcrig.query.Packet;
import io.vpcrig.query.ReferenceRouter;
import io.vpcrig.query.Story;
import io.vpcrig.query.Twins;
import io.vpcrig.symbolic.UndecidedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Runs test cases against one VPC; each begins with a router that has seen nothing. Every packet is
 * asked of the reference and of the data path, and a case fails where they disagree. One thread.
 */
public final class CaseRunner implements AutoCloseable {
  /** Flows of one set that are asked at most; some minutes. */
  public static final long MOST_FLOWS = 20_000_000;

  private static final int TTL = 64;
  private static final long EPOCH_NS = 1_000_000_000L;

  private final Explainer explainer;
  private final Vpc vpc;
  private final Coverage coverage;
  private final EngineProbe engine;
  private final SetTrial sets;
  private final Duration limit;

  /**
   * @param mostFlows of one set that are asked at most
   * @param limit for deciding a set that has more
   */
  public CaseRunner(Vpc vpc, Coverage coverage, long mostFlows, Duration limit) {
    this.limit = limit;
    this.vpc = vpc;
    this.coverage = coverage;
    this.explainer = new Explainer(vpc);
    this.engine = new EngineProbe(vpc);
    this.sets = new SetTrial(vpc, engine, mostFlows);
  }

  /** Every flow of a set: one for each combination of edges or, if those are too many, by sets. */
  public CaseResult run(TestCase.Set test) {
    long start = System.nanoTime();
    Predicate<Story> wrong = story -> passes(story) != test.allow();
    try {
      Optional<Story> other;
      String how;
      try {
        other = sets.first(test.flows(), wrong, coverage::take);
        how = "all of it, by %,d flows".formatted(sets.asked());
      } catch (SetTrial.TooManyException e) {
        other = proved(test, wrong);
        how = "all of it, by the lists' sets: " + e.getMessage();
      }
      if (other.isEmpty()) {
        return result(test, start, CaseResult.Outcome.PASSED, List.of(how));
      }
      return result(
          test,
          start,
          CaseResult.Outcome.FAILED,
          List.of(told(other.get(), test.allow()), whole(other.get())));
    } catch (UndecidedException e) {
      return result(test, start, CaseResult.Outcome.UNDECIDED, List.of(e.getMessage()));
    } catch (DisagreementException | IllegalArgumentException e) {
      return result(test, start, CaseResult.Outcome.FAILED, List.of(e.getMessage()));
    }
  }

  /** What the sets say is asked of the router itself. */
  private Optional<Story> proved(TestCase.Set test, Predicate<Story> wrong) {
    Optional<Flow> flow = new SetProof(vpc).first(test.flows(), !test.allow(), limit);
    if (flow.isEmpty()) {
      return Optional.empty();
    }
    Optional<Story> story = sets.ask(flow.get(), wrong, coverage::take);
    if (story.isEmpty()) {
      throw new IllegalStateException("the counter-example " + flow.get() + " is none");
    }
    return story;
  }

  @Override
  public void close() {
    engine.close();
  }

  private static String whole(Story story) {
    return "vpcrig explain VPC '" + shown(story) + "' tells how";
  }

  /** Packets one after another. */
  public CaseResult run(TestCase.Sequence test) {
    long start = System.nanoTime();
    ReferenceRouter router = new ReferenceRouter(vpc);
    engine.restart();
    Set<Flow> seen = new HashSet<>();
    List<String> wrong = new ArrayList<>();
    long nowNs = EPOCH_NS;
    for (int k = 0; k < test.packets().size(); k++) {
      TestCase.Expected expected = test.packets().get(k);
      nowNs += expected.afterNs();
      try {
        for (String difference : packet(router, expected, seen, nowNs)) {
          wrong.add(
              test.packets().size() == 1
                  ? difference
                  : "packet %d (line %d): %s"
                      .formatted(k + 1, expected.origin().line(), difference));
        }
      } catch (DisagreementException | IllegalArgumentException e) {
        wrong.add(e.getMessage());
      }
    }
    return wrong.isEmpty()
        ? result(
            test,
            start,
            CaseResult.Outcome.PASSED,
            List.of("%d packets".formatted(test.packets().size())))
        : result(test, start, CaseResult.Outcome.FAILED, wrong);
  }

  private List<String> packet(
      ReferenceRouter router, TestCase.Expected expected, Set<Flow> seen, long nowNs) {
    Flow flow = expected.flow();
    Packet opening = explainer.opening(flow);
    int flags = 0;
    if (flow.protocol() == Protocol.TCP) {
      flags = expected.tcpFlags().orElse(seen.contains(plain(flow)) ? Packet.ACK : Packet.SYN);
    }
    Packet packet = Packet.of(opening.in(), flow, flags, TTL, nowNs);
    seen.add(plain(flow));
    List<String> wrong = new ArrayList<>();
    Optional<Outcome> asked = engine.send(packet);
    Story story = router.send(packet, Twins.portOf(asked));
    DisagreementException.check(story, asked);
    Outcome outcome = story.outcome();
    // The answer is asked for only where it is part of the case: it would be a packet more.
    Optional<Story> answer =
        expected.reply().flatMap(wanted -> explainer.explain(router, story).reply());
    answer.ifPresent(told -> DisagreementException.check(told, engine.send(told.packet())));
    coverage.take(story);
    story.rewritten().ifPresent(leaving -> seen.add(plain(Flows.reply(leaving))));
    if (passes(story) != expected.allow()) {
      wrong.add(told(story, expected.allow()));
    }
    compare(wrong, "in", expected.in(), Optional.of(packet.in()));
    compare(wrong, "out", expected.out(), outcome.out());
    compare(wrong, "list", expected.list(), outcome.list());
    compare(wrong, "reason", expected.reason(), Optional.of(outcome.reason().dottedName()));
    expected
        .rule()
        .ifPresent(
            rule ->
                compare(
                    wrong,
                    "rule",
                    Optional.of(rule),
                    outcome.rule().isPresent()
                        ? Optional.of(outcome.rule().getAsInt())
                        : Optional.empty()));
    compare(
        wrong,
        "rewritten",
        expected.rewritten().map(CaseRunner::plain),
        outcome.rewritten().map(CaseRunner::plain));
    expected
        .reply()
        .ifPresent(
            wanted -> {
              boolean answered = answer.filter(CaseRunner::passes).isPresent();
              compare(
                  wrong,
                  "reply",
                  Optional.of(wanted ? "allow" : "deny"),
                  Optional.of(answered ? "allow" : "deny"));
            });
    return wrong;
  }

  private static <T> void compare(
      List<String> wrong, String what, Optional<T> expected, Optional<T> actual) {
    if (expected.isPresent() && !expected.equals(actual)) {
      wrong.add(
          what
              + ": expected "
              + expected.get()
              + ", is "
              + actual.map(Object::toString).orElse("none"));
    }
  }

  private static String told(Story story, boolean allow) {
    return "expected "
        + (allow ? "allow" : "deny")
        + ", is "
        + Verdict.name(story.verdict())
        + ": "
        + shown(story)
        + " ("
        + story.reason().dottedName()
        + decider(story)
        + ")";
  }

  private static String shown(Story story) {
    return plain(story.packet().flow()).via(story.packet().in()).toString();
  }

  private static String decider(Story story) {
    String rule =
        story
            .rule()
            .map(AclRule::origin)
            .filter(origin -> origin.line() > 0)
            .map(origin -> ", line " + origin.line())
            .orElse("");
    String list = story.list().map(AclList::name).orElse("");
    String number = story.rule().map(found -> " rule " + found.number()).orElse("");
    String quirk = story.quirk() == Quirk.NONE ? "" : ", quirk " + story.quirk();
    return (list.isEmpty() ? "" : ", " + list + number + rule) + quirk;
  }

  private static boolean passes(Story story) {
    return story.outcome().passes();
  }

  private static Flow plain(Flow flow) {
    return Flow.of(
        flow.protocol(), flow.source(), flow.destination(), flow.ports(), Optional.empty());
  }

  private static CaseResult result(
      TestCase test, long start, CaseResult.Outcome outcome, List<String> told) {
    return new CaseResult(test, outcome, told, (System.nanoTime() - start) / 1e9);
  }
}
