package io.vpcrig.engine;

import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;
import org.jctools.queues.SpscArrayQueue;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What handing a round from one thread to the next and getting it back costs: a pair of sequences
 * over a fixed ring against queues of references, eight rounds in flight as in {@link Pipeline}.
 * One operation is one round there and back.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RingBenchmark {
  private static final int ROUNDS = 8;
  private static final int TRIPS = 1 << 14;

  private final Object[] ring = new Object[ROUNDS];
  private final Sequence filled = new Sequence();
  private final Sequence emptied = new Sequence();
  private final OneToOneConcurrentArrayQueue<Object> agronaOut =
      new OneToOneConcurrentArrayQueue<>(ROUNDS);
  private final OneToOneConcurrentArrayQueue<Object> agronaBack =
      new OneToOneConcurrentArrayQueue<>(ROUNDS);
  private final SpscArrayQueue<Object> jctoolsOut = new SpscArrayQueue<>(ROUNDS);
  private final SpscArrayQueue<Object> jctoolsBack = new SpscArrayQueue<>(ROUNDS);
  private Thread other;
  private long n;
  private volatile boolean stopped;

  /** The other thread serves all three rings. */
  @Setup
  public void start() {
    for (int k = 0; k < ROUNDS; k++) {
      ring[k] = new Object();
      agronaBack.offer(ring[k]);
      jctoolsBack.offer(ring[k]);
    }
    other = new Thread(this::serve);
    other.start();
  }

  @TearDown
  public void stop() throws InterruptedException {
    stopped = true;
    other.join();
  }

  private void serve() {
    long m = 0;
    while (!stopped) {
      if (filled.getAcquire() > m) {
        m++;
        emptied.setRelease(m);
      }
      Object round = agronaOut.poll();
      if (round != null) {
        agronaBack.offer(round);
      }
      round = jctoolsOut.poll();
      if (round != null) {
        jctoolsBack.offer(round);
      }
    }
  }

  @Benchmark
  @OperationsPerInvocation(TRIPS)
  public Object sequences() {
    Object last = null;
    for (int k = 0; k < TRIPS; k++, n++) {
      while (emptied.getAcquire() < n + 1 - ROUNDS) {
        Thread.onSpinWait();
      }
      last = ring[(int) (n % ROUNDS)];
      filled.setRelease(n + 1);
    }
    return last;
  }

  @Benchmark
  @OperationsPerInvocation(TRIPS)
  public Object agronaQueues() {
    Object round = null;
    for (int k = 0; k < TRIPS; k++) {
      while ((round = agronaBack.poll()) == null) {
        Thread.onSpinWait();
      }
      agronaOut.offer(round);
    }
    return round;
  }

  @Benchmark
  @OperationsPerInvocation(TRIPS)
  public Object jctoolsQueues() {
    Object round = null;
    for (int k = 0; k < TRIPS; k++) {
      while ((round = jctoolsBack.poll()) == null) {
        Thread.onSpinWait();
      }
      jctoolsOut.offer(round);
    }
    return round;
  }
}
