package io.vpcrig.engine;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.Verdict;
import io.vpcrig.stage.Stage;
import io.vpcrig.stage.StageContext;

/**
 * {@link PlainEgress} where nobody wants the frames: gives the verdict and writes nothing. Thread:
 * one worker.
 */
final class PlainVerdict implements Stage {
  @Override
  public void process(FrameBatch batch, StageContext context) {
    int count = batch.liveCount;
    int[] live = batch.live;
    byte[] plain = batch.plain;
    byte[] verdicts = batch.verdict;
    int left = 0;
    for (int k = 0; k < count; k++) {
      int i = live[k];
      if (plain[i] == 0) {
        live[left++] = i;
      } else {
        verdicts[i] = Verdict.FORWARD;
      }
    }
    batch.liveCount = left;
  }
}
