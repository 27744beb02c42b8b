package io.vpcrig.acl;

import io.vpcrig.bench.Oracle;
import io.vpcrig.bench.RuleGenerator;
import io.vpcrig.bench.Skew;
import io.vpcrig.bench.TrafficGenerator;
import java.io.IOException;
import java.nio.file.Path;
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
 * Looking up distinct headers, drawn from the rules and shuffled, in batches as the data path does.
 * The rules are {@code family:count} as {@code gen rules} makes them, or a file of ClassBench
 * rules, gzip or not: {@code -p rules=shared/data/rules/classbench/neurocuts_acl1_10k.rules.gz}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ClassifyBenchmark {
  private static final int HEADERS = 1 << 16;
  private static final int BATCH = 256;
  private static final long SEED = 1;

  @Param({"vpc:50", "vpc:1000", "acl1:1000", "fw1:1000", "ipc1:1000", "acl1:10000", "fw1:10000"})
  public String rules;

  @Param({"linear", "auto"})
  public String engine;

  private final int[] source = new int[HEADERS];
  private final int[] destination = new int[HEADERS];
  private final int[] ports = new int[HEADERS];
  private final int[] protocol = new int[HEADERS];
  private final int[][] live = new int[HEADERS / BATCH][BATCH];
  private final int[] result = new int[HEADERS];
  private Classifier classifier;

  @Setup
  public void setUp() throws IOException, OverBudgetException {
    RuleSet set = ruleSet();
    HeaderTrace trace = new TrafficGenerator(HEADERS, Skew.uniform, true, 0).generate(set, SEED);
    for (int h = 0; h < HEADERS; h++) {
      source[h] = trace.source(h);
      destination[h] = trace.destination(h);
      ports[h] = trace.ports(h);
      protocol[h] = trace.protocol(h);
      live[h / BATCH][h % BATCH] = h;
    }
    classifier = Classifiers.byName(engine, set);
    // Not with the engine "linear": what the compiler knows of a call has to come from one engine.
    Oracle.of(set, trace, Oracle.SAMPLE_WORK, 2)
        .difference(engine, classify())
        .ifPresent(
            difference -> {
              throw new IllegalStateException(difference);
            });
  }

  private RuleSet ruleSet() throws IOException {
    String[] made = rules.split(":", 2);
    return RuleGenerator.names().contains(made[0])
        ? RuleSet.of(RuleGenerator.named(made[0]).generate(Integer.parseInt(made[1]), SEED))
        : ClassBenchRules.read(Path.of(rules));
  }

  @Benchmark
  @OperationsPerInvocation(HEADERS)
  public int[] classify() {
    for (int[] batch : live) {
      classifier.classify(source, destination, ports, protocol, batch, BATCH, result);
    }
    return result;
  }
}
