package io.vpcrig.live;

import io.vpcrig.tunnel.SegmentTable;

/**
 * Which numbers segments have after a reload: a segment is known by its name. The pseudo segment of
 * tunnel endpoints, behind the last, moves with the number of the others. Immutable.
 */
final class SegmentMoves {
  /** The segment is none any more. */
  static final int GONE = -1;

  private final int[] to;
  private final boolean any;

  SegmentMoves(SegmentTable before, SegmentTable after) {
    to = new int[before.size() + 1];
    boolean moves = before.size() != after.size();
    for (int s = 0; s < before.size(); s++) {
      to[s] = find(before.name(s), after);
      moves |= to[s] != s;
    }
    to[before.size()] = after.size();
    any = moves;
  }

  private static int find(String name, SegmentTable table) {
    for (int s = 0; s < table.size(); s++) {
      if (table.name(s).equals(name)) {
        return s;
      }
    }
    return GONE;
  }

  /** Whether any segment has another number, is new or is gone. */
  boolean any() {
    return any;
  }

  /** New number of a segment. */
  int of(int segment) {
    return to[segment];
  }
}
