package io.vpcrig.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.TestData;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Ipv4Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Real tables of the Internet against the map-based twin. */
class FullTableTest {
  private static final int BATCH = 256;

  private final long seed = System.nanoTime();
  private final SplittableRandom random = new SplittableRandom(seed);
  private final PrefixTable table = PrefixTable.forInternet();
  private final MapRoutes oracle = new MapRoutes();

  @Test
  void agreesWithAMapOnAFullBgpTableAndWithoutASixteenthOfIt() throws IOException {
    Path path = TestData.sharedOrSkip("routes/bart_fulltable_v4v6.txt.gz");
    try (PrefixFile file = PrefixFile.open(path, PrefixTable.MAX_NEXT_HOP)) {
      while (file.next()) {
        int nextHop = 1 + random.nextInt(PrefixTable.MAX_NEXT_HOP);
        table.add(file.address(), file.length(), nextHop);
        oracle.add(file.address(), file.length(), nextHop);
      }
      assertEquals(160_147, file.ipv6Prefixes());
    }
    assertEquals(901_899, table.size());
    assertTrue(table.memoryBytes() <= 128L << 20);
    List<Cidr> prefixes = oracle.prefixes();
    compare(prefixes, 3);

    for (int k = random.nextInt(16); k < prefixes.size(); k += 16) {
      Cidr prefix = prefixes.get(k);
      table.withdraw(prefix.address(), prefix.length());
      oracle.withdraw(prefix.address(), prefix.length());
    }
    assertEquals(oracle.size(), table.size());
    compare(prefixes, 9);
  }

  @Test
  void takesAutonomousSystemsForNextHops() throws IOException {
    Path path = TestData.sharedOrSkip("routes/routeviews_20080501_ipasn.dat.gz");
    Map<Long, Integer> nextHops = new HashMap<>();
    try (PrefixFile file = PrefixFile.open(path, 0xffff_ffffL)) {
      while (file.next()) {
        int nextHop = nextHops.computeIfAbsent(file.label(), as -> nextHops.size() + 1);
        table.add(file.address(), file.length(), nextHop);
        oracle.add(file.address(), file.length(), nextHop);
      }
    }
    assertEquals(oracle.size(), table.size());
    assertEquals(nextHops.get(15_169L), table.find(Ipv4Text.parse("64.233.187.99")), "Google");
    compare(oracle.prefixes(), 1);
  }

  /** Asks at the edges of every {@code step}-th prefix, beside it, inside it, and anywhere. */
  private void compare(List<Cidr> prefixes, int step) {
    int[] addresses = new int[BATCH];
    int[] nextHops = new int[BATCH];
    for (int k = random.nextInt(step); k < prefixes.size(); ) {
      int filled = 0;
      for (; filled + 6 <= BATCH && k < prefixes.size(); k += step) {
        Cidr prefix = prefixes.get(k);
        addresses[filled++] = prefix.network();
        addresses[filled++] = prefix.last();
        addresses[filled++] = prefix.network() - 1;
        addresses[filled++] = prefix.last() + 1;
        addresses[filled++] = prefix.network() | random.nextInt() & ~prefix.mask();
        addresses[filled++] = random.nextInt();
      }
      table.find(addresses, 0, filled, nextHops, k % 2 == 0 ? LookupForm.LOOP : LookupForm.GATHER);
      for (int i = 0; i < filled; i++) {
        int address = addresses[i];
        int expected = oracle.find(address);
        assertEquals(expected, nextHops[i], () -> Ipv4Text.format(address) + ", seed " + seed);
      }
    }
  }
}
