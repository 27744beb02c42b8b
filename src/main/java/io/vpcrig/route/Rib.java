package io.vpcrig.route;

import io.vpcrig.model.Cidr;

/**
 * Routing information base: every route by its prefix, as it was added. An open-addressed hash with
 * linear probing, a route a long:
 *
 * <pre>
 *   63      32 31     26 25   15 14       0
 *   [ prefix ] [ length ] [ 0 ] [ next hop ]     0 is a free slot: no next hop is 0
 * </pre>
 *
 * Removing moves the routes behind it forward, so there are no tombstones and probing stays short
 * however often routes come and go. Thread: the writer's.
 */
final class Rib {
  private static final int LENGTH_SHIFT = 26;
  private static final int NEXT_HOP_MASK = 0x7fff;
  private static final long KEY_MASK = -1L << LENGTH_SHIFT;

  /** 2^64 divided by the golden ratio: spreads prefixes that differ in few bits. */
  private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L;

  private final int maxRoutes;
  private final long[] slots;
  private final int shift;
  private final int mask;
  private final int[] sizes = new int[33];
  private int size;

  /**
   * @param maxRoutes 1..2^28; at most two thirds of the slots are ever used
   */
  Rib(int maxRoutes) {
    this.maxRoutes = maxRoutes;
    int bits = 64 - Long.numberOfLeadingZeros(maxRoutes + maxRoutes / 2L);
    slots = new long[1 << bits];
    shift = 64 - bits;
    mask = slots.length - 1;
  }

  int size() {
    return size;
  }

  boolean isFull() {
    return size == maxRoutes;
  }

  long memoryBytes() {
    return 8L * slots.length;
  }

  /** The next hop of exactly this prefix, 0 if there is none. Host bits must be clear. */
  int get(int prefix, int length) {
    return (int) slots[slot(key(prefix, length))] & NEXT_HOP_MASK;
  }

  /** Takes or replaces a route; there must be room. */
  void put(int prefix, int length, int nextHop) {
    long key = key(prefix, length);
    int slot = slot(key);
    if (slots[slot] == 0) {
      size++;
      sizes[length]++;
    }
    slots[slot] = key | nextHop;
  }

  /** Forgets a route that is there. */
  void remove(int prefix, int length) {
    int free = slot(key(prefix, length));
    slots[free] = 0;
    size--;
    sizes[length]--;
    for (int at = free + 1 & mask; slots[at] != 0; at = at + 1 & mask) {
      // It may move forward unless its probing begins behind the free slot.
      if ((at - home(slots[at]) & mask) >= (at - free & mask)) {
        slots[free] = slots[at];
        slots[at] = 0;
        free = at;
      }
    }
  }

  /**
   * The length of the longest prefix that covers this one and is shorter; -1 if there is none.
   *
   * @param length 0..32
   */
  int coveringLength(int prefix, int length) {
    for (int shorter = length - 1; shorter >= 0; shorter--) {
      if (sizes[shorter] > 0 && get(prefix & Cidr.mask(shorter), shorter) != 0) {
        return shorter;
      }
    }
    return -1;
  }

  private static long key(int prefix, int length) {
    return (long) prefix << 32 | (long) length << LENGTH_SHIFT;
  }

  /** Where a key is, or the free slot where it belongs. */
  private int slot(long key) {
    int at = home(key);
    while (slots[at] != 0 && (slots[at] & KEY_MASK) != key) {
      at = at + 1 & mask;
    }
    return at;
  }

  private int home(long route) {
    return (int) ((route & KEY_MASK) * GOLDEN >>> shift);
  }
}
