package io.vpcrig.session;

/**
 * Told of each session that ends, while its record can still be read. Thread: the table's worker.
 */
@FunctionalInterface
public interface SessionListener {
  /** Does nothing. */
  SessionListener NONE = (table, number) -> {};

  /**
   * Session {@code number} ends: expired, replaced, dropped early or drained. Must not change the
   * table.
   */
  void closed(SessionTable table, int number);
}
