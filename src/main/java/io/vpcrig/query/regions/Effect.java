package io.vpcrig.query.regions;

import io.vpcrig.frame.Verdict;
import io.vpcrig.model.Flow;
import io.vpcrig.query.Step;
import io.vpcrig.query.Story;
import io.vpcrig.symbolic.Header;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What becomes of a connection's first packet, whoever decides it. Two headers with equal effects
 * are treated alike.
 *
 * @param verdict {@link Verdict}: forward, drop, switch or local
 * @param out segment it leaves by; empty unless forwarded
 * @param nextHop router it is sent to; empty: its destination itself
 * @param pool where a load balancer chooses the destination
 */
public record Effect(
    byte verdict,
    Optional<String> out,
    OptionalInt nextHop,
    Rewriting rewriting,
    Optional<Pool> pool) {
  public static final Effect DROP = of(Verdict.DROP);
  public static final Effect SWITCH = of(Verdict.SWITCH);
  public static final Effect LOCAL = of(Verdict.LOCAL);

  private static Effect of(byte verdict) {
    return new Effect(
        verdict, Optional.empty(), OptionalInt.empty(), Rewriting.NONE, Optional.empty());
  }

  static Effect forward(Route route, Rewriting rewriting) {
    return new Effect(
        Verdict.FORWARD,
        Optional.of(route.segment().name()),
        route.nextHop(),
        rewriting,
        Optional.empty());
  }

  /** Through a load balancer. Where it has no choice there is no pool. */
  static Effect balance(String tier, Rewriting rewriting, Pool pool) {
    return new Effect(
        Verdict.FORWARD,
        Optional.of(tier),
        OptionalInt.empty(),
        pool.only().map(rewriting::towards).orElse(rewriting),
        pool.only().isPresent() ? Optional.empty() : Optional.of(pool));
  }

  public boolean isDrop() {
    return verdict == Verdict.DROP;
  }

  /** Whether a story tells of this effect; of a pool, any member that it may choose will do. */
  public boolean isTold(Header header, Story story) {
    if (story.verdict() != verdict
        || !story.out().equals(out)
        || !nextHop(story).equals(nextHop)
        || story.rewritten().isPresent() != (verdict == Verdict.FORWARD)) {
      return false;
    }
    if (story.rewritten().isEmpty()) {
      return true;
    }
    Flow left = story.rewritten().get();
    Header leaves = rewriting.apply(header);
    if (pool.isEmpty()) {
      return Header.of(left).equals(leaves);
    }
    return pool.get().takers().contains(left.destination())
        && Header.of(left)
            .equals(
                new Header(
                    leaves.source(),
                    left.destination(),
                    leaves.sourcePort(),
                    leaves.destinationPort(),
                    leaves.protocol()));
  }

  /** The router that a packet was sent to, by its story; empty: to its destination, or nowhere. */
  public static OptionalInt nextHop(Story story) {
    if (story.verdict() != Verdict.FORWARD) {
      return OptionalInt.empty();
    }
    return story.steps().stream()
        .filter(Step.RouteStep.class::isInstance)
        .map(step -> ((Step.RouteStep) step).nextHop())
        .findFirst()
        .orElse(OptionalInt.empty());
  }
}
