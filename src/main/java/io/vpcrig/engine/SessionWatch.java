package io.vpcrig.engine;

import io.vpcrig.session.SessionTable;

/** Looks at a worker's sessions after each batch. Thread: the worker. */
@FunctionalInterface
public interface SessionWatch {
  /** Looks at nothing. */
  SessionWatch NONE = (timeNs, sessions) -> {};

  /**
   * A batch went through the policy.
   *
   * @param timeNs timestamp of its last frame
   * @param sessions may be read until this returns
   */
  void look(long timeNs, SessionTable sessions);
}
