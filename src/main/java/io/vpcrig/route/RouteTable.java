package io.vpcrig.route;

import java.util.Arrays;
import java.util.List;

/**
 * Longest prefix match over IPv4 in at most three reads: a table of the high 16 bits, then blocks
 * of 256 for the third byte, then for the fourth, made only where longer prefixes ask for them.
 *
 * <pre>
 *   entry, 16 bits:  0        no route
 *                    1..32767 route number + 1
 *                    negative ~entry is the number of a block one level down
 *
 *   root[65536] --&gt; middle[blocks * 256] --&gt; last[blocks * 256]
 *   128 KiB         512 bytes a block        512 bytes a block
 * </pre>
 *
 * With the few routes of a VPC all of it stays in the second-level cache.
 *
 * <p>Immutable; any thread. A lookup does not allocate.
 */
public final class RouteTable {
  /** No route. */
  public static final int NONE = -1;

  /** Most routes a table takes. */
  public static final int MAX_ROUTES = 32_767;

  private static final int BLOCK = 256;

  /**
   * One route.
   *
   * @param outSegment index of the segment
   * @param nextHop 0 if the destination itself is the neighbour
   * @param prefix network address, host bits clear
   * @param length 0..32
   */
  public record Route(int outSegment, int nextHop, RouteKind kind, int prefix, int length) {}

  private final Route[] routes;
  private final short[] root = new short[65536];
  private short[] middle = new short[0];
  private int middleBlocks;
  private short[] last = new short[0];
  private int lastBlocks;

  /**
   * @param wanted routes by number; of equal prefixes the first holds
   */
  RouteTable(List<Route> wanted) {
    if (wanted.size() > MAX_ROUTES) {
      throw new IllegalArgumentException(wanted.size() + " routes, legal 0.." + MAX_ROUTES);
    }
    routes = wanted.toArray(Route[]::new);
    // Short prefixes first, so that longer ones paint over them; of equal ones the first comes
    // last.
    Integer[] order = new Integer[routes.length];
    Arrays.setAll(order, k -> routes.length - 1 - k);
    Arrays.sort(order, (a, b) -> Integer.compare(routes[a].length, routes[b].length));
    for (int number : order) {
      paint(number);
    }
    middle = Arrays.copyOf(middle, middleBlocks * BLOCK);
    last = Arrays.copyOf(last, lastBlocks * BLOCK);
  }

  /** The number of the route to {@code address}, {@link #NONE} if there is none. */
  public int find(int address) {
    int entry = root[address >>> 16];
    if (entry < 0) {
      entry = middle[~entry * BLOCK + (address >>> 8 & 0xff)];
      if (entry < 0) {
        entry = last[~entry * BLOCK + (address & 0xff)];
      }
    }
    return entry - 1;
  }

  /** Index of the segment a route leaves by. */
  public int outSegment(int route) {
    return routes[route].outSegment;
  }

  /** Whose MAC a frame to {@code destination} is sent to on this route. */
  public int neighbour(int route, int destination) {
    int nextHop = routes[route].nextHop;
    return nextHop == 0 ? destination : nextHop;
  }

  /** Everything about a route. */
  public Route route(int route) {
    return routes[route];
  }

  /** How many routes there are. */
  public int size() {
    return routes.length;
  }

  private void paint(int number) {
    Route route = routes[number];
    short entry = (short) (number + 1);
    int high = route.prefix >>> 16;
    if (route.length <= 16) {
      Arrays.fill(root, high, high + (1 << 16 - route.length), entry);
      return;
    }
    if (root[high] >= 0) {
      middle = withBlock(middle, middleBlocks, root[high]);
      root[high] = (short) ~middleBlocks++;
    }
    int third = ~root[high] * BLOCK + (route.prefix >>> 8 & 0xff);
    if (route.length <= 24) {
      Arrays.fill(middle, third, third + (1 << 24 - route.length), entry);
      return;
    }
    if (middle[third] >= 0) {
      last = withBlock(last, lastBlocks, middle[third]);
      middle[third] = (short) ~lastBlocks++;
    }
    int fourth = ~middle[third] * BLOCK + (route.prefix & 0xff);
    Arrays.fill(last, fourth, fourth + (1 << 32 - route.length), entry);
  }

  /** The table, larger if need be, with block {@code number} full of {@code entry}. */
  private static short[] withBlock(short[] table, int number, short entry) {
    int from = number * BLOCK;
    short[] grown = from < table.length ? table : Arrays.copyOf(table, Math.max(BLOCK, 2 * from));
    Arrays.fill(grown, from, from + BLOCK, entry);
    return grown;
  }
}
