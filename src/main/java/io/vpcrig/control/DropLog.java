package io.vpcrig.control;

import io.vpcrig.engine.DropExamples;
import io.vpcrig.query.FrameText;
import io.vpcrig.telemetry.Reason;
import java.util.Arrays;

/**
 * Examples of dropped frames for the log: for each reason {@link #BURST} at once, then one every
 * {@link #REFILL_NS}. Each line says how many frames were dropped for its reason since the last one
 * and are not shown. Thread: one.
 */
final class DropLog {
  static final int BURST = 5;
  static final long REFILL_NS = 2_000_000_000L;

  private final EventLog log;

  /** Nanoseconds saved up; a line costs {@link #REFILL_NS}. */
  private final long[] saved = new long[Reason.LIMIT];

  private final long[] filledNs = new long[Reason.LIMIT];
  private final long[] told = new long[Reason.LIMIT];

  DropLog(EventLog log, long nowNs) {
    this.log = log;
    Arrays.fill(saved, BURST * REFILL_NS);
    Arrays.fill(filledNs, nowNs);
  }

  /**
   * Takes an example.
   *
   * @param count frames dropped for the reason so far, this one included
   */
  void offer(Reason reason, DropExamples.Drop drop, FrameText text, long count, long nowNs) {
    int r = reason.number();
    saved[r] = Math.min(BURST * REFILL_NS, saved[r] + nowNs - filledNs[r]);
    filledNs[r] = nowNs;
    if (saved[r] < REFILL_NS) {
      return;
    }
    saved[r] -= REFILL_NS;
    long suppressed = Math.max(0, count - told[r] - 1);
    told[r] = Math.max(count, told[r]);
    log.write(
        "drop",
        "reason",
        reason.dottedName(),
        "in",
        text.segment(drop.segment()),
        "flow",
        text.flow(reason, drop),
        "rule",
        text.rule(drop),
        "bytes",
        drop.length(),
        "suppressed",
        suppressed);
  }
}
