package io.vpcrig.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.route.RouteTable.Route;
import io.vpcrig.testing.Allocation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RouteTableTest {
  @Test
  void findsNothingInAnEmptyTable() {
    RouteTable table = new RouteTable(List.of());
    assertEquals(RouteTable.NONE, table.find(0));
    assertEquals(RouteTable.NONE, table.find(-1));
  }

  @Test
  void findsTheLongestOfNestedPrefixes() {
    List<Route> routes = new ArrayList<>();
    for (int length = 0; length <= 32; length++) {
      routes.add(route("10.10.1.10", length));
    }
    RouteTable table = new RouteTable(routes);
    int address = Ipv4Text.parse("10.10.1.10");
    assertEquals(32, table.find(address));
    for (int bit = 0; bit < 32; bit++) {
      // The address differs from the prefixes first in this bit, counted from the left.
      assertEquals(bit, table.find(address ^ 0x8000_0000 >>> bit), "bit " + bit);
    }
  }

  @Test
  void coversExactlyItsPrefix() {
    for (int length = 0; length <= 32; length++) {
      Cidr prefix = new Cidr(Ipv4Text.parse("172.20.77.129"), length);
      RouteTable table = new RouteTable(List.of(route("172.20.77.129", length)));
      assertEquals(0, table.find(prefix.network()));
      assertEquals(0, table.find(prefix.last()));
      if (length > 0) {
        assertEquals(RouteTable.NONE, table.find(prefix.network() - 1));
        assertEquals(RouteTable.NONE, table.find(prefix.last() + 1));
      }
    }
  }

  @Test
  void theFirstOfEqualPrefixesHolds() {
    RouteTable table =
        new RouteTable(List.of(route("10.0.0.0", 8), route("10.1.0.0", 8), route("10.2.0.0", 8)));
    assertEquals(0, table.find(Ipv4Text.parse("10.2.3.4")));
  }

  @Test
  void theNeighbourIsTheNextHopOrTheDestinationItself() {
    int hop = Ipv4Text.parse("203.0.113.1");
    RouteTable table =
        new RouteTable(
            List.of(
                new Route(0, hop, RouteKind.DEFAULT, 0, 0),
                new Route(3, 0, RouteKind.TIER, Ipv4Text.parse("10.10.1.0"), 24)));
    int guest = Ipv4Text.parse("10.10.1.77");
    assertEquals(hop, table.neighbour(table.find(5), 5));
    assertEquals(guest, table.neighbour(table.find(guest), guest));
    assertEquals(3, table.outSegment(table.find(guest)));
  }

  @Test
  void agreesWithTryingEveryLengthInAMap() {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 30; round++) {
      List<Route> routes = randomRoutes(random, random.nextInt(400));
      RouteTable table = new RouteTable(routes);
      Map<Long, Integer> plain = new HashMap<>();
      for (int k = 0; k < routes.size(); k++) {
        plain.putIfAbsent(key(routes.get(k).prefix(), routes.get(k).length()), k);
      }
      for (int k = 0; k < 5_000; k++) {
        int address = nearby(random, routes);
        assertEquals(plainly(plain, address), table.find(address), () -> "seed " + seed);
      }
    }
  }

  @Test
  void takesAsManyRoutesAsItSays() {
    List<Route> routes = new ArrayList<>();
    for (int k = 0; k < RouteTable.MAX_ROUTES; k++) {
      // One block on each of the two lower levels for every route.
      routes.add(new Route(k, 0, RouteKind.STATIC, k << 16 | 0x0203, 32));
    }
    RouteTable table = new RouteTable(routes);
    for (int k = 0; k < routes.size(); k += 97) {
      assertEquals(k, table.find(routes.get(k).prefix()));
    }
    routes.add(route("10.0.0.0", 8));
    assertThrows(IllegalArgumentException.class, () -> new RouteTable(routes));
  }

  @Test
  void findsWithoutAllocating() {
    SplittableRandom random = new SplittableRandom(5);
    List<Route> routes = randomRoutes(random, 200);
    RouteTable table = new RouteTable(routes);
    int[] addresses = random.ints(1_024).toArray();
    int[] sum = {0};
    Allocation.assertNone(
        200,
        () -> {
          for (int address : addresses) {
            int route = table.find(address);
            sum[0] += route == RouteTable.NONE ? 0 : table.neighbour(route, address);
          }
        });
  }

  private static List<Route> randomRoutes(SplittableRandom random, int count) {
    List<Route> routes = new ArrayList<>();
    for (int k = 0; k < count; k++) {
      // Few different bits, so that prefixes nest and repeat.
      int address = random.nextInt() & 0x0103_0783 | 0x0a00_0000;
      Cidr prefix = new Cidr(address, random.nextInt(33));
      routes.add(new Route(k, 0, RouteKind.STATIC, prefix.network(), prefix.length()));
    }
    Collections.shuffle(routes, new java.util.Random(random.nextLong()));
    return routes;
  }

  private static int nearby(SplittableRandom random, List<Route> routes) {
    if (routes.isEmpty() || random.nextInt(8) == 0) {
      return random.nextInt();
    }
    Route route = routes.get(random.nextInt(routes.size()));
    int last = route.prefix() | ~Cidr.mask(route.length());
    return switch (random.nextInt(5)) {
      case 0 -> route.prefix();
      case 1 -> route.prefix() - 1;
      case 2 -> last;
      case 3 -> last + 1;
      default -> route.prefix() | random.nextInt() & ~Cidr.mask(route.length());
    };
  }

  private static int plainly(Map<Long, Integer> routes, int address) {
    for (int length = 32; length >= 0; length--) {
      Integer found = routes.get(key(address & Cidr.mask(length), length));
      if (found != null) {
        return found;
      }
    }
    return RouteTable.NONE;
  }

  private static long key(int prefix, int length) {
    return (long) prefix << 8 | length;
  }

  private static Route route(String prefix, int length) {
    Cidr cidr = new Cidr(Ipv4Text.parse(prefix), length);
    return new Route(1, 0, RouteKind.STATIC, cidr.network(), length);
  }
}
