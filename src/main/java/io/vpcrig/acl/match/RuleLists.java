package io.vpcrig.acl.match;

import java.util.Arrays;
import org.agrona.collections.Long2LongHashMap;

/**
 * Lists of rules that compete for the headers of one pair of address classes, ascending by rank and
 * without those that can't win: whose service a better one covers. Equal lists have equal numbers.
 * List 0 is empty. Lists grow by one rule at a time; what came of it is reruleed.
 */
final class RuleLists {
  private static final long ABSENT = -1;

  private final Services services;
  private final Long2LongHashMap grown = new Long2LongHashMap(ABSENT);
  private int[] pool = new int[1 << 12];
  private int pooled;
  private int[] start = new int[1 << 8];
  private int size = 1;

  /** Open addressing: number of a list, 0 where free. At most half full. */
  private int[] slots = new int[1 << 9];

  private int[] draft = new int[64];

  RuleLists(Services services) {
    this.services = services;
  }

  /** How many lists there are; list numbers are less. */
  int size() {
    return size;
  }

  int length(int list) {
    return start[list + 1] - start[list];
  }

  /** Position of the k-th rule of a list. */
  int rule(int list, int k) {
    return pool[start[list] + k];
  }

  /** Integers held by all lists. */
  int pooled() {
    return pooled;
  }

  /** The number of {@code list} with a rule more. */
  int with(int list, int rule) {
    long key = (long) list << 32 | rule;
    long known = grown.get(key);
    if (known != ABSENT) {
      return (int) known;
    }
    int result = merge(list, rule);
    grown.put(key, result);
    return result;
  }

  private int merge(int list, int rule) {
    int service = services.ofRule(rule);
    int from = start[list];
    int to = start[list + 1];
    if (draft.length <= to - from) {
      draft = new int[2 * (to - from) + 2];
    }
    int n = 0;
    int at = from;
    for (; at < to && pool[at] < rule; at++) {
      if (services.covers(services.ofRule(pool[at]), service)) {
        return list;
      }
      draft[n++] = pool[at];
    }
    draft[n++] = rule;
    for (; at < to; at++) {
      if (!services.covers(service, services.ofRule(pool[at]))) {
        draft[n++] = pool[at];
      }
    }
    return numberOf(n);
  }

  /** The number of the first {@code n} entries of the draft. */
  private int numberOf(int n) {
    int slot = hash(draft, 0, n) & slots.length - 1;
    while (slots[slot] != 0) {
      int list = slots[slot];
      if (Arrays.equals(pool, start[list], start[list + 1], draft, 0, n)) {
        return list;
      }
      slot = slot + 1 & slots.length - 1;
    }
    if (pooled + n > pool.length) {
      pool = Arrays.copyOf(pool, Math.max(2 * pool.length, pooled + n));
    }
    System.arraycopy(draft, 0, pool, pooled, n);
    if (size + 2 > start.length) {
      start = Arrays.copyOf(start, 2 * start.length);
    }
    start[size] = pooled;
    pooled += n;
    start[size + 1] = pooled;
    slots[slot] = size++;
    if (2 * size > slots.length) {
      rehash();
    }
    return size - 1;
  }

  private void rehash() {
    slots = new int[2 * slots.length];
    for (int list = 1; list < size; list++) {
      int slot = hash(pool, start[list], start[list + 1]) & slots.length - 1;
      while (slots[slot] != 0) {
        slot = slot + 1 & slots.length - 1;
      }
      slots[slot] = list;
    }
  }

  private static int hash(int[] values, int from, int to) {
    int hash = to - from;
    for (int i = from; i < to; i++) {
      hash = (hash ^ values[i]) * 0x9e3779b1;
      hash ^= hash >>> 15;
    }
    return hash ^ hash >>> 7;
  }
}
