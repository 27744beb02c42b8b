package io.vpcrig.bench.ring;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.bench.AnswerException;
import io.vpcrig.bench.Sampler;
import io.vpcrig.bench.Samples;
import io.vpcrig.telemetry.Threads;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;

/**
 * One thread puts bursts in as fast as there is room, the caller's takes them out; both wait as the
 * pipeline's do. Needs two cores: with one, the scheduler is measured.
 */
public final class RingBench {
  private RingBench() {}

  /**
   * Measures a ring.
   *
   * @param capacity descriptors, a power of two from 4 on
   * @param burst at a time, a power of two, at most half of {@code capacity}
   * @throws AnswerException if a descriptor was lost, doubled or out of order
   */
  public static ObjectNode measure(RingKind kind, int capacity, int burst, Sampler sampler) {
    Handoff ring = kind.make(capacity, burst);
    Samples samples;
    try (Producer producer = new Producer(ring)) {
      Consumer consumer = new Consumer(ring, kind);
      samples = sampler.measure(consumer::take);
      producer.stop();
    }
    ObjectNode row = JsonNodeFactory.instance.objectNode();
    row.put("ring", kind.name()).put("capacity", capacity).put("burst", burst);
    row.setAll(samples.toJson("descriptors"));
    double ns = 1e9 / samples.rate().median();
    return row.put("nsPerDescriptor", ns).put("nsPerBurst", ns * burst);
  }

  /** As the pipeline waits. */
  private static IdleStrategy idle() {
    return new BackoffIdleStrategy(200, 20, 1_000, 50_000);
  }

  private static final class Consumer {
    private final Handoff ring;
    private final RingKind kind;
    private final IdleStrategy idle = idle();
    private long want = 1;

    Consumer(Handoff ring, RingKind kind) {
      this.ring = ring;
      this.kind = kind;
    }

    int take() {
      int taken = ring.take(want);
      if (taken < 0) {
        throw new AnswerException(kind + ": descriptor " + want + " or one after it did not come");
      }
      idle.idle(taken);
      want += taken;
      return taken;
    }
  }

  private static final class Producer implements AutoCloseable {
    private final Handoff ring;
    private final Thread thread;
    private volatile boolean stopped;

    Producer(Handoff ring) {
      this.ring = ring;
      thread = Thread.ofPlatform().daemon().name("producer").start(this::run);
    }

    private void run() {
      IdleStrategy idle = idle();
      long next = 1;
      while (!stopped) {
        int put = ring.put(next);
        idle.idle(put);
        next += put;
      }
    }

    void stop() {
      stopped = true;
    }

    @Override
    public void close() {
      stop();
      Threads.join(thread);
    }
  }
}
