package io.vpcrig.session;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameRow;

/**
 * The next hops of sessions, each kept once for all that have it, by a number.
 *
 * <pre>
 *   segment | MAC (two) | tunnel endpoint | home | neighbour
 * </pre>
 *
 * Home and neighbour are what the way was found by: the public network that answers go back by, and
 * the address of the next hop (see {@link Ways}). A segment with its sign bit set is that of a way
 * found before routes changed: no frame came by such a segment, so {@link PlainHits} leaves its
 * sessions alone. Either both ways of a session are such, or neither. Thread: the owner's.
 */
final class NextHops implements AutoCloseable {
  private static final int NONE = SharedRows.NONE;
  private static final int OUTDATED = Integer.MIN_VALUE;

  private static final int SEGMENT = 0;
  private static final int MAC = 1;
  private static final int ENDPOINT = 3;
  private static final int HOME = 4;
  private static final int NEIGHBOUR = 5;

  /** Of 64 bytes each: a third of the first-level cache. */
  private static final int FEW = 256;

  private final SharedRows rows = new SharedRows();

  /** The number of a next hop, with one more reference to it. */
  int acquire(int segment, int home, int neighbour, long mac, int endpoint) {
    return rows.acquire(
        SharedRows.pair(segment, (int) (mac >>> 32) & 0xffff),
        SharedRows.pair((int) mac, endpoint),
        SharedRows.pair(home, neighbour),
        0);
  }

  void release(int hop) {
    rows.release(hop);
  }

  /** NONE if the way is outdated. */
  int segment(int hop) {
    return Math.max(NONE, rows.value(hop, SEGMENT));
  }

  /** 48 bits. */
  long mac(int hop) {
    return (long) rows.value(hop, MAC) << 32 | rows.value(hop, MAC + 1) & 0xffff_ffffL;
  }

  /** IPv4 address; 0 if none is known. */
  int endpoint(int hop) {
    return rows.value(hop, ENDPOINT);
  }

  int home(int hop) {
    return rows.value(hop, HOME);
  }

  int neighbour(int hop) {
    return rows.value(hop, NEIGHBOUR);
  }

  /** Whether a way found now is the one found before, outdated or not. */
  boolean isSame(int hop, Ways found) {
    return (rows.value(hop, SEGMENT) & ~OUTDATED) == found.segment()
        && neighbour(hop) == found.neighbour();
  }

  /** Marks every way as outdated, by the names that segments and neighbours have now. */
  void outdate(RouteChange change) {
    rows.change(hop -> outdate(hop, change));
  }

  private void outdate(int hop, RouteChange change) {
    int segment = rows.value(hop, SEGMENT) & ~OUTDATED;
    int now = segment == (NONE & ~OUTDATED) ? NONE : change.segment(segment);
    rows.setValue(hop, SEGMENT, now | OUTDATED);
    int home = home(hop);
    rows.setValue(hop, HOME, home == NONE ? NONE : change.segment(home));
    int neighbour = neighbour(hop);
    if (change.isOther(neighbour)) {
      long mac = change.mac(neighbour);
      rows.setValue(hop, MAC, (int) (mac >>> 32));
      rows.setValue(hop, MAC + 1, (int) mac);
      rows.setValue(hop, ENDPOINT, 0);
    }
  }

  /** Whether it is this one, and not outdated. */
  boolean is(int hop, int segment, long mac, int endpoint) {
    long values = rows.line(hop);
    return (OffHeap.rawInt(values) ^ segment
            | OffHeap.rawInt(values + 4) ^ (int) (mac >>> 32)
            | OffHeap.rawInt(values + 8) ^ (int) mac
            | OffHeap.rawInt(values + 12) ^ endpoint)
        == 0;
  }

  /** Writes segment, MAC and endpoint into a frame's row. */
  void put(int hop, long row) {
    long values = rows.line(hop);
    long mac = (long) OffHeap.rawInt(values + 4) << 32 | OffHeap.rawInt(values + 8) & 0xffff_ffffL;
    Bytes.putRaw32(row + FrameRow.NEXT_SEGMENT, OffHeap.rawInt(values));
    Bytes.putRaw64(row + FrameRow.NEXT_MAC, mac);
    Bytes.putRaw32(row + FrameRow.NEXT_ENDPOINT, OffHeap.rawInt(values + 12));
  }

  /** Whether they stay in the cache by themselves. */
  boolean areFew() {
    return rows.size() < FEW;
  }

  /** Brings a next hop into the cache, whatever its number; the value has no meaning. */
  int touch(int hop) {
    return rows.first(hop);
  }

  /** Bytes held. */
  long memoryBytes() {
    return rows.memoryBytes();
  }

  @Override
  public void close() {
    rows.close();
  }
}
