package io.vpcrig.engine;

import io.vpcrig.frame.FrameBatch;

/**
 * Looks at the frames of a {@link PacketPath} between its stages. It changes nothing of them but
 * the number of their trace. Thread: the path's; it must not wait.
 */
public interface PathTap {
  /** The place before the first stage. */
  String IN = "in";

  /** The place behind the last stage. */
  String OUT = "out";

  /** A batch begins its way; its frames stand as they came, and are all live. */
  void enter(FrameBatch batch, Snapshot snapshot, PacketPath path);

  /** A stage is about to work on the live frames. */
  void before(FrameBatch batch);

  /** It has; those that it decided are live no longer. */
  void after(String place, FrameBatch batch);

  /** All frames have their verdicts. */
  void leave(FrameBatch batch, PacketPath path);

  /** It threw this, and is shown nothing more. */
  default void failed(RuntimeException problem) {
    throw problem;
  }
}
