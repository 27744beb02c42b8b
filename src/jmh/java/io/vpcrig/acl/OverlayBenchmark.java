package io.vpcrig.acl;

import io.vpcrig.acl.live.LiveRules;
import io.vpcrig.acl.live.OverlayClassifier;
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
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What an overlay of so many replaced rules costs a look-up in a list of 10,000 rules. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class OverlayBenchmark {
  private static final int RULES = 10_000;
  private static final int HEADERS = 1 << 14;
  private static final int BATCH = 256;

  @Param({"0", "1", "16", "64", "256"})
  public int replaced;

  @Param({"rfc", "tuple-merge"})
  public String engine;

  private final int[] source = new int[HEADERS];
  private final int[] destination = new int[HEADERS];
  private final int[] ports = new int[HEADERS];
  private final int[] protocol = new int[HEADERS];
  private final int[][] live = new int[HEADERS / BATCH][BATCH];
  private final int[] result = new int[HEADERS];
  private OverlayClassifier version;

  @Setup
  public void setUp() {
    SplittableRandom random = new SplittableRandom(1);
    List<MatchRule> list = new ArrayList<>();
    for (int k = 0; k < RULES; k++) {
      list.add(rule(random, k));
    }
    for (int h = 0; h < HEADERS; h++) {
      MatchRule rule = list.get(random.nextInt(RULES));
      source[h] = rule.source().network() | random.nextInt() & ~rule.source().mask();
      destination[h] = rule.destination().network() | random.nextInt() & ~rule.destination().mask();
      ports[h] = random.nextInt() << 16 | rule.destinationPorts().first();
      protocol[h] = rule.protocol();
      live[h / BATCH][h % BATCH] = h;
    }
    LiveRules rules = new LiveRules(RuleSet.of(list), this::compile);
    for (int k = 0; k < replaced; k++) {
      rules.replace(random.nextInt(RULES), rule(random, RULES + k));
    }
    version = rules.current();
  }

  private Classifier compile(RuleSet rules) {
    try {
      return Classifiers.byName(engine, rules);
    } catch (OverBudgetException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A source below a few networks, a destination of a few; ports of services. */
  private static MatchRule rule(SplittableRandom random, int id) {
    int first = random.nextInt(100);
    return new MatchRule(
        prefix(random),
        new Cidr(random.nextInt(16) << 16, random.nextInt(4) == 0 ? 0 : 16),
        PortRange.ALL,
        new PortRange(first, first + random.nextInt(2) * 100),
        random.nextBoolean() ? Protocol.TCP : Protocol.UDP,
        id,
        Quirk.NONE);
  }

  private static Cidr prefix(SplittableRandom random) {
    int network = random.nextInt(8) << 28 | random.nextInt(64) << 16 | random.nextInt(1 << 16);
    return new Cidr(network, random.nextInt(8) == 0 ? 0 : random.nextInt(16, 33));
  }

  @Benchmark
  @OperationsPerInvocation(HEADERS)
  public int[] classify() {
    for (int[] batch : live) {
      version.classify(source, destination, ports, protocol, batch, BATCH, result);
    }
    return result;
  }
}
