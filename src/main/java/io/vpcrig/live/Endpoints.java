package io.vpcrig.live;

import io.vpcrig.tunnel.SegmentTable;
import org.agrona.collections.IntArrayList;
import org.agrona.collections.Long2LongHashMap;

/**
 * Behind which tunnel endpoint a MAC of a VXLAN segment is, learned from what comes from there (RFC
 * 7348 4.1), and all endpoints of each segment, for frames to everybody (head-end replication).
 * Forgotten {@link #AGE_NS} after the last frame. Bounded. Thread: one; allocates for new ones
 * only.
 */
final class Endpoints {
  static final long AGE_NS = 300_000_000_000L;
  static final int MOST = 1 << 16;

  /** No endpoint known. */
  static final int NONE = 0;

  private static final int MAC_BITS = 48;
  private static final long SECOND_NS = 1_000_000_000L;

  /** Segment (16 bits) and MAC; endpoint (32 bits) and second last seen. */
  private final Long2LongHashMap byMac = new Long2LongHashMap(0);

  private final IntArrayList[] all;

  Endpoints(SegmentTable table) {
    all = new IntArrayList[table.size()];
    for (int s = 0; s < all.length; s++) {
      all[s] = new IntArrayList();
    }
  }

  /** The same where segments have other numbers; those of segments that are gone are forgotten. */
  Endpoints renumbered(SegmentTable table, SegmentMoves moves) {
    Endpoints next = new Endpoints(table);
    byMac.forEachLong(
        (key, value) -> {
          int segment = moves.of((int) (key >>> MAC_BITS));
          if (segment != SegmentMoves.GONE) {
            next.byMac.put(key(segment, key & (1L << MAC_BITS) - 1), value);
          }
        });
    for (int s = 0; s < all.length; s++) {
      if (moves.of(s) != SegmentMoves.GONE) {
        next.all[moves.of(s)] = all[s];
      }
    }
    return next;
  }

  private static long key(int segment, long mac) {
    return (long) segment << MAC_BITS | mac;
  }

  /** A frame of {@code mac} came from {@code endpoint}. */
  void learn(int segment, long mac, int endpoint, long nowNs) {
    long key = key(segment, mac);
    long value = (long) endpoint << 32 | nowNs / SECOND_NS & 0xffff_ffffL;
    long before = byMac.get(key);
    if (before == value || before == 0 && byMac.size() >= MOST) {
      return;
    }
    byMac.put(key, value);
    if ((int) (before >>> 32) != endpoint && !all[segment].containsInt(endpoint)) {
      all[segment].addInt(endpoint);
    }
  }

  /** The endpoint of a MAC, {@link #NONE} if it is not known. */
  int of(int segment, long mac, long nowNs) {
    long value = byMac.get(key(segment, mac));
    boolean fresh = value != 0 && nowNs / SECOND_NS - (value & 0xffff_ffffL) < AGE_NS / SECOND_NS;
    return fresh ? (int) (value >>> 32) : NONE;
  }

  /** Endpoints of a segment, as many as there were ever. */
  IntArrayList of(int segment) {
    return all[segment];
  }
}
