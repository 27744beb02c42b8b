package io.vpcrig.io;

import io.vpcrig.frame.FrameBatch;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Frames by their timestamps, which may run backward: from one time on, and before another.
 * Relative times count from the first frame that is asked about.
 */
public final class TimeRange implements FrameFilter {
  private static final Pattern RELATIVE =
      Pattern.compile("(\\d{1,12}(?:\\.\\d{1,9})?)(ns|us|ms|s|m|h)");
  private static final Map<String, Long> UNIT_NS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);

  /**
   * A point in time.
   *
   * @param relative whether {@code ns} counts from the first frame, not from the epoch
   */
  record Point(boolean relative, long ns) {
    private long absolute(long firstNs) {
      return relative ? firstNs + ns : ns;
    }
  }

  private final Optional<Point> from;
  private final Optional<Point> to;
  private boolean begun;
  private long fromNs = Long.MIN_VALUE;
  private long toNs = Long.MAX_VALUE;

  private TimeRange(Optional<Point> from, Optional<Point> to) {
    this.from = from;
    this.to = to;
  }

  /**
   * Reads both ends: {@code 10s}, {@code 1.5ms} after the first frame (ns, us, ms, s, m, h), or a
   * time by ISO 8601 (UTC if it names no zone).
   *
   * @throws IllegalArgumentException with a sentence for the operator
   */
  public static TimeRange of(Optional<String> from, Optional<String> to) {
    TimeRange range = new TimeRange(from.map(TimeRange::parse), to.map(TimeRange::parse));
    if (range.from.isPresent()
        && range.to.isPresent()
        && range.from.get().relative() == range.to.get().relative()
        && range.from.get().ns() >= range.to.get().ns()) {
      throw new IllegalArgumentException(
          "no time lies from " + from.get() + " on and before " + to.get());
    }
    return range;
  }

  static Point parse(String text) {
    Matcher relative = RELATIVE.matcher(text);
    try {
      if (relative.matches()) {
        BigDecimal unit = BigDecimal.valueOf(UNIT_NS.get(relative.group(2)));
        return new Point(true, new BigDecimal(relative.group(1)).multiply(unit).longValueExact());
      }
      Instant time = instant(text);
      return new Point(
          false,
          Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), time.getNano()));
    } catch (DateTimeException | ArithmeticException e) {
      throw new IllegalArgumentException(
          "time '"
              + text
              + "'; write it after the first frame, such as 10s or 1.5ms, or as"
              + " 2026-11-26T14:57:00Z (years 1678 to 2262, not finer than 1 ns)",
          e);
    }
  }

  private static Instant instant(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      return LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
    }
  }

  @Override
  public boolean takes(FrameBatch batch, int i) {
    long time = batch.timestampNs[i];
    begin(time);
    return time >= fromNs && time < toNs;
  }

  @Override
  public long earliestNs(long firstNs) {
    begin(firstNs);
    return fromNs;
  }

  /** The first time it hears of is what relative ones count from. */
  private void begin(long firstNs) {
    if (!begun) {
      begun = true;
      from.ifPresent(point -> fromNs = point.absolute(firstNs));
      to.ifPresent(point -> toNs = point.absolute(firstNs));
    }
  }
}
