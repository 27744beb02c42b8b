package io.vpcrig.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Which frames are selected, and sent in again. */
class SelectedSourceTest {
  private static final long SECOND_NS = 1_000_000_000;

  /** Frames of 0 to 2 KiB, a second apart from 1000 s on. */
  private static MemorySource frames(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<byte[]> prepared = new ArrayList<>();
    for (int k = 0; k < count; k++) {
      byte[] frame = new byte[random.nextInt(2048)];
      random.nextBytes(frame);
      prepared.add(frame);
    }
    return new MemorySource(prepared, count, 1000 * SECOND_NS, SECOND_NS);
  }

  private static long[] numbers(FrameSource source) throws IOException {
    return CapturedFrame.readAll(source, 7).frames().stream()
        .mapToLong(CapturedFrame::number)
        .toArray();
  }

  @Test
  void whatIsTakenIsTheSameFrameWhateverIsLeftOut() throws IOException {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 50; round++) {
      int count = 1 + random.nextInt(600);
      int one = 1 + random.nextInt(9);
      long frameSeed = random.nextLong();
      FrameFilter filter = (batch, i) -> (batch.number[i] * frameSeed >>> 7) % one == 0;
      List<CapturedFrame> expected = new ArrayList<>();
      for (CapturedFrame frame : CapturedFrame.readAll(frames(count, frameSeed)).frames()) {
        if ((frame.number() * frameSeed >>> 7) % one == 0) {
          expected.add(frame);
        }
      }
      SelectedSource source = new SelectedSource(frames(count, frameSeed), filter);
      // A small arena fills before the batch does.
      try (FrameBatch batch = new FrameBatch(1 + random.nextInt(64), 1 << 20)) {
        List<CapturedFrame> taken = CapturedFrame.readAll(source, batch).frames();
        CapturedFrame.assertSame(expected, taken, "seed " + seed);
      }
      assertEquals(count - expected.size(), source.leftOut(), "seed " + seed);
    }
  }

  @Test
  void framesBeforeInTheBatchStay() throws IOException {
    try (MemorySource memory = frames(20, 3);
        SelectedSource none = new SelectedSource(memory, (batch, i) -> false);
        FrameBatch batch = new FrameBatch(8)) {
      MemorySource.of(List.of(new byte[] {1, 2}, new byte[] {3})).read(batch);
      CapturedFrame last = CapturedFrame.of(batch, 1);
      assertEquals(0, none.read(batch));
      assertEquals(2, batch.size);
      assertEquals(last, CapturedFrame.of(batch, 1));
      assertEquals(20, none.leftOut());
    }
  }

  @Test
  void rangesTakeTheirFramesAndEndTheReading() throws IOException {
    SelectedSource source = new SelectedSource(frames(300, 1), FrameRanges.parse("20,3-5,100-101"));
    assertEquals(
        List.of(3L, 4L, 5L, 20L, 100L, 101L), LongStream.of(numbers(source)).boxed().toList());
    assertEquals(95, source.leftOut());
    assertEquals(3, numbers(new SelectedSource(frames(300, 1), FrameRanges.parse("298-"))).length);
    for (String wrong : List.of("", "0", "5-4", "1,,2", "a", "-3", "1-2-3", " 1")) {
      assertThrows(IllegalArgumentException.class, () -> FrameRanges.parse(wrong), wrong);
    }
  }

  private static long[] between(String from, String to) throws IOException {
    TimeRange range = TimeRange.of(Optional.ofNullable(from), Optional.ofNullable(to));
    return numbers(new SelectedSource(frames(60, 1), range));
  }

  @Test
  void timesCountFromTheFirstFrameOrAreAbsolute() throws IOException {
    assertEquals(List.of(11L, 12L), LongStream.of(between("10s", "12s")).boxed().toList());
    assertEquals(9, between(null, "8000.000001ms").length);
    assertEquals(8, between(null, "8000ms").length);
    assertEquals(30, between("0.5m", null).length);
    assertEquals(58, between("1970-01-01T00:16:42Z", null).length);
    assertEquals(58, between("1970-01-01T01:16:42+01:00", null).length);
    assertEquals(2, between("1970-01-01T00:16:42", "4s").length);
    assertEquals(0, between("1h", null).length);
    for (String wrong : List.of("", "10", "s", "-1s", "1d", "1970-01-01", "2300-01-01T00:00:00Z")) {
      assertThrows(IllegalArgumentException.class, () -> between(wrong, null), wrong);
    }
    assertThrows(IllegalArgumentException.class, () -> between("5s", "5s"));
  }

  private static List<CapturedFrame> looped(int count, long rounds, FrameFilter filter)
      throws IOException {
    MemorySource memory = frames(count, 5);
    SelectedSource selected = new SelectedSource(memory, filter);
    LoopedSource.Rewind rewind =
        () -> {
          memory.rewind();
          selected.rewind();
        };
    return CapturedFrame.readAll(new LoopedSource(selected, rewind, rounds), 7).frames();
  }

  @Test
  void roundsGoOnInTimeAndNumber() throws IOException {
    List<CapturedFrame> once = CapturedFrame.readAll(frames(10, 5)).frames();
    List<CapturedFrame> all = looped(10, 3, (batch, i) -> true);
    assertEquals(30, all.size());
    for (int k = 0; k < 30; k++) {
      CapturedFrame frame = all.get(k);
      assertEquals(k + 1, frame.number());
      assertEquals((1000 + k) * SECOND_NS, frame.timestampNs());
      assertEquals(once.get(k % 10).hex(), frame.hex());
    }
  }

  @Test
  void roundsOfARangeAreTheRangeAgain() throws IOException {
    List<CapturedFrame> all = looped(100, 2, FrameRanges.parse("5-7"));
    assertEquals(
        List.of(5L, 6L, 7L, 12L, 13L, 14L), all.stream().map(CapturedFrame::number).toList());
    assertEquals(1007 * SECOND_NS, all.get(3).timestampNs());
  }

  @Test
  void oneFrameForeverComesEachMillisecond() throws IOException {
    MemorySource memory = frames(1, 5);
    LoopedSource forever = new LoopedSource(memory, memory::rewind, LoopedSource.FOREVER);
    List<CapturedFrame> some = CapturedFrame.readAll(new LimitedSource(forever, 1000)).frames();
    assertEquals(1000, some.getLast().number());
    assertEquals(1000 * SECOND_NS + 999_000_000, some.getLast().timestampNs());
  }

  @Test
  void nothingForeverEnds() throws IOException {
    assertEquals(List.of(), looped(10, LoopedSource.FOREVER, (batch, i) -> false));
    assertThrows(IllegalArgumentException.class, () -> LoopedSource.parseRounds("0"));
    assertThrows(IllegalArgumentException.class, () -> LoopedSource.parseRounds("ever"));
    assertEquals(LoopedSource.FOREVER, LoopedSource.parseRounds("forever"));
  }

  @Test
  void timesBeyondTheLongEndWithASentence() {
    MemorySource memory = new MemorySource(List.of(new byte[1]), 2, 0, Long.MAX_VALUE / 2);
    LoopedSource forever = new LoopedSource(memory, memory::rewind, LoopedSource.FOREVER);
    SelectionException e =
        assertThrows(SelectionException.class, () -> CapturedFrame.readAll(forever));
    assertTrue(e.getMessage().contains("2262"));
  }
}
