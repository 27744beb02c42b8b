package io.vpcrig.engine;

import io.vpcrig.bench.pipeline.FrameSize;
import io.vpcrig.bench.pipeline.PathRun;
import io.vpcrig.bench.pipeline.Scenario;
import io.vpcrig.bench.pipeline.Variant;
import io.vpcrig.frame.FrameBatch;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The whole way, one worker, in memory, on the scenarios of {@code bench pipeline}: 110-byte
 * frames, two tiers, flows in random order. The router's sessions and lists are made, and every
 * frame of the setup proved to be forwarded, before the measurement. {@code copyOnly} is what the
 * source costs; subtract it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class PathBenchmark {
  private static final int BATCH = 256;
  private static final int TIERS = 2;

  @Param({"1000", "65536", "1000000"})
  public int flows;

  @Param({"VXLAN_VXLAN"})
  public Variant variant;

  @Param({"50"})
  public int rules;

  /** Frames that open a connection, in per cent. */
  @Param({"0"})
  public int opening;

  private PathRun run;

  @Setup(Level.Trial)
  public void setUp() {
    run =
        new PathRun(
            new Scenario(
                variant, flows, FrameSize.parse("110"), TIERS, rules, opening / 100.0, BATCH),
            1);
  }

  @TearDown(Level.Trial)
  public void tearDown() {
    run.requireForwarded();
    run.close();
  }

  /** Frames into the batch, and no more. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public FrameBatch copyOnly() {
    run.copy();
    return run.batch();
  }

  /** Frames into the batch, and what they are. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public FrameBatch parseAndDecap() {
    run.copy();
    run.path().ingress(run.batch(), run.snapshot());
    return run.batch();
  }

  /** Frames into the batch, what they are, and what becomes of them. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public FrameBatch sessionHit() {
    run.copy();
    run.path().ingress(run.batch(), run.snapshot());
    run.path().policy(run.batch(), run.snapshot());
    return run.batch();
  }

  /** All the way. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public FrameBatch wholePath() {
    run.next();
    return run.batch();
  }
}
