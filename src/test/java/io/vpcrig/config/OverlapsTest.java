package io.vpcrig.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.model.Cidr;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OverlapsTest {
  @Test
  void findsWhatComparingEachWithEachFinds() {
    long seed = 11;
    Random random = new Random(seed);
    for (int round = 0; round < 5_000; round++) {
      List<Overlaps.Net<Integer>> nets = new ArrayList<>();
      for (int i = random.nextInt(8); i >= 0; i--) {
        int address = random.nextInt(4) << 30 | random.nextInt(1 << 6) << 2;
        nets.add(new Overlaps.Net<>(new Cidr(address, random.nextInt(33)), nets.size()));
      }
      String hint = "seed " + seed + " round " + round + ": " + nets;
      Set<Set<Integer>> pairs = new HashSet<>();
      Set<Integer> reported = new HashSet<>();
      Overlaps.find(
          nets,
          (later, first) -> {
            assertTrue(later.owner() > first.owner(), hint);
            assertTrue(later.cidr().overlaps(first.cidr()), hint);
            assertTrue(pairs.add(Set.of(later.owner(), first.owner())), hint);
            reported.add(later.owner());
            reported.add(first.owner());
          });
      Set<Integer> overlapping = new HashSet<>();
      for (Overlaps.Net<Integer> one : nets) {
        for (Overlaps.Net<Integer> other : nets) {
          if (!one.owner().equals(other.owner()) && one.cidr().overlaps(other.cidr())) {
            overlapping.add(one.owner());
          }
        }
      }
      assertEquals(overlapping, reported, hint);
    }
  }
}
