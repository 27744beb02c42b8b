package io.vpcrig.bench.ring;

import io.vpcrig.engine.Sequence;
import java.util.Arrays;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;
import org.jctools.queues.SpscArrayQueue;

/**
 * A ring between one producer and one consumer, for bursts of descriptors. Each side keeps to its
 * methods; neither blocks.
 */
sealed interface Handoff {
  /**
   * Puts the numbers {@code first}, {@code first} + 1, ... in.
   *
   * @return how many found room: all of a burst, some, or none
   */
  int put(long first);

  /**
   * Takes up to a burst.
   *
   * @param first number that has to come
   * @return how many were taken; -1 if one is not what had to come
   */
  int take(long first);

  /** Longs that keep what one side writes off the lines of the other. */
  int APART = 16;

  /** How the pipeline hands over: a burst fills a round, and a sequence tells of it. */
  final class Rounds implements Handoff {
    private final long[] slots;
    private final int burst;
    private final int rounds;
    private final Sequence filled = new Sequence();
    private final Sequence emptied = new Sequence();
    // Each side's own sequence, and what it saw last of the other's.
    private final long[] producer = new long[2 * APART];
    private final long[] consumer = new long[2 * APART];

    /**
     * @param capacity descriptors; both are powers of two
     */
    Rounds(int capacity, int burst) {
      this.burst = burst;
      rounds = capacity / burst;
      slots = new long[capacity];
    }

    @Override
    public int put(long first) {
      long fill = producer[APART];
      if (fill - producer[APART + 1] == rounds) {
        producer[APART + 1] = emptied.getAcquire();
        if (fill - producer[APART + 1] == rounds) {
          return 0;
        }
      }
      int at = ((int) fill & rounds - 1) * burst;
      for (int k = 0; k < burst; k++) {
        slots[at + k] = first + k;
      }
      producer[APART] = fill + 1;
      filled.setRelease(fill + 1);
      return burst;
    }

    @Override
    public int take(long first) {
      long empty = consumer[APART];
      if (empty == consumer[APART + 1]) {
        consumer[APART + 1] = filled.getAcquire();
        if (empty == consumer[APART + 1]) {
          return 0;
        }
      }
      int at = ((int) empty & rounds - 1) * burst;
      long wrong = 0;
      for (int k = 0; k < burst; k++) {
        wrong |= slots[at + k] ^ first + k;
      }
      consumer[APART] = empty + 1;
      emptied.setRelease(empty + 1);
      return wrong == 0 ? burst : -1;
    }
  }

  /** A queue of references; the objects are made before, and used again. */
  final class Jctools implements Handoff {
    private final SpscArrayQueue<long[]> queue;
    private final long[][] objects;
    private final int burst;
    private final long[] producer = new long[2 * APART];
    private final Check check = new Check();

    Jctools(int capacity, int burst) {
      this.burst = burst;
      queue = new SpscArrayQueue<>(capacity);
      objects = objects(capacity);
    }

    @Override
    public int put(long first) {
      producer[APART] = first;
      return queue.fill(this::number, burst);
    }

    private long[] number() {
      long next = producer[APART]++;
      long[] object = objects[(int) next & objects.length - 1];
      object[0] = next;
      return object;
    }

    @Override
    public int take(long first) {
      check.begin(first);
      int taken = queue.drain(check::see, burst);
      return check.right() ? taken : -1;
    }
  }

  /** A queue of references, filled one by one: it has no way to fill several. */
  final class Agrona implements Handoff {
    private final OneToOneConcurrentArrayQueue<long[]> queue;
    private final long[][] objects;
    private final int burst;
    private final Check check = new Check();

    Agrona(int capacity, int burst) {
      this.burst = burst;
      queue = new OneToOneConcurrentArrayQueue<>(capacity);
      objects = objects(capacity);
    }

    @Override
    public int put(long first) {
      for (int k = 0; k < burst; k++) {
        long[] object = objects[(int) (first + k) & objects.length - 1];
        if (queue.size() == queue.capacity()) {
          return k;
        }
        object[0] = first + k;
        queue.offer(object);
      }
      return burst;
    }

    @Override
    public int take(long first) {
      check.begin(first);
      int taken = queue.drain(check::see, burst);
      return check.right() ? taken : -1;
    }
  }

  /** What the consumer of a queue of references sees; on lines of its own. */
  final class Check {
    private final long[] state = new long[2 * APART];

    void begin(long first) {
      state[APART] = first;
      state[APART + 1] = 0;
    }

    void see(long[] object) {
      state[APART + 1] |= object[0] ^ state[APART]++;
    }

    boolean right() {
      return state[APART + 1] == 0;
    }
  }

  /** More than fit, so that none is written while it waits or is looked at. */
  private static long[][] objects(int capacity) {
    long[][] objects = new long[4 * capacity][];
    Arrays.setAll(objects, k -> new long[1]);
    return objects;
  }
}
