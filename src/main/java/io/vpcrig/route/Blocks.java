package io.vpcrig.route;

import java.lang.invoke.VarHandle;

/**
 * Second level of a {@link PrefixTable}: blocks of 256 entries, one for each value of an address's
 * last byte, lent to the /24s that hold longer prefixes.
 *
 * <p>A block given back is lent again at once, though a reader may still be on its way into it. So
 * every loan has a number, and a reader that finds another number after reading than before begins
 * again (a sequence lock: Lameter, "Effective Synchronization on Linux/NUMA Systems", 2005).
 * Readers announce nothing and hold nothing up.
 */
final class Blocks {
  static final int SIZE = 256;

  private final Entries entries;
  private final byte[] lengths;
  private final int[] loans;
  private final short[] longPrefixes;
  private final short[] free;
  private int freeCount;

  /**
   * @param count 1..32768
   */
  Blocks(int count) {
    entries = new Entries(count * SIZE);
    lengths = new byte[count * SIZE];
    loans = new int[count];
    longPrefixes = new short[count];
    free = new short[count];
    while (freeCount < count) {
      // The lowest is lent first.
      free[freeCount] = (short) (count - 1 - freeCount++);
    }
  }

  int count() {
    return loans.length;
  }

  int used() {
    return loans.length - freeCount;
  }

  long memoryBytes() {
    return loans.length * (3L * SIZE + 8);
  }

  /** A block full of {@code entry}, owned by a prefix of {@code length}; not yet to be seen. */
  int lend(int entry, int length) {
    int block = free[--freeCount] & 0xffff;
    loans[block]++;
    // Whoever sees an entry of the new loan sees its number too.
    VarHandle.storeStoreFence();
    for (int at = block * SIZE; at < (block + 1) * SIZE; at++) {
      entries.set(at, entry);
      lengths[at] = (byte) length;
    }
    return block;
  }

  /** Takes back a block that no entry of the first level names any more. */
  void giveBack(int block) {
    // The first level's new entry is seen before the block's next loan.
    VarHandle.storeStoreFence();
    free[freeCount++] = (short) block;
  }

  /** Counts prefixes longer than 24 in a block; {@code change} is 1 or -1. What are there now. */
  int countLong(int block, int change) {
    return longPrefixes[block] += (short) change;
  }

  int entry(int block, int last) {
    return entries.get(block * SIZE + last);
  }

  int length(int block, int last) {
    return lengths[block * SIZE + last];
  }

  void set(int block, int last, int entry, int length) {
    entries.set(block * SIZE + last, entry);
    lengths[block * SIZE + last] = (byte) length;
  }

  /** The number of a block's loan, for readers: what they read later is of this loan or a later. */
  int loan(int block) {
    int loan = loans[block];
    VarHandle.acquireFence();
    return loan;
  }

  /** Whether what was read since {@link #loan} told {@code loan} is of that loan. Readers'. */
  boolean isStill(int block, int loan) {
    VarHandle.acquireFence();
    return loans[block] == loan;
  }
}
