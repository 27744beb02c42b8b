package io.vpcrig.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TimeSeriesTest {
  private record Sample(long timeNs, long value) {}

  @Test
  void tellsWhatAMapTellsInAnyOrder() {
    for (long seed = 1; seed <= 300; seed++) {
      Random random = new Random(seed);
      List<Sample> samples = new ArrayList<>();
      long base = random.nextLong(Long.MAX_VALUE / 2);
      long range = 1L << 1 + random.nextInt(61);
      for (int k = 1 + random.nextInt(400); k > 0; k--) {
        samples.add(new Sample(base + random.nextLong(range), random.nextLong(1000)));
      }
      TimeSeries series = series(samples);
      assertSame(samples, series, seed);
      Collections.shuffle(samples, random);
      TimeSeries other = series(samples);
      assertEquals(series.startNs(), other.startNs(), () -> "seed in " + samples);
      assertEquals(series.widthNs(), other.widthNs());
      assertSame(samples, other, seed);
    }
  }

  @Test
  void oneTimeIsOneInterval() {
    TimeSeries series = series(List.of(new Sample(5_000, 7), new Sample(5_000, 2)));
    assertEquals(1, series.count());
    assertEquals(9, series.value(0, 0));
    assertEquals(7, series.value(1, 0));
  }

  private static TimeSeries series(List<Sample> samples) {
    TimeSeries series = new TimeSeries(TimeSeries.Kind.SUM, TimeSeries.Kind.HIGHEST);
    for (Sample sample : samples) {
      int place = series.place(sample.timeNs());
      series.add(place, 0, sample.value());
      series.add(place, 1, sample.value());
    }
    return series;
  }

  private static void assertSame(List<Sample> samples, TimeSeries series, long seed) {
    TreeMap<Long, Long> sums = new TreeMap<>();
    TreeMap<Long, Long> highest = new TreeMap<>();
    for (Sample sample : samples) {
      sums.merge(sample.timeNs() / series.widthNs(), sample.value(), Long::sum);
      highest.merge(sample.timeNs() / series.widthNs(), sample.value(), Math::max);
    }
    long first = sums.firstKey();
    assertEquals(first * series.widthNs(), series.startNs(), () -> "start, seed " + seed);
    assertEquals(sums.lastKey() - first + 1, series.count(), () -> "count, seed " + seed);
    assertTrue(series.count() <= TimeSeries.INTERVALS, () -> "bound, seed " + seed);
    for (int k = 0; k < series.count(); k++) {
      String where = "interval " + k + ", seed " + seed;
      assertEquals(sums.getOrDefault(first + k, 0L), series.value(0, k), where);
      assertEquals(highest.getOrDefault(first + k, 0L), series.value(1, k), where);
    }
    boolean finest = series.widthNs() == 1024;
    long half = series.widthNs() / 2;
    long intervals = last(samples) / half - first(samples) / half + 1;
    assertTrue(finest || intervals > TimeSeries.INTERVALS, () -> "too wide, seed " + seed);
  }

  private static long first(List<Sample> samples) {
    return samples.stream().mapToLong(Sample::timeNs).min().orElseThrow();
  }

  private static long last(List<Sample> samples) {
    return samples.stream().mapToLong(Sample::timeNs).max().orElseThrow();
  }
}
