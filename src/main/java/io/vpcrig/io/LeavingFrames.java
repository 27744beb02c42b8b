package io.vpcrig.io;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.Verdict;

/** Which frames leave, and by which segment. */
final class LeavingFrames {
  private LeavingFrames() {}

  static boolean leaves(FrameBatch batch, int i) {
    byte verdict = batch.verdict[i];
    return verdict == Verdict.FORWARD || verdict == Verdict.SWITCH || verdict == Verdict.ORIGINATED;
  }

  /** The segment a frame leaves by; a switched frame leaves by the one it came by. */
  static int segment(FrameBatch batch, int i) {
    return batch.verdict[i] == Verdict.SWITCH ? batch.segment[i] : batch.outSegment[i];
  }
}
