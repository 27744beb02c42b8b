package io.vpcrig.bench.ring;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.bench.AnswerException;
import io.vpcrig.bench.Sampler;
import io.vpcrig.bench.Samples;

/**
 * One thread puts bursts in as fast as there is room, the caller's takes them out. Needs two cores:
 * with one, the scheduler is measured.
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

  private static final class Consumer {
    private final Handoff ring;
    private final RingKind kind;
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
      if (taken == 0) {
        Thread.onSpinWait();
      }
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
      long next = 1;
      while (!stopped) {
        int put = ring.put(next);
        if (put == 0) {
          Thread.onSpinWait();
        }
        next += put;
      }
    }

    void stop() {
      stopped = true;
    }

    @Override
    public void close() {
      stop();
      boolean interrupted = false;
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
