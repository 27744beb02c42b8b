package io.vpcrig.control;

import io.vpcrig.engine.FrameTest;
import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.LinkType;
import io.vpcrig.io.BpfFilter;
import io.vpcrig.io.SelectionException;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Reads {@code [count=N] [filter=EXPRESSION]}, where the expression of pcap-filter(7) takes the
 * rest of the line.
 *
 * @param count most frames
 */
record TapArguments(long count, FrameTest test) {
  private static final String COUNT = "count=";
  private static final String FILTER = "filter=";

  /**
   * Reads them.
   *
   * @param mostByDefault where no count is named
   * @throws IllegalArgumentException with a sentence, if they are not legal
   */
  static TapArguments parse(String text, long mostByDefault) {
    String rest = text;
    long count = mostByDefault;
    if (rest.startsWith(COUNT)) {
      int end = rest.indexOf(' ');
      String number = rest.substring(COUNT.length(), end < 0 ? rest.length() : end);
      if (!number.matches("[1-9][0-9]{0,17}")) {
        throw new IllegalArgumentException("count '" + number + "', legal from 1");
      }
      count = Long.parseLong(number);
      rest = end < 0 ? "" : rest.substring(end).strip();
    }
    if (rest.isEmpty()) {
      return new TapArguments(count, FrameTest.ALL);
    }
    if (!rest.startsWith(FILTER)) {
      throw new IllegalArgumentException("'" + rest + "', legal count=N, then filter=EXPRESSION");
    }
    return new TapArguments(count, filter(rest.substring(FILTER.length())));
  }

  private static FrameTest filter(String expression) {
    try {
      BpfFilter filter = BpfFilter.of(expression);
      // Compiled now: the router's thread is to find it there.
      try (Bytes nothing = Bytes.allocate(64)) {
        filter.takes(LinkType.ETHERNET, nothing, 0, 64);
      }
      return (bytes, start, length) -> takes(filter, bytes, start, length);
    } catch (SelectionException e) {
      throw new IllegalArgumentException("filter: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean takes(BpfFilter filter, Bytes bytes, int start, int length) {
    try {
      return filter.takes(LinkType.ETHERNET, bytes, start, length);
    } catch (IOException e) {
      throw new IllegalStateException("compiled before", e);
    }
  }
}
