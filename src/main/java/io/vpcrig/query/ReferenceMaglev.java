package io.vpcrig.query;

import io.vpcrig.model.LoadBalancer;
import io.vpcrig.model.LoadBalancer.Member;
import java.util.ArrayList;
import java.util.List;

/** Maglev's table (NSDI 2016, 3.4, pseudocode 1), with members taking turns by weight. */
final class ReferenceMaglev {
  private static final int SIZE = 65537;

  private final Member[] entry = new Member[SIZE];

  ReferenceMaglev(LoadBalancer balancer) {
    List<Member> members = balancer.members().stream().filter(m -> m.weight() > 0).toList();
    List<int[]> permutations = new ArrayList<>();
    for (Member member : members) {
      long offset = hash(member.host().address(), balancer.toPort(), 1) % SIZE;
      long skip = hash(member.host().address(), balancer.toPort(), 2) % (SIZE - 1) + 1;
      int[] permutation = new int[SIZE];
      for (int j = 0; j < SIZE; j++) {
        permutation[j] = (int) ((offset + j * skip) % SIZE);
      }
      permutations.add(permutation);
    }
    int heaviest = members.stream().mapToInt(Member::weight).max().orElseThrow();
    int[] next = new int[members.size()];
    int[] claimed = new int[members.size()];
    int n = 0;
    for (int round = 1; n < SIZE; round++) {
      for (int i = 0; i < members.size() && n < SIZE; i++) {
        // A member of weight w has w claims in as many rounds as the heaviest has weight.
        if ((long) round * members.get(i).weight() / heaviest <= claimed[i]) {
          continue;
        }
        claimed[i]++;
        int c = permutations.get(i)[next[i]];
        while (entry[c] != null) {
          next[i]++;
          c = permutations.get(i)[next[i]];
        }
        entry[c] = members.get(i);
        next[i]++;
        n++;
      }
    }
  }

  /** The first entry from the connection's own on whose member is ready. */
  Member choose(Tuple tuple, List<Member> ready) {
    int ports = tuple.sourcePort() << 16 | tuple.destinationPort();
    int inner = (int) hash(tuple.source(), tuple.destination(), tuple.protocol());
    int place = (int) (hash(inner, ports, 0) % SIZE);
    while (!ready.contains(entry[place])) {
      place = (place + 1) % SIZE;
    }
    return entry[place];
  }

  /** 0..2^32-1. */
  private static long hash(int a, int b, int c) {
    int hash = 0x9e37_79b9;
    for (int part : new int[] {a, b, c}) {
      hash ^= part;
      hash = (hash ^ hash >>> 16) * 0x85eb_ca6b;
      hash = (hash ^ hash >>> 13) * 0xc2b2_ae35;
      hash ^= hash >>> 16;
    }
    return hash & 0xffff_ffffL;
  }
}
