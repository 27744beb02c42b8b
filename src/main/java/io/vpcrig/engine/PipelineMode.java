package io.vpcrig.engine;

/** How the steps of the way are spread over threads. */
public enum PipelineMode {
  /**
   * A worker takes a batch through the whole way; only reading and writing may have threads of
   * their own.
   */
  RTC,
  /** Reading, decapsulation, policy, rewriting and writing each have a thread. */
  STAGED
}
