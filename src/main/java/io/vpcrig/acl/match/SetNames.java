package io.vpcrig.acl.match;

import java.util.Arrays;
import org.agrona.collections.Long2LongHashMap;

/**
 * Numbers for sets that grow by one member at a time. As long as everybody adds members in the same
 * order, equal sets get equal numbers and only they do, without a set ever being compared: a number
 * stands for its predecessor and the member added to it. Number 0 is the empty set.
 */
final class SetNames {
  private static final long ABSENT = -1;

  private final Long2LongHashMap names = new Long2LongHashMap(ABSENT);
  private int[] predecessor = new int[64];
  private int[] member = new int[64];
  private int size = 1;

  /** The number of {@code set} with {@code added} in it. */
  int with(int set, int added) {
    long key = (long) set << 32 | added;
    long name = names.get(key);
    if (name != ABSENT) {
      return (int) name;
    }
    if (size == predecessor.length) {
      predecessor = Arrays.copyOf(predecessor, 2 * size);
      member = Arrays.copyOf(member, 2 * size);
    }
    predecessor[size] = set;
    member[size] = added;
    names.put(key, size);
    return size++;
  }

  int size() {
    return size;
  }

  /** The set before its last member came. */
  int predecessor(int set) {
    return predecessor[set];
  }

  /** The last member that came. */
  int lastMember(int set) {
    return member[set];
  }

  /**
   * Numbers the sets in {@code cells} anew, from 0 on in order of first use, and writes them back.
   *
   * @return the old number of each new one
   */
  int[] compact(int[] cells) {
    int[] fresh = new int[size];
    int[] old = new int[64];
    int used = 0;
    for (int i = 0; i < cells.length; i++) {
      int set = cells[i];
      if (fresh[set] == 0) {
        if (used == old.length) {
          old = Arrays.copyOf(old, 2 * used);
        }
        old[used] = set;
        fresh[set] = ++used;
      }
      cells[i] = fresh[set] - 1;
    }
    return Arrays.copyOf(old, used);
  }
}
