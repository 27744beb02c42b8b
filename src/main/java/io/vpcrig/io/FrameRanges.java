package io.vpcrig.io;

import io.vpcrig.frame.FrameBatch;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Frames by their numbers, such as {@code 1-100,250,900-}. */
public final class FrameRanges implements FrameFilter {
  private static final Pattern RANGE = Pattern.compile("(\\d{1,18})(?:(-)(\\d{1,18})?)?");

  private final long[] first;
  private final long[] last;

  private FrameRanges(long[] first, long[] last) {
    this.first = first;
    this.last = last;
  }

  /**
   * Reads ranges, both ends included, in any order; an open one ends with the input.
   *
   * @throws IllegalArgumentException with a sentence for the operator
   */
  public static FrameRanges parse(String text) {
    String[] parts = text.split(",", -1);
    long[] first = new long[parts.length];
    long[] last = new long[parts.length];
    for (int p = 0; p < parts.length; p++) {
      Matcher range = RANGE.matcher(parts[p]);
      if (!range.matches()) {
        throw wrong(text, "'" + parts[p] + "' is no range");
      }
      first[p] = Long.parseLong(range.group(1));
      boolean open = range.group(2) != null;
      String end = range.group(3);
      last[p] = end != null ? Long.parseLong(end) : open ? Long.MAX_VALUE : first[p];
      if (first[p] < 1 || last[p] < first[p]) {
        throw wrong(text, "'" + parts[p] + "' has no frame, they are numbered from 1");
      }
    }
    return new FrameRanges(first, last);
  }

  private static IllegalArgumentException wrong(String text, String why) {
    return new IllegalArgumentException(
        "frames '" + text + "': " + why + "; write N, A-B or A- (such as 1-100,250,900-)");
  }

  @Override
  public boolean takes(FrameBatch batch, int i) {
    long number = batch.number[i];
    for (int r = 0; r < first.length; r++) {
      if (number >= first[r] && number <= last[r]) {
        return true;
      }
    }
    return false;
  }

  @Override
  public long firstFrame() {
    return Arrays.stream(first).min().orElseThrow();
  }

  @Override
  public long lastFrame() {
    return Arrays.stream(last).max().orElseThrow();
  }
}
