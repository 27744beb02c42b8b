package io.vpcrig.nat;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.Verdict;
import io.vpcrig.session.FragmentStage;
import io.vpcrig.session.FragmentTable;
import io.vpcrig.stage.StageContext;
import io.vpcrig.telemetry.TraceRing;
import io.vpcrig.testing.FrameBuilder;
import io.vpcrig.testing.PlainParser;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What rewriting a frame costs, by how mixed the protocols are; and beside it what holding
 * fragments back costs a batch that has none.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class RewriteBenchmark {
  private static final int BATCH = 256;

  /** tcp: all TCP. mixed: TCP, UDP with and without checksum and echo, shuffled. */
  @Param({"tcp", "mixed"})
  public String traffic;

  private final FrameBatch batch = new FrameBatch(BATCH);
  private final StageContext context = new StageContext(new TraceRing(2));
  private final RewriteStage rewrite = new RewriteStage(false);
  private final FragmentTable table = new FragmentTable();
  private final FragmentStage fragments = new FragmentStage(table);

  @Setup
  public void setUp() {
    SplittableRandom random = new SplittableRandom(1);
    for (int k = 0; k < BATCH; k++) {
      int i = frame(random, 1024 + k).payload(40).addTo(batch, 0);
      PlainParser.parse(batch, i, 1);
      batch.newSource[i] = random.nextInt();
      batch.newPorts[i] = batch.ports[i] ^ 0x0155_0000;
    }
  }

  @TearDown
  public void tearDown() {
    batch.close();
    table.close();
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int rewrite() {
    rewrite.process(batch, context);
    return batch.liveCount;
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int noFragments() {
    fragments.process(batch, context);
    if (batch.liveCount != BATCH || batch.verdict[0] != Verdict.PENDING) {
      throw new IllegalStateException("a frame went missing");
    }
    return batch.liveCount;
  }

  private FrameBuilder frame(SplittableRandom random, int port) {
    String guest = "10.10.1." + (2 + random.nextInt(200));
    return switch (traffic.equals("tcp") ? 0 : random.nextInt(4)) {
      case 1 -> FrameBuilder.udp(guest, port, "198.51.100.50", 53);
      case 2 -> FrameBuilder.udp(guest, port, "198.51.100.50", 53).noUdpChecksum();
      case 3 -> FrameBuilder.echo(guest, "198.51.100.50", port, 1);
      default -> FrameBuilder.tcp(guest, port, "198.51.100.50", 443);
    };
  }
}
