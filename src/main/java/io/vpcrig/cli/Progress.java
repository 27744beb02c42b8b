package io.vpcrig.cli;

import io.vpcrig.cli.GlobalOptions.ProgressMode;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameSink;
import java.io.PrintStream;
import java.util.function.DoubleSupplier;

/**
 * Tells on stderr how far a replay has come, about five times a second: a bar on a terminal, lines
 * of JSON if asked for. Thread: the writer.
 */
final class Progress implements FrameSink {
  private static final int FRAMES_PER_LOOK = 1 << 14;
  private static final long NANOS_PER_UPDATE = 200_000_000;
  private static final int BAR = 30;

  private final ProgressMode mode;
  private final DoubleSupplier share;
  private final PrintStream err;
  private final long startNs = System.nanoTime();
  private long lastNs = startNs;
  private long frames;
  private boolean drawn;

  /**
   * @param share how much of the input has been read, 0..1; negative if that is not known
   */
  Progress(ProgressMode mode, DoubleSupplier share, PrintStream err) {
    this.mode = mode;
    this.share = share;
    this.err = err;
  }

  /** Whether there is anything to show at all. */
  static boolean isWanted(ProgressMode mode, boolean quiet) {
    return mode == ProgressMode.json
        || mode == ProgressMode.auto && !quiet && GlobalOptions.onTerminal();
  }

  @Override
  public void write(FrameBatch batch, int i) {
    if ((++frames & FRAMES_PER_LOOK - 1) != 0) {
      return;
    }
    long now = System.nanoTime();
    if (now - lastNs >= NANOS_PER_UPDATE) {
      lastNs = now;
      update(now);
    }
  }

  private void update(long nowNs) {
    double rate = frames / ((nowNs - startNs) / 1e9);
    double part = share.getAsDouble();
    if (mode == ProgressMode.json) {
      err.printf("{\"frames\":%d,\"share\":%.4f,\"rate\":%.0f}%n", frames, part, rate);
      return;
    }
    int full = part < 0 ? 0 : (int) Math.min(BAR, part * BAR);
    String bar = part < 0 ? "" : "[" + "#".repeat(full) + "-".repeat(BAR - full) + "] ";
    err.printf("\r%s%,d frames, %.2f M/s ", bar, frames, rate / 1e6);
    drawn = true;
  }

  @Override
  public void close() {
    if (drawn) {
      err.print("\r\033[K");
    }
  }
}
