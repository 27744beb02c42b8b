package io.vpcrig.io;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameSource;
import java.io.IOException;

/**
 * Another source again and again, as one long capture: each round's timestamps are later by the
 * span of all and the mean gap between frames, so that they never fall back from round to round;
 * its numbers go on from the last frame of the round before. Thread: one reader.
 */
public final class LoopedSource implements FrameSource {
  /** Rounds that never end. */
  public static final long FOREVER = Long.MAX_VALUE;

  /** From one round to the next if the frames tell no gap: there is one, or all have one time. */
  static final long NO_GAP_NS = 1_000_000;

  /** Makes the source begin again at its first frame. */
  @FunctionalInterface
  public interface Rewind {
    void run() throws IOException;
  }

  private final FrameSource source;
  private final Rewind rewind;
  private final long rounds;
  private long round = 1;
  private long frames;
  private long earliestNs = Long.MAX_VALUE;
  private long latestNs = Long.MIN_VALUE;
  private long lastNumber;
  private long shiftNs;
  private long shiftNumber;

  /**
   * @param rounds from 1
   */
  public LoopedSource(FrameSource source, Rewind rewind, long rounds) {
    this.source = source;
    this.rewind = rewind;
    this.rounds = rounds;
  }

  /**
   * Reads a number of rounds, or {@code forever}.
   *
   * @throws IllegalArgumentException with a sentence for the operator
   */
  public static long parseRounds(String text) {
    if (text.equals("forever")) {
      return FOREVER;
    }
    try {
      long rounds = Long.parseLong(text);
      if (rounds >= 1) {
        return rounds;
      }
    } catch (NumberFormatException e) {
      // Told below, like every other value that is not legal.
    }
    throw new IllegalArgumentException("loop '" + text + "'; write a number from 1, or forever");
  }

  @Override
  public int read(FrameBatch batch) throws IOException {
    int from = batch.size;
    while (source.read(batch) == 0) {
      if (frames == 0 || round == rounds) {
        return 0;
      }
      round++;
      later();
      rewind.run();
    }
    if (round == 1) {
      measure(batch, from);
    } else {
      shift(batch, from);
    }
    return batch.size - from;
  }

  private void measure(FrameBatch batch, int from) {
    for (int i = from; i < batch.size; i++) {
      earliestNs = Math.min(earliestNs, batch.timestampNs[i]);
      latestNs = Math.max(latestNs, batch.timestampNs[i]);
    }
    frames += batch.size - from;
    lastNumber = batch.number[batch.size - 1];
  }

  private void later() throws IOException {
    long span = latestNs - earliestNs;
    long gap = span == 0 ? NO_GAP_NS : Math.max(1, span / (frames - 1));
    shiftNs += span + gap;
    shiftNumber += lastNumber;
    if (latestNs + shiftNs < 0) {
      throw new SelectionException("round " + round + " would be later than the year 2262");
    }
  }

  private void shift(FrameBatch batch, int from) {
    for (int i = from; i < batch.size; i++) {
      batch.timestampNs[i] += shiftNs;
      batch.number[i] += shiftNumber;
    }
  }

  @Override
  public String describe() {
    return source.describe();
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
