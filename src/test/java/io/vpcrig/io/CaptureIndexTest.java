package io.vpcrig.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.frame.BytesLedger;
import io.vpcrig.frame.DamagedInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Going straight to a frame is the same as reading all that stands before it. */
class CaptureIndexTest {
  private static final long SEED = 20_261_126L;
  private static final int FRAMES = 5_000;
  private static final long SECOND = 1_000_000_000L;

  @TempDir private Path directory;

  private Path pcap(SplittableRandom random) throws IOException {
    CaptureBytes bytes = CaptureBytes.big().pcapHeader(PcapParser.NANOSECONDS, 1);
    for (int k = 0; k < FRAMES; k++) {
      bytes.record(1_000 + k / 3 - random.nextInt(40), k, 2_000, new byte[random.nextInt(300)]);
    }
    return Files.write(directory.resolve("a.pcap"), bytes.toBytes());
  }

  /** With simple packets, which have the time of the frame before. */
  private Path pcapng(SplittableRandom random) throws IOException {
    CaptureBytes bytes = CaptureBytes.little().section();
    bytes.anInterface(1, 0, bytes.option(9, (byte) 9));
    bytes.anInterface(101, 0);
    for (int k = 0; k < FRAMES; k++) {
      byte[] data = new byte[random.nextInt(300)];
      if (random.nextInt(3) == 0) {
        bytes.simple(data.length, data);
      } else {
        bytes.enhanced(0, SECOND * (k / 2), data.length, data);
      }
    }
    return Files.write(directory.resolve("a.pcapng"), bytes.toBytes());
  }

  private static List<CapturedFrame> all(CaptureReader reader) throws IOException {
    try (reader) {
      return CapturedFrame.readAll(reader).frames();
    }
  }

  private List<Path> captures() throws IOException {
    SplittableRandom random = new SplittableRandom(SEED);
    return List.of(pcap(random), pcapng(random));
  }

  @Test
  void findsEveryFrameByItsNumber() throws IOException {
    SplittableRandom random = new SplittableRandom(SEED);
    long held = BytesLedger.heldBytes();
    for (Path capture : captures()) {
      List<CapturedFrame> all = all(Captures.open(capture));
      CaptureIndex.build(capture).write();
      CaptureIndex index = CaptureIndex.open(capture);
      assertEquals(FRAMES, index.frames());
      assertTrue(index.places().size() > 3, index.places().toString());
      for (int round = 0; round < 60; round++) {
        int number = round == 0 ? 1 : round == 1 ? FRAMES : 1 + random.nextInt(FRAMES);
        CapturedFrame.assertSame(
            all.subList(number - 1, FRAMES),
            all(index.atFrame(number)),
            capture + " from " + number + ", seed " + SEED);
      }
      assertEquals(List.of(), all(index.atFrame(FRAMES + 1)));
      assertEquals(List.of(), all(index.atFrame(10L * FRAMES)));
      assertThrows(IllegalArgumentException.class, () -> index.atFrame(0));
    }
    assertEquals(held, BytesLedger.heldBytes());
  }

  @Test
  void missesNoFrameOfATimeRangeEvenIfFramesAreOutOfOrder() throws IOException {
    SplittableRandom random = new SplittableRandom(SEED);
    for (Path capture : captures()) {
      List<CapturedFrame> all = all(Captures.open(capture));
      CaptureIndex index = CaptureIndex.build(capture);
      long first = all.getFirst().timestampNs();
      long last = all.getLast().timestampNs();
      int jumped = 0;
      for (int round = 0; round < 60; round++) {
        long from = round == 0 ? 0 : first + random.nextLong(last - first);
        List<CapturedFrame> found = all(index.atTime(from));
        List<CapturedFrame> wanted = all.stream().filter(f -> f.timestampNs() >= from).toList();
        String message = capture + " from " + from + ", seed " + SEED;
        CapturedFrame.assertSame(
            wanted, found.stream().filter(f -> f.timestampNs() >= from).toList(), message);
        jumped += found.size() < FRAMES ? 1 : 0;
      }
      assertTrue(jumped > 30, jumped + " of 60 went straight");
    }
  }

  @Test
  void anIndexOfAnEarlierStateIsRefused() throws IOException {
    Path capture = captures().getFirst();
    byte[] bytes = Files.readAllBytes(capture);
    CaptureIndex.build(capture).write();
    FileTime time = Files.getLastModifiedTime(capture);

    Files.write(capture, Arrays.copyOf(bytes, bytes.length - 400));
    String shorter =
        assertThrows(StaleIndexException.class, () -> CaptureIndex.open(capture)).getMessage();
    assertTrue(shorter.contains("and had"), shorter);
    assertTrue(shorter.contains("inspect --index"), shorter);

    byte[] other = bytes.clone();
    other[40] ^= 1;
    Files.write(capture, other);
    Files.setLastModifiedTime(capture, time);
    String changed =
        assertThrows(StaleIndexException.class, () -> CaptureIndex.open(capture)).getMessage();
    assertTrue(changed.contains("begins with other bytes"), changed);

    Files.write(capture, bytes);
    Files.setLastModifiedTime(capture, FileTime.fromMillis(time.toMillis() + 2_000));
    assertThrows(StaleIndexException.class, () -> CaptureIndex.open(capture));

    Files.setLastModifiedTime(capture, time);
    assertEquals(FRAMES, CaptureIndex.open(capture).frames());
  }

  @Test
  void aDamagedIndexIsToldWhereverItIsCutOrChanged() throws IOException {
    Path capture = captures().getFirst();
    CaptureIndex.build(capture).write();
    Path file = CaptureIndex.beside(capture);
    byte[] bytes = Files.readAllBytes(file);
    for (int length = 0; length < bytes.length; length++) {
      Files.write(file, Arrays.copyOf(bytes, length));
      assertThrows(DamagedInputException.class, () -> CaptureIndex.open(capture), "cut " + length);
    }
    SplittableRandom random = new SplittableRandom(SEED);
    for (int round = 0; round < 200; round++) {
      byte[] other = bytes.clone();
      other[72 + random.nextInt(bytes.length - 72)] ^= (byte) (1 + random.nextInt(255));
      Files.write(file, other);
      try {
        CaptureIndex index = CaptureIndex.open(capture);
        assertEquals(FRAMES, index.frames());
      } catch (DamagedInputException e) {
        assertTrue(e.getMessage().contains("vpcidx"), e.getMessage());
      }
    }
  }

  @Test
  void whatCanNotHaveAnIndexIsToldWhy() throws IOException {
    CaptureBytes bytes = CaptureBytes.little().section();
    bytes.anInterface(1, 0);
    bytes.enhanced(0, 1, 4, new byte[4]);
    bytes.enhanced(0, 1, 4, new byte[4]);
    bytes.anInterface(1, 0);
    bytes.enhanced(1, 1, 4, new byte[4]);
    Path late = Files.write(directory.resolve("late.pcapng"), bytes.toBytes());
    String why = assertThrows(IOException.class, () -> CaptureIndex.build(late)).getMessage();
    assertTrue(why.contains("behind its first frame"), why);
    assertFalse(Files.exists(CaptureIndex.beside(late)));

    Path cut = captures().getFirst();
    byte[] whole = Files.readAllBytes(cut);
    Files.write(cut, Arrays.copyOf(whole, whole.length - 1));
    why = assertThrows(IOException.class, () -> CaptureIndex.build(cut)).getMessage();
    assertTrue(why.contains("cut off"), why);
  }
}
