package io.vpcrig.acl;

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

/**
 * Looking headers up in a VPC-like list: one prefix, tcp or udp, few ports; headers drawn from the
 * rules.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ClassifyBenchmark {
  private static final int HEADERS = 1 << 14;

  @Param({"50", "1000"})
  public int rules;

  @Param({"linear", "tuple-merge"})
  public String engine;

  private final int[] source = new int[HEADERS];
  private final int[] destination = new int[HEADERS];
  private final int[] ports = new int[HEADERS];
  private final int[] protocol = new int[HEADERS];
  private final int[] live = new int[HEADERS];
  private final int[] result = new int[HEADERS];
  private Classifier classifier;

  @Setup
  public void setUp() throws OverBudgetException {
    SplittableRandom random = new SplittableRandom(1);
    List<MatchRule> list = new ArrayList<>();
    for (int k = 0; k < rules; k++) {
      int first = random.nextInt(60_000);
      list.add(
          new MatchRule(
              new Cidr(random.nextInt(), 8 + random.nextInt(25)),
              Cidr.ANY,
              PortRange.ALL,
              new PortRange(first, first + random.nextInt(3) * 100),
              random.nextBoolean() ? Protocol.TCP : Protocol.UDP,
              k,
              Quirk.NONE));
    }
    for (int h = 0; h < HEADERS; h++) {
      MatchRule rule = list.get(random.nextInt(rules));
      source[h] = rule.source().network() | random.nextInt() & ~rule.source().mask();
      destination[h] = random.nextInt();
      ports[h] = random.nextInt() << 16 | rule.destinationPorts().first();
      protocol[h] = rule.protocol();
      live[h] = h;
    }
    RuleSet set = RuleSet.of(list);
    classifier = Classifiers.byName(engine, set);
    Classifier oracle = Classifiers.byName("linear", set);
    for (int h = 0; h < HEADERS; h++) {
      if (classifier.classify(source[h], destination[h], ports[h], protocol[h])
          != oracle.classify(source[h], destination[h], ports[h], protocol[h])) {
        throw new IllegalStateException("engines differ at header " + h);
      }
    }
  }

  @Benchmark
  @OperationsPerInvocation(HEADERS)
  public int[] classify() {
    classifier.classify(source, destination, ports, protocol, live, HEADERS, result);
    return result;
  }
}
