package io.vpcrig.acl;

import io.vpcrig.acl.live.LiveRules;
import io.vpcrig.acl.live.OverlayClassifier;
import io.vpcrig.acl.match.TupleMergeCompiler;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Quirk;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long one edit takes until its version is published. Every edit is undone or done again by a
 * later one, so that the overlay stays as large as it is between two recompilations.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class EditBenchmark {
  /** Rules that are edited; as many again are added. */
  private static final int EDITED = 32;

  @Param({"1000", "10000", "100000", "1000000"})
  public int rules;

  private final int[] places = new int[EDITED];
  private LiveRules live;
  private MatchRule another;
  private int edits;

  @Setup
  public void setUp() {
    SplittableRandom random = new SplittableRandom(1);
    List<MatchRule> list = new ArrayList<>();
    for (int k = 0; k < rules; k++) {
      list.add(rule(random, k));
    }
    live =
        new LiveRules(
            RuleSet.of(list), set -> new TupleMergeCompiler().compile(set, Budget.DEFAULT));
    another = rule(random, rules);
    for (int k = 0; k < EDITED; k++) {
      places[k] = random.nextInt(rules);
    }
  }

  private static MatchRule rule(SplittableRandom random, int id) {
    int first = random.nextInt(60_000);
    return new MatchRule(
        new Cidr(random.nextInt(), 8 + random.nextInt(25)),
        Cidr.ANY,
        PortRange.ALL,
        new PortRange(first, first + random.nextInt(3) * 100),
        random.nextBoolean() ? Protocol.TCP : Protocol.UDP,
        id,
        Quirk.NONE);
  }

  private int place() {
    return places[edits++ % EDITED];
  }

  /** Adds, and removes what it added, by turns. */
  @Benchmark
  public OverlayClassifier addOrRemove() {
    int place = places[edits / 2 % EDITED];
    if ((edits++ & 1) == 0) {
      live.add(place, another);
    } else {
      live.remove(place);
    }
    return live.current();
  }

  @Benchmark
  public OverlayClassifier replace() {
    live.replace(place(), another);
    return live.current();
  }

  /** Moves, and moves back, by turns. */
  @Benchmark
  public OverlayClassifier move() {
    int one = places[edits / 2 % EDITED];
    int other = places[(edits / 2 + 1) % EDITED];
    boolean back = (edits++ & 1) == 1;
    live.move(back ? other : one, back ? one : other);
    return live.current();
  }
}
