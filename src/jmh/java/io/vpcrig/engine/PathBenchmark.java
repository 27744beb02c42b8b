package io.vpcrig.engine;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.Verdict;
import io.vpcrig.io.MemorySource;
import java.util.Optional;
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
 * The whole way of established flows, one worker, in memory: VXLAN tier to VXLAN tier, 110-byte
 * frames, 50-rule lists, flows shuffled. {@code copyOnly} is what the source costs; subtract it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class PathBenchmark {
  private static final int BATCH = 256;

  /** Flows established before the measurement begins. */
  @Param({"1000", "65536", "1000000"})
  public int flows;

  private MemorySource source;
  private FrameBatch batch;
  private PacketPath path;
  private Snapshot snapshot;

  /** Establishes all flows and proves that a second pass hits sessions only. */
  @Setup(Level.Trial)
  public void setUp() {
    snapshot = Snapshot.compile(Traffic.vpc(50), 1, Optional.empty());
    path = new PacketPath(new PathOptions(2 * flows, false, Optional.empty()));
    source = new MemorySource(Traffic.frames(flows, 1), Long.MAX_VALUE, 1L, 1L);
    batch = new FrameBatch(BATCH);
    long passed = 0;
    for (int done = 0; done < 2 * flows; ) {
      wholePath();
      for (int i = 0; i < batch.size; i++) {
        passed += batch.verdict[i] == Verdict.FORWARD ? 1 : 0;
      }
      done += batch.size;
      if (passed != done || path.sessions().created() > flows) {
        throw new IllegalStateException(passed + " of " + done + " frames forwarded");
      }
    }
    // Measured in another order than that in which the sessions were made, or they would lie in a
    // row.
    source.close();
    source = new MemorySource(Traffic.frames(flows, 2), Long.MAX_VALUE, 1L, 1L);
  }

  @TearDown(Level.Trial)
  public void tearDown() throws Exception {
    path.close();
    batch.close();
    source.close();
  }

  /** Frames into the batch, and no more. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public FrameBatch copyOnly() {
    batch.clear();
    source.read(batch);
    return batch;
  }

  /** Frames into the batch, and what they are. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public FrameBatch parseAndDecap() {
    batch.clear();
    source.read(batch);
    path.ingress(batch, snapshot);
    return batch;
  }

  /** Frames into the batch, what they are, and what becomes of them. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public FrameBatch sessionHit() {
    batch.clear();
    source.read(batch);
    path.ingress(batch, snapshot);
    path.policy(batch, snapshot);
    return batch;
  }

  /** All the way. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public FrameBatch wholePath() {
    batch.clear();
    source.read(batch);
    path.process(batch, snapshot);
    return batch;
  }
}
