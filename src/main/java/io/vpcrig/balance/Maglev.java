package io.vpcrig.balance;

/**
 * Consistent hashing by a table, as in Eisenbud et al., "Maglev: A Fast and Reliable Software
 * Network Load Balancer", NSDI 2016, 3.4. Each member has a permutation of the table's places of
 * its own; members take turns in claiming the next free place of theirs. So all get the same share,
 * and most places stay with their member when another comes or goes.
 *
 * <p>Weights, which the paper leaves open: in round r a member of weight w claims a place only if r
 * times w has come up to its claim; each claim raises that by the largest weight. The heaviest
 * claims in every round, one of half its weight in every second.
 */
final class Maglev {
  /** Places; prime, so that any skip is a permutation. The paper's small table. */
  static final int SIZE = 65537;

  private Maglev() {}

  /**
   * Index of a member for each place; null if no member has a weight.
   *
   * @param port of the members; the address and it are what a permutation depends on
   */
  static short[] table(int[] address, int port, int[] weight) {
    int heaviest = 0;
    for (int w : weight) {
      heaviest = Math.max(heaviest, w);
    }
    if (heaviest == 0) {
      return null;
    }
    int[] next = new int[address.length];
    int[] skip = new int[address.length];
    for (int m = 0; m < address.length; m++) {
      next[m] = Integer.remainderUnsigned(hash(address[m], port, 1), SIZE);
      skip[m] = 1 + Integer.remainderUnsigned(hash(address[m], port, 2), SIZE - 1);
    }
    short[] table = new short[SIZE];
    boolean[] taken = new boolean[SIZE];
    long[] claim = new long[address.length];
    int left = SIZE;
    for (long round = 1; left > 0; round++) {
      for (int m = 0; m < address.length && left > 0; m++) {
        if (weight[m] == 0 || round * weight[m] < claim[m] + heaviest) {
          continue;
        }
        claim[m] += heaviest;
        while (taken[next[m]]) {
          next[m] = (next[m] + skip[m]) % SIZE;
        }
        taken[next[m]] = true;
        table[next[m]] = (short) m;
        left--;
      }
    }
    return table;
  }

  /** The place of a connection. */
  static int place(int source, int destination, int ports, int protocol) {
    return Integer.remainderUnsigned(hash(hash(source, destination, protocol), ports, 0), SIZE);
  }

  private static int hash(int a, int b, int c) {
    int hash = mix(a ^ 0x9e37_79b9);
    hash = mix(hash ^ b);
    return mix(hash ^ c);
  }

  /** The finaliser of MurmurHash3. */
  private static int mix(int value) {
    int mixed = (value ^ value >>> 16) * 0x85eb_ca6b;
    mixed = (mixed ^ mixed >>> 13) * 0xc2b2_ae35;
    return mixed ^ mixed >>> 16;
  }
}
