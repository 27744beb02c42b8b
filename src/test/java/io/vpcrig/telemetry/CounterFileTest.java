package io.vpcrig.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.testing.Allocation;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CounterFileTest {
  private static final List<String> RULE = List.of("we\"b\\", "10", "in\ngress", "allow");

  @TempDir Path folder;

  private Path path() {
    return folder.resolve("some.counters");
  }

  private CounterFile file(int capacity) throws IOException {
    return new CounterFile(path(), Run.here("replay", "production"), capacity);
  }

  @Test
  void whatIsPublishedIsRead() throws IOException {
    AtomicLong frames = new AtomicLong(7);
    try (CounterFile file = file(8)) {
      assertTrue(file.add(CounterType.FRAMES, List.of(), frames::get));
      assertTrue(file.add(CounterType.RULE_PACKETS, RULE, () -> Long.MAX_VALUE));
      file.example(Reason.DENY_RULE, "tcp 10.10.1.5:40000 > 10.10.2.9:443", 12_345);
      file.publish();
      try (CounterReader reader = new CounterReader(path())) {
        assertEquals("replay", reader.run().verb());
        assertEquals("production", reader.run().vpc());
        assertEquals(ProcessHandle.current().pid(), reader.run().pid());
        RunSnapshot first = reader.snapshot();
        assertEquals(Run.State.RUNNING, first.state());
        assertEquals(7, first.sum(CounterType.FRAMES));
        assertEquals(
            List.of(new Counter(CounterType.RULE_PACKETS, RULE, Long.MAX_VALUE)),
            first.all(CounterType.RULE_PACKETS));
        assertEquals(
            List.of(
                new RunSnapshot.Example(
                    Reason.DENY_RULE, 12_345, "tcp 10.10.1.5:40000 > 10.10.2.9:443")),
            first.examples());
        assertTrue(Math.abs(System.currentTimeMillis() - first.atMs()) < 60_000);

        frames.set(9);
        file.end();
        Files.delete(path());
        assertEquals(9, reader.snapshot().sum(CounterType.FRAMES), "its name is gone");
        assertEquals(Run.State.ENDED, reader.state());
      }
    }
  }

  @Test
  void theFileIsAgronasLayoutAndItsOwnersOnly() throws IOException {
    try (CounterFile file = file(8)) {
      file.add(CounterType.DROPS, List.of("ttl.expired"), () -> 5);
      file.publish();
    }
    byte[] bytes = Files.readAllBytes(path());
    CountersReader agrona =
        new CountersReader(
            new UnsafeBuffer(bytes, 512, 8 * 512), new UnsafeBuffer(bytes, 512 + 8 * 512, 8 * 128));
    Map<String, Long> values = new HashMap<>();
    agrona.forEach((value, id, label) -> values.put(label, value));
    assertEquals(5, values.get("drops{reason=\"ttl.expired\"}"));
    assertEquals(2, values.size(), "with the heartbeat");
    assertEquals(
        PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(path()));
    try (var all = Files.list(folder)) {
      assertEquals(1, all.count(), "no part is left");
    }
  }

  @Test
  void aFullFileTakesNoMore() throws IOException {
    try (CounterFile file = file(2)) {
      assertEquals(1, file.room());
      assertTrue(file.add(CounterType.FRAMES, List.of(), () -> 1));
      assertFalse(file.add(CounterType.BYTES, List.of(), () -> 1));
    }
  }

  @Test
  void textsThatAreTooLongAreCutBetweenCharacters() throws IOException {
    String text = "a" + "é".repeat(300);
    Run run = new Run(1, 0, 0, "replay", text);
    try (CounterFile file = new CounterFile(path(), run, 2)) {
      file.example(Reason.TTL, text, 1);
      try (CounterReader reader = new CounterReader(path())) {
        assertEquals("a" + "é".repeat(125), reader.run().vpc());
        assertEquals("a" + "é".repeat(117), reader.snapshot().examples().getFirst().text());
      }
    }
  }

  @Test
  void aProcessOfTheSamePidButAnotherStartIsNotTheRuns() {
    Run here = Run.here("replay", "x");
    assertTrue(here.isAlive());
    assertFalse(
        new Run(here.pid(), here.processStartMs() - 10_000, here.begunMs(), "replay", "x")
            .isAlive());
  }

  @Test
  void whatIsNoCounterFileIsToldInASentence() throws IOException {
    refused("no such file", null);
    refused("is no counter file: only 3 bytes", new byte[3]);
    refused("is no counter file of vpcrig", new byte[4096]);
    try (CounterFile file = file(8)) {
      file.publish();
    }
    byte[] whole = Files.readAllBytes(path());
    refused("is cut short: 5000 bytes of " + whole.length, Arrays.copyOf(whole, 5000));
    byte[] newer = whole.clone();
    newer[CounterLayout.AT_VERSION] = 9;
    refused("has counter layout 9, this vpcrig reads 1", newer);
    byte[] negative = whole.clone();
    negative[CounterLayout.AT_CAPACITY + 3] = -1;
    assertThrows(FileSystemException.class, () -> read(negative));
  }

  private void refused(String reason, byte[] bytes) {
    FileSystemException e = assertThrows(FileSystemException.class, () -> read(bytes));
    assertEquals(path().toString(), e.getFile());
    if (bytes != null) {
      assertEquals(reason, e.getReason());
    }
  }

  private RunSnapshot read(byte[] bytes) throws IOException {
    Files.deleteIfExists(path());
    if (bytes != null) {
      Files.write(path(), bytes);
    }
    try (CounterReader reader = new CounterReader(path())) {
      return reader.snapshot();
    }
  }

  /** Bounds checks are on in tests: a read beyond the file would throw here. */
  @Test
  void damageIsRefusedOrReadAsSomething() throws IOException {
    try (CounterFile file = file(4)) {
      file.add(CounterType.RULE_PACKETS, RULE, () -> 5);
      file.example(Reason.TTL, "tcp 10.10.1.5:40000 > 10.10.2.9:443", 1);
      file.publish();
    }
    byte[] whole = Files.readAllBytes(path());
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int trial = 0; trial < 500; trial++) {
      byte[] damaged = whole.clone();
      for (int k = random.nextInt(1, 40); k > 0; k--) {
        int at = random.nextInt(random.nextBoolean() ? 64 : damaged.length);
        damaged[at == 7 ? 8 : at] = (byte) random.nextInt();
      }
      try {
        read(damaged);
      } catch (FileSystemException refused) {
        assertTrue(refused.getReason() != null, "seed " + seed);
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ", trial " + trial, e);
      }
    }
  }

  /** Halves of a torn value would differ; a counter read twice never goes back. */
  @Test
  void valuesAreNeverTornAndNeverGoBackWhileTheyAreWritten() throws Exception {
    long[] source = new long[64];
    try (CounterFile file = file(source.length + 1)) {
      for (int k = 0; k < source.length; k++) {
        int at = k;
        file.add(CounterType.SEGMENT_IN, List.of("s" + k), () -> source[at]);
      }
      AtomicBoolean done = new AtomicBoolean();
      Thread writer =
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (long n = 1; !done.get(); n++) {
                      Arrays.fill(source, n << 32 | n);
                      file.example(Reason.TTL, Long.toString(n).repeat(10), n);
                      file.publish();
                    }
                  });
      List<Long> last = new ArrayList<>(Collections.nCopies(source.length, 0L));
      int examples = 0;
      try (CounterReader reader = new CounterReader(path())) {
        long end = System.nanoTime() + 500_000_000;
        while (System.nanoTime() < end || examples == 0) {
          RunSnapshot snapshot = reader.snapshot();
          List<Counter> counters = snapshot.all(CounterType.SEGMENT_IN);
          for (int k = 0; k < source.length; k++) {
            long value = counters.get(k).value();
            assertEquals(value >>> 32, value & 0xffff_ffffL, "torn");
            assertTrue(value >= last.get(k), "went back");
            last.set(k, value);
          }
          for (RunSnapshot.Example example : snapshot.examples()) {
            assertEquals(Long.toString(example.atMs()).repeat(10), example.text());
            examples++;
          }
        }
      } finally {
        done.set(true);
        writer.join();
      }
      assertTrue(last.getFirst() > 0, "nothing was written");
    }
  }

  @Test
  void publishingAllocatesNothing() throws IOException {
    long[] source = new long[1000];
    try (CounterFile file = file(source.length + 1)) {
      for (int k = 0; k < source.length; k++) {
        int at = k;
        file.add(CounterType.SEGMENT_IN, List.of("s" + k), () -> source[at]);
      }
      Allocation.assertNone(1000, file::publish);
    }
  }

  @Test
  void thePlaceIsSearchedForTheLatestRunningRun() throws IOException {
    CounterFiles place = new CounterFiles(folder);
    Files.writeString(folder.resolve("vpcrig-1.counters"), "foreign");
    Run here = Run.here("replay", "now");
    List<CounterFile> files = new ArrayList<>();
    files.add(new CounterFile(place.of(2), new Run(2, 1, 30, "replay", "dead"), 4));
    files.add(new CounterFile(place.of(3), here, 4));
    Run older = new Run(here.pid(), here.processStartMs(), 20, "bench", "older");
    files.add(new CounterFile(place.of(4), older, 4));
    assertEquals(
        List.of("now", "older", "dead"),
        place.find().stream().map(found -> found.run().vpc()).toList());
    files.forEach(CounterFile::close);
  }

  @Test
  void aPublisherKeepsTheFileUpToDateAndMarksTheEnd() throws Exception {
    AtomicLong frames = new AtomicLong();
    try (CounterFile file = file(4);
        CounterReader reader = new CounterReader(path())) {
      file.add(CounterType.FRAMES, List.of(), frames::get);
      try (CounterPublisher _ = new CounterPublisher(file, frames::incrementAndGet)) {
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (reader.snapshot().sum(CounterType.FRAMES) < 2) {
          assertTrue(System.nanoTime() < deadline, "not published");
          Thread.sleep(20);
        }
        assertEquals(Run.State.RUNNING, reader.state());
      }
      assertEquals(Run.State.ENDED, reader.state());
      assertEquals(frames.get(), reader.snapshot().sum(CounterType.FRAMES));
    }
  }
}
