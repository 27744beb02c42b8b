package io.vpcrig.engine;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.Verdict;
import io.vpcrig.stage.Stage;
import io.vpcrig.stage.StageContext;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.telemetry.TraceStep;

/**
 * The end of the way: what is still live leaves. Frames of the router's own get their verdict here
 * too.
 */
final class FinishStage implements Stage {
  private static final int ORIGINATED = Reason.ORIGINATED.number();

  @Override
  public void process(FrameBatch batch, StageContext context) {
    for (int k = 0; k < batch.liveCount; k++) {
      int i = batch.live[k];
      byte verdict = batch.reason[i] == ORIGINATED ? Verdict.ORIGINATED : Verdict.FORWARD;
      batch.verdict[i] = verdict;
      context.trace(
          batch, i, TraceStep.DISPOSITION, verdict, batch.reason[i], batch.list[i], batch.rule[i]);
    }
  }
}
