package io.vpcrig.tunnel;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.header.ChecksumPolicy;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.stage.StageContext;
import io.vpcrig.telemetry.TraceRing;
import io.vpcrig.testing.FrameBuilder;
import java.util.Random;
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
 * What decap and encap cost a frame, and whether more networks cost more. Frames of 110 bytes
 * (VXLAN; the same inside without), TCP, all checksums right and verified, shuffled over the
 * networks, in one batch that stays in the cache, as it does behind a reader that just filled it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class DecapBenchmark {
  private static final int FRAMES = 256;

  @Param({"vxlan", "vlan", "untagged"})
  public String encapsulation;

  @Param({"2", "100"})
  public int networks;

  private final StageContext context = new StageContext(new TraceRing(1));
  private FrameBatch batch;
  private DecapStage decap;
  private EncapStage encap;
  private int[] start;
  private int[] length;

  @Setup
  public void fill() {
    SegmentsOnly vpc = SegmentsOnly.vpc();
    for (int k = 0; k < networks; k++) {
      boolean vxlan = encapsulation.equals("vxlan");
      vpc.tier(
          "t" + k,
          vxlan ? SegmentsOnly.vxlan(70_000 + 17 * k) : SegmentsOnly.vlan(100 + k),
          "10.10." + k + ".1/24");
    }
    SegmentTable table = SegmentCompiler.compile(vpc.build());
    decap = new DecapStage(table, ChecksumPolicy.VERIFY);
    encap = new EncapStage(new Headers(), table);
    batch = new FrameBatch(FRAMES);
    Random random = new Random(7348);
    for (int i = 0; i < FRAMES; i++) {
      int from = random.nextInt(networks);
      int to = (from + 1) % networks;
      FrameBuilder frame =
          FrameBuilder.tcp(address(from, random), 40_000 + i, address(to, random), 443).payload(6);
      switch (encapsulation) {
        case "vxlan" -> frame.vxlan(70_000 + 17 * from);
        case "vlan" -> frame.vlan(100 + from);
        default -> {}
      }
      frame.addTo(batch, i);
      batch.outSegment[i] = to;
      batch.nextHopMac[i] = 0x0200_0000_0001L;
      batch.nextHopEndpoint[i] = Ipv4Text.parse("192.0.2.3");
    }
    start = batch.start.clone();
    length = batch.length.clone();
  }

  private static String address(int network, Random random) {
    return "10.10." + network + "." + (2 + random.nextInt(250));
  }

  @TearDown
  public void free() {
    batch.close();
  }

  /** Per frame: parse, find the segment, verify, fill the columns. */
  @Benchmark
  @OperationsPerInvocation(FRAMES)
  public int decap() {
    batch.startAll();
    decap.process(batch, context);
    if (batch.liveCount != FRAMES) {
      throw new IllegalStateException("only " + batch.liveCount + " frames passed");
    }
    return batch.segment[FRAMES - 1];
  }

  /** Per frame: the same, and wrapped for the next network in the same kind of encapsulation. */
  @Benchmark
  @OperationsPerInvocation(FRAMES)
  public int decapAndEncap() {
    System.arraycopy(start, 0, batch.start, 0, FRAMES);
    System.arraycopy(length, 0, batch.length, 0, FRAMES);
    int seen = decap();
    encap.process(batch, context);
    return seen;
  }
}
