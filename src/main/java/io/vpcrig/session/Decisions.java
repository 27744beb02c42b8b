package io.vpcrig.session;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameRow;

/**
 * What decided about sessions, each decision kept once for all that have it, by a number.
 *
 * <pre>
 *   generation | list | rule | egress list | egress rule | ingress list | ingress rule
 * </pre>
 *
 * List and rule are what a report names; the others judged on the way. Thread: the owner's.
 */
final class Decisions implements AutoCloseable {
  static final int GENERATION = 0;
  static final int LIST = 1;
  static final int RULE = 2;
  static final int EGRESS_LIST = 3;
  static final int EGRESS_RULE = 4;
  static final int INGRESS_LIST = 5;
  static final int INGRESS_RULE = 6;

  private final SharedRows rows = new SharedRows();

  /** The number of a decision, with one more reference to it. */
  int acquire(
      int generation,
      int list,
      int rule,
      int egressList,
      int egressRule,
      int ingressList,
      int ingressRule) {
    return rows.acquire(
        SharedRows.pair(generation, list),
        SharedRows.pair(rule, egressList),
        SharedRows.pair(egressRule, ingressList),
        SharedRows.pair(ingressRule, 0));
  }

  void release(int decision) {
    rows.release(decision);
  }

  /** One of the columns drawn above. */
  int value(int decision, int column) {
    return rows.value(decision, column);
  }

  /** Writes generation, list and rule into a frame's row. */
  void put(int decision, long row) {
    long values = rows.line(decision);
    Bytes.putRaw32(row + FrameRow.GENERATION, OffHeap.rawInt(values));
    Bytes.putRaw32(row + FrameRow.LIST, OffHeap.rawInt(values + 4));
    Bytes.putRaw32(row + FrameRow.RULE, OffHeap.rawInt(values + 8));
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
