package io.vpcrig.acl.match;

import java.util.Arrays;

/** Numbers blocks of ints of one length; equal blocks have equal numbers and are held once. */
final class Blocks {
  private final int length;
  private int[] values;
  private int count;

  /** Open addressing: number + 1, 0 where free. At most half full. */
  private int[] slots = new int[1 << 8];

  Blocks(int length) {
    this.length = length;
    values = new int[16 * length];
  }

  /** The number of the block that begins at {@code from}. */
  int numberOf(int[] source, int from) {
    int slot = hash(source, from) & slots.length - 1;
    for (; slots[slot] != 0; slot = slot + 1 & slots.length - 1) {
      int other = (slots[slot] - 1) * length;
      if (Arrays.equals(values, other, other + length, source, from, from + length)) {
        return slots[slot] - 1;
      }
    }
    int end = (count + 1) * length;
    if (end > values.length) {
      values = Arrays.copyOf(values, Math.max(end, (int) Math.min(2L * values.length, 1 << 29)));
    }
    System.arraycopy(source, from, values, count * length, length);
    slots[slot] = ++count;
    if (2 * count > slots.length) {
      rehash();
    }
    return count - 1;
  }

  private void rehash() {
    slots = new int[2 * slots.length];
    for (int block = 0; block < count; block++) {
      int slot = hash(values, block * length) & slots.length - 1;
      while (slots[slot] != 0) {
        slot = slot + 1 & slots.length - 1;
      }
      slots[slot] = block + 1;
    }
  }

  private int hash(int[] source, int from) {
    int hash = 0;
    for (int i = from; i < from + length; i++) {
      hash = 31 * hash + source[i];
    }
    hash *= 0x9e3779b1;
    return hash ^ hash >>> 15;
  }

  /** Ints held by all blocks. */
  long size() {
    return (long) count * length;
  }

  /** All blocks, one behind the other. */
  Cells cells() {
    return new Cells(values, count * length);
  }
}
