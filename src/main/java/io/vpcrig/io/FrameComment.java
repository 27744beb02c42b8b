package io.vpcrig.io;

import io.vpcrig.frame.FrameBatch;

/** What is written beside a frame. */
@FunctionalInterface
public interface FrameComment {
  /** No comments. */
  FrameComment NONE = (batch, i) -> null;

  /**
   * The comment of frame {@code i} in UTF-8, at most 65,535 bytes; null for none. Called for every
   * frame written: it returns arrays kept for the purpose and does not make them.
   */
  byte[] of(FrameBatch batch, int i);
}
