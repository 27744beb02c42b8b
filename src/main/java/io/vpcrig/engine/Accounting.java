package io.vpcrig.engine;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameSink;
import io.vpcrig.frame.Verdict;
import io.vpcrig.telemetry.Reason;
import java.util.function.IntUnaryOperator;

/**
 * Counts finished frames, each exactly once: by verdict, by reason, and from segment to segment.
 * The parts of {@link #packets} add up to it. Thread: one; that of a worker, batch by batch, or the
 * writer's, frame by frame. Another one that reads sees each count as it was a moment ago.
 */
public final class Accounting implements FrameSink {
  /** {@link #renumbered}: the segment is gone. */
  public static final int GONE = -1;

  private final int segments;
  private final long[] verdicts = new long[Verdict.COUNT];
  private final long[] reasons = new long[Reason.LIMIT];

  /** From segment to segment; the last row and column are of segments that are gone. */
  private final long[] passed;

  private final long[] dropped;
  private long packets;
  private DropExamples examples;

  public Accounting(int segments) {
    this.segments = segments;
    passed = new long[(segments + 1) * (segments + 1)];
    dropped = new long[segments + 1];
  }

  @Override
  public void write(FrameBatch batch, int i) {
    int verdict = batch.verdict[i];
    if (i < batch.capacity) {
      packets++;
    } else if (verdict != Verdict.ORIGINATED) {
      // A fragment that was held and has its verdict now.
      verdicts[Verdict.HELD]--;
      reasons[Reason.HELD.number()]--;
    }
    verdicts[verdict]++;
    reasons[batch.reason[i]]++;
    int in = batch.segment[i];
    if (verdict == Verdict.FORWARD) {
      passed[in * (segments + 1) + batch.outSegment[i]]++;
    } else if (verdict == Verdict.DROP) {
      dropped[in >= 0 && in < segments ? in : segments]++;
      if (examples != null) {
        examples.offer(batch, i);
      }
    }
  }

  /** Offers dropped frames from now on. Before the first frame. */
  public void keepExamples(DropExamples newExamples) {
    examples = newExamples;
  }

  /** Counts all frames of a finished batch: as {@link #write} of each, in any order. */
  void count(FrameBatch batch) {
    for (int i = 0; i < batch.size; i++) {
      write(batch, i);
    }
    for (int i = batch.capacity; i < batch.capacity + batch.extras; i++) {
      write(batch, i);
    }
  }

  /** Adds what another counted of the same segments. */
  public void addAll(Accounting other) {
    packets += other.packets;
    add(verdicts, other.verdicts);
    add(reasons, other.reasons);
    add(passed, other.passed);
    add(dropped, other.dropped);
  }

  /**
   * The same counts, and who keeps examples, where segments have other numbers. What was counted of
   * segments that are gone stays in the sums of the others.
   *
   * @param newNumber of each segment, {@link #GONE} if it is none any more
   */
  public Accounting renumbered(int newSegments, IntUnaryOperator newNumber) {
    Accounting next = new Accounting(newSegments);
    next.packets = packets;
    next.examples = examples;
    add(next.verdicts, verdicts);
    add(next.reasons, reasons);
    int[] numbers = new int[segments + 1];
    for (int s = 0; s <= segments; s++) {
      int number = s == segments ? GONE : newNumber.applyAsInt(s);
      numbers[s] = number == GONE ? newSegments : number;
      next.dropped[numbers[s]] += dropped[s];
    }
    for (int from = 0; from <= segments; from++) {
      for (int to = 0; to <= segments; to++) {
        next.passed[numbers[from] * (newSegments + 1) + numbers[to]] += passed(from, to);
      }
    }
    return next;
  }

  private static void add(long[] to, long[] more) {
    for (int k = 0; k < to.length; k++) {
      to[k] += more[k];
    }
  }

  @Override
  public void close() {}

  /** Frames read. */
  public long packets() {
    return packets;
  }

  /** Frames with a {@link Verdict}; {@link Verdict#ORIGINATED} is not part of {@link #packets}. */
  public long verdict(int verdict) {
    return verdicts[verdict];
  }

  public long reason(Reason reason) {
    return reasons[reason.number()];
  }

  /** Frames forwarded from one segment to another. */
  public long passed(int from, int to) {
    return passed[from * (segments + 1) + to];
  }

  /** Frames forwarded that came by a segment. */
  public long passedFrom(int from) {
    long sum = 0;
    for (int to = 0; to <= segments; to++) {
      sum += passed(from, to);
    }
    return sum;
  }

  /** Frames forwarded that leave by a segment. */
  public long passedTo(int to) {
    long sum = 0;
    for (int from = 0; from <= segments; from++) {
      sum += passed(from, to);
    }
    return sum;
  }

  /** Frames dropped that came by a segment; with the number of segments, those of no known one. */
  public long dropped(int from) {
    return dropped[from];
  }
}
