package io.vpcrig.engine;

import io.vpcrig.frame.Bytes;

/** Which frames a tap takes. Thread: that of the frames. */
@FunctionalInterface
public interface FrameTest {
  /** Takes all. */
  FrameTest ALL = (bytes, start, length) -> true;

  /** Whether the Ethernet frame that stands there is taken. */
  boolean takes(Bytes bytes, int start, int length);
}
