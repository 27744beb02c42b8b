package io.vpcrig.session;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.stage.Stage;
import io.vpcrig.stage.StageContext;
import io.vpcrig.telemetry.Reason;

/**
 * Translates what ICMP errors quote: of live frames that {@link SessionStage} found RELATED and
 * that leave. Stands behind the first-packet path, in the same batch: nothing may drop the frame
 * afterwards, and its session can be read until then even if it has ended. The outer header is
 * written by nat's rewrite from the columns, as every frame's.
 *
 * <p>Thread: the table's worker, not a later phase's.
 */
public final class RelatedStage implements Stage {
  private final SessionTable table;

  public RelatedStage(SessionTable table) {
    this.table = table;
  }

  @Override
  public void process(FrameBatch batch, StageContext context) {
    for (int k = 0; k < batch.liveCount; k++) {
      int i = batch.live[k];
      if (batch.reason[i] == Reason.RELATED.number() && batch.outSegment[i] != FrameBatch.NONE) {
        RelatedIcmp.rewriteQuote(
            batch.bytes,
            batch.l4[i],
            Math.min(batch.l3End[i], batch.start[i] + batch.length[i]),
            table,
            batch.session[i],
            batch.direction[i]);
      }
    }
  }
}
