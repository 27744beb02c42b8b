package io.vpcrig.session;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.header.Ipv4;
import io.vpcrig.header.Tcp;
import io.vpcrig.stage.StageContext;
import io.vpcrig.telemetry.TraceRing;
import java.util.SplittableRandom;
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
 * What finding an established session costs, every frame of a random flow: batched against one by
 * one, and the whole stage (lookup, state, time-out, counters, columns). The frame's IPv4 header is
 * one for all, so memory of frames is not in it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {
      "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
      "-Dagrona.disable.bounds.checks=true"
    })
public class SessionLookupBenchmark {
  private static final int BATCH = 256;
  private static final int TRACE = 1 << 20;

  @Param({"1000", "65536", "1000000"})
  private int flows;

  private final int[] order = new int[TRACE];
  private int[] sources;
  private int[] ports;
  private SessionTable table;
  private SessionStage stage;
  private SessionProbe probe;
  private FrameBatch batch;
  private StageContext context;
  private int position;

  @Setup(Level.Trial)
  public void fill() {
    SplittableRandom random = new SplittableRandom(1);
    table = new SessionTable(Math.max(flows, 1000) * 2, SessionListener.NONE);
    ConnectionTracker tracker = new ConnectionTracker(table, Timeouts.LINUX);
    stage = new SessionStage(tracker);
    probe = new SessionProbe();
    batch = new FrameBatch(BATCH);
    context = new StageContext(new TraceRing(1));
    sources = new int[flows];
    ports = new int[flows];
    for (int k = 0; k < flows; k++) {
      int number;
      do {
        sources[k] = 0x0a0a0000 | random.nextInt(1 << 16);
        ports[k] = random.nextInt(1 << 16) << 16 | 443;
        number =
            tracker.begin(
                sources[k],
                0x0a0b0001,
                ports[k],
                0x0a0b0001,
                sources[k],
                Tuples.invertPorts(ports[k], Ipv4.TCP),
                Ipv4.TCP,
                Tcp.SYN,
                0);
      } while (number < 0);
      tracker.track(number, 1, Tcp.SYN | Tcp.ACK, 0);
      tracker.track(number, 0, Tcp.ACK, 0);
      table.setHop(number, 0, 1, 0x0200_0000_0001L, 7);
      table.setHop(number, 1, 0, 0x0200_0000_0002L, 8);
    }
    for (int k = 0; k < TRACE; k++) {
      order[k] = random.nextInt(flows);
    }
    Ipv4.write(batch.bytes, 128, 60, 1, 0, 64, Ipv4.TCP, 1, 2);
    for (int i = 0; i < BATCH; i++) {
      batch.add(60);
      batch.l3[i] = 128;
      batch.l4[i] = 148;
      batch.l3End[i] = 188;
      batch.family[i] = 4;
      batch.destinationAddress[i] = 0x0a0b0001;
      batch.protocol[i] = Ipv4.TCP;
      batch.tcpFlags[i] = Tcp.ACK;
      batch.sourceMac[i] = 0x0200_0000_0002L;
      batch.remoteEndpoint[i] = 8;
      batch.timestampNs[i] = 1;
    }
    next();
    stage.process(batch, context);
    for (int i = 0; i < BATCH; i++) {
      if (batch.outSegment[i] != 1) {
        throw new IllegalStateException("frame " + i + " has no session");
      }
    }
  }

  @TearDown(Level.Trial)
  public void close() {
    table.close();
    batch.close();
  }

  private void next() {
    for (int i = 0; i < BATCH; i++) {
      int flow = order[position + i];
      batch.sourceAddress[i] = sources[flow];
      batch.ports[i] = ports[flow];
    }
    position = position + BATCH & TRACE - 1;
    batch.startAll();
  }

  /** What filling the columns costs by itself: to be taken off the others. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int columnsOnly() {
    next();
    return batch.ports[BATCH - 1];
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int findOneByOne() {
    next();
    int sum = 0;
    for (int i = 0; i < BATCH; i++) {
      sum +=
          table.find(
              batch.sourceAddress[i],
              batch.destinationAddress[i],
              batch.ports[i],
              batch.protocol[i],
              1);
    }
    return sum;
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int findBatched() {
    next();
    probe.probe(table, batch);
    int sum = 0;
    for (int i = 0; i < BATCH; i++) {
      sum +=
          table.confirm(
              probe.hint(i),
              batch.sourceAddress[i],
              batch.destinationAddress[i],
              batch.ports[i],
              batch.protocol[i],
              1);
    }
    return sum;
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int wholeStage() {
    next();
    stage.process(batch, context);
    return batch.outSegment[BATCH - 1];
  }
}
