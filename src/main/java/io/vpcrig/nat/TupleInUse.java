package io.vpcrig.nat;

/** Answers whether a session has a tuple already; the session table's lookup in the engine. */
@FunctionalInterface
public interface TupleInUse {
  /**
   * Whether a frame with these columns would belong to a session.
   *
   * @param ports as the batch's column
   */
  boolean inUse(int source, int destination, int ports, int protocol);
}
