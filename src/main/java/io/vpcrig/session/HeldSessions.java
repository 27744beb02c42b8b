package io.vpcrig.session;

/**
 * Sessions of which a frame of the batch at hand waits to be decided: their later frames must wait
 * too. Few, or the rest of the batch waits as a whole. Thread: one worker.
 */
final class HeldSessions {
  private static final int MOST = 16;

  private final int[] numbers = new int[MOST];
  private int count;

  void clear() {
    count = 0;
  }

  /** Takes a session in; false if there is no room. */
  boolean add(int number) {
    if (contains(number)) {
      return true;
    }
    if (count == MOST) {
      return false;
    }
    numbers[count++] = number;
    return true;
  }

  boolean contains(int number) {
    for (int k = 0; k < count; k++) {
      if (numbers[k] == number) {
        return true;
      }
    }
    return false;
  }
}
