package io.vpcrig.stage;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.Verdict;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.telemetry.TraceRing;
import io.vpcrig.telemetry.TraceStep;

/**
 * What a stage may use besides the batch: the one funnel for verdicts, and the trace. Thread: one
 * worker.
 *
 * <p>A verdict is written to the batch's columns; whoever takes the batch at the end of the way
 * counts them there, so each frame is counted exactly once.
 */
public final class StageContext {
  private final TraceRing trace;

  public StageContext(TraceRing trace) {
    this.trace = trace;
  }

  /** Drops frame {@code i}. It leaves the live list at the next {@link FrameBatch#keepPending}. */
  public void drop(FrameBatch batch, int i, Reason reason) {
    decide(batch, i, Verdict.DROP, reason);
  }

  /** Gives frame {@code i} its verdict. */
  public void decide(FrameBatch batch, int i, byte verdict, Reason reason) {
    batch.decide(i, verdict, reason.number());
    if (batch.trace[i] != 0) {
      trace.add(
          batch.trace[i],
          TraceStep.DISPOSITION,
          verdict,
          reason.number(),
          batch.list[i],
          batch.rule[i]);
    }
  }

  /** Adds a trace record if frame {@code i} is traced. */
  public void trace(FrameBatch batch, int i, TraceStep step, int a, int b, int c, int d) {
    if (batch.trace[i] != 0) {
      trace.add(batch.trace[i], step, a, b, c, d);
    }
  }
}
