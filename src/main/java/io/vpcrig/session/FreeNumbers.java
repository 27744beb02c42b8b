package io.vpcrig.session;

import java.util.Arrays;

/**
 * Numbers to give out: returned ones wait in a queue until {@code distance} of them are there, so
 * that none comes back soon; fresh ones are used first until then. Thread: the owner's.
 */
final class FreeNumbers {
  private final int limit;
  private final int distance;
  private int[] queue = new int[1024];
  private int head;
  private int waiting;
  private int fresh;

  /**
   * @param limit numbers 0..limit-1 exist; at most {@code limit - distance} are out at a time
   */
  FreeNumbers(int limit, int distance) {
    this.limit = limit;
    this.distance = distance;
  }

  int take() {
    if (fresh < limit && waiting < distance) {
      return fresh++;
    }
    int number = queue[head];
    head = head + 1 & queue.length - 1;
    waiting--;
    return number;
  }

  void give(int number) {
    if (waiting == queue.length) {
      int[] wider = Arrays.copyOf(queue, 2 * waiting);
      System.arraycopy(queue, head, wider, 0, waiting - head);
      System.arraycopy(queue, 0, wider, waiting - head, head);
      queue = wider;
      head = 0;
    }
    queue[head + waiting & queue.length - 1] = number;
    waiting++;
  }

  /** Bytes held. */
  long memoryBytes() {
    return 4L * queue.length;
  }

  /** Numbers below this one were out at some time. */
  int everTaken() {
    return fresh;
  }
}
