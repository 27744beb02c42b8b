package io.vpcrig.cli;

import io.vpcrig.telemetry.Run;
import io.vpcrig.telemetry.RunSnapshot;
import java.util.Locale;

/** Words about a run that stat and top share. */
final class RunText {
  /** Counters of a running process older than this tell that it hangs, or is stopped. */
  private static final long STALE_MS = 3_000;

  private RunText() {}

  /** What has become of it, coloured. */
  static String state(RunSnapshot snapshot, long nowMs, Style style) {
    return switch (snapshot.state()) {
      case RUNNING ->
          nowMs - snapshot.atMs() > STALE_MS
              ? style.red("not answering for " + time(nowMs - snapshot.atMs()))
              : style.green("running");
      case ENDED -> "ended";
      case DEAD -> style.red("died");
    };
  }

  /** How long it ran, until its counters were written. */
  static String age(RunSnapshot snapshot) {
    return time(Math.max(0, snapshot.atMs() - snapshot.run().begunMs()));
  }

  /** As in {@code replay production, PID 4711}. */
  static String name(Run run) {
    return run.verb() + " " + run.vpc() + ", PID " + run.pid();
  }

  /** A time span: {@code 4.2 s}, {@code 3:07}, {@code 1:00:00}. */
  static String time(long ms) {
    long s = ms / 1000;
    if (s < 60) {
      return String.format(Locale.ROOT, "%.1f s", ms / 1e3);
    }
    return s < 3600
        ? String.format(Locale.ROOT, "%d:%02d", s / 60, s % 60)
        : String.format(Locale.ROOT, "%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
  }

  /** A number in at most six characters: {@code 999}, {@code 12.3k}, {@code 4.56M}. */
  static String brief(double value) {
    double rest = value;
    for (String unit : new String[] {"", "k", "M", "G", "T"}) {
      if (rest < 999.5) {
        int decimals = unit.isEmpty() || rest >= 99.95 ? 0 : rest >= 9.995 ? 1 : 2;
        return String.format(Locale.ROOT, "%." + decimals + "f%s", rest, unit);
      }
      rest /= 1000;
    }
    return String.format(Locale.ROOT, "%.1e", value);
  }

  /** The first {@code width} characters; one that stands for the others, if there are any. */
  static String cut(String text, int width) {
    if (text.length() <= width) {
      return text;
    }
    return width <= 0 ? "" : text.substring(0, width - 1) + "~";
  }
}
