package io.vpcrig.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpcrig.frame.BytesLedger;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.LinkType;
import io.vpcrig.frame.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PcapngWriterTest {
  private static final OutputLayout LAYOUT =
      new OutputLayout(List.of("public", "web", "app"), LinkType.ETHERNET);

  @TempDir private Path directory;
  private final FrameBatch batch = new FrameBatch(32);

  @AfterEach
  void closeBatch() {
    batch.close();
  }

  private int add(byte verdict, int segment, int link, byte... bytes) {
    int i = batch.add(bytes.length);
    batch.bytes.put(batch.start[i], bytes, 0, bytes.length);
    batch.verdict[i] = verdict;
    batch.segment[i] = segment;
    batch.outSegment[i] = verdict == Verdict.FORWARD ? segment : FrameBatch.NONE;
    batch.link[i] = link;
    batch.number[i] = batch.size;
    batch.timestampNs[i] = 1_700_000_000_123_456_789L + i;
    batch.missing[i] = 0;
    return i;
  }

  private PcapngWriter writer(FrameComment comment, boolean onlyDropped, boolean ids)
      throws IOException {
    return new PcapngWriter(out().toString(), LAYOUT, comment, onlyDropped, ids);
  }

  private Path out() {
    return directory.resolve("out.pcapng");
  }

  private void writeAll(PcapngWriter writer) throws IOException {
    for (int i = 0; i < batch.size; i++) {
      writer.write(batch, i);
    }
  }

  private List<String> files() throws IOException {
    try (Stream<Path> list = Files.list(directory)) {
      return list.map(path -> path.getFileName().toString()).toList();
    }
  }

  /** Number, link type, interface and bytes of all frames of the file. */
  private List<String> summary() throws IOException {
    List<String> lines = new ArrayList<>();
    try (CaptureReader reader = Captures.open(out())) {
      CapturedFrame.Reading reading = CapturedFrame.readAll(reader);
      assertNull(reading.damage());
      for (CapturedFrame frame : reading.frames()) {
        CaptureInterface by = reader.interfaces().get(frame.inputInterface());
        assertEquals(by.linkType(), frame.link());
        lines.add(by.name() + " " + frame.link() + " " + frame.hex());
      }
    }
    return lines;
  }

  @Test
  void putsEachFrameOnTheInterfaceItBelongsTo() throws IOException {
    add(Verdict.FORWARD, 1, LinkType.ETHERNET, (byte) 1);
    add(Verdict.DROP, 1, LinkType.ETHERNET, (byte) 2);
    add(Verdict.SWITCH, 2, LinkType.ETHERNET, (byte) 3);
    add(Verdict.LOCAL, 2, LinkType.ETHERNET, (byte) 4);
    add(Verdict.HELD, 2, LinkType.ETHERNET, (byte) 5);
    add(Verdict.DROP, 1, LinkType.RAW, (byte) 6);
    add(Verdict.DROP, 0, LinkType.ETHERNET, (byte) 7);
    add(Verdict.DROP, 0, LinkType.RAW, (byte) 8);
    add(Verdict.SWITCH, 2, LinkType.LINUX_SLL, (byte) 9);
    add(Verdict.SWITCH, 2, LinkType.LINUX_SLL, (byte) 10);
    add(Verdict.FORWARD, 0, LinkType.ETHERNET, (byte) 11);
    try (PcapngWriter writer = writer(FrameComment.NONE, false, false)) {
      writeAll(writer);
      assertEquals(9, writer.frames());
    }
    assertEquals(
        List.of(
            "web 1 01",
            "dropped 1 02",
            "app 1 03",
            "dropped 101 06",
            "dropped 1 07",
            "dropped 101 08",
            "app 113 09",
            "app 113 0a",
            "public 1 0b"),
        summary());
  }

  @Test
  void writesOnlyDroppedFramesWhereAsked() throws IOException {
    add(Verdict.FORWARD, 1, LinkType.ETHERNET, (byte) 1);
    add(Verdict.DROP, 1, LinkType.ETHERNET, (byte) 2);
    try (PcapngWriter writer = writer(FrameComment.NONE, true, false)) {
      writeAll(writer);
    }
    assertEquals(List.of("dropped 1 02"), summary());
  }

  @Test
  void givesBackBytesTimesAndMissingLengthsOfRandomFrames() throws IOException {
    long seed = 7;
    SplittableRandom random = new SplittableRandom(seed);
    List<CapturedFrame> written = new ArrayList<>();
    byte[][] comments = {null, {}, "drop".getBytes(StandardCharsets.UTF_8), new byte[65_535]};
    try (PcapngWriter writer =
        writer((b, i) -> comments[(int) (b.timestampNs[i] & 3)], false, true)) {
      for (int k = 0; k < 3000; k++) {
        batch.clear();
        byte[] bytes = new byte[k % 500 == 0 ? FrameBatch.MAX_FRAME_LENGTH : random.nextInt(200)];
        random.nextBytes(bytes);
        int i = add(Verdict.FORWARD, k % 3, LinkType.ETHERNET, bytes);
        batch.missing[i] = random.nextBoolean() ? 0 : random.nextInt(2000);
        batch.timestampNs[i] = random.nextLong(TimestampScale.LATEST_NS);
        writer.write(batch, i);
        written.add(
            new CapturedFrame(
                k + 1,
                batch.timestampNs[i],
                HexFormat.of().formatHex(bytes),
                batch.missing[i],
                1,
                k % 3));
      }
    }
    CapturedFrame.Reading reading = CapturedFrame.readAll(Captures.open(out()));
    assertNull(reading.damage());
    CapturedFrame.assertSame(written, reading.frames(), "seed " + seed);
  }

  @Test
  void leavesNothingBehindWhenAborted() throws IOException {
    long held = BytesLedger.heldBytes();
    add(Verdict.DROP, 1, LinkType.ETHERNET, (byte) 2);
    PcapngWriter writer = writer(FrameComment.NONE, false, false);
    writeAll(writer);
    assertEquals(1, files().size());
    assertFalse(files().contains("out.pcapng"));
    writer.abort();
    writer.close();
    assertEquals(List.of(), files());
    assertEquals(held, BytesLedger.heldBytes());
  }

  @Test
  void keepsTheOldFileUntilTheNewOneIsWhole() throws IOException {
    byte[] old = {1, 2, 3};
    Files.write(out(), old);
    PcapngWriter aborted = writer(FrameComment.NONE, false, false);
    assertArrayEquals(old, Files.readAllBytes(out()));
    aborted.abort();
    assertArrayEquals(old, Files.readAllBytes(out()));
    writer(FrameComment.NONE, false, false).close();
    assertEquals(List.of("out.pcapng"), files());
    assertEquals(List.of(), summary());
  }

  @Test
  void replacesTheFileThatALinkNames() throws IOException {
    Path link = directory.resolve("link");
    Files.write(out(), new byte[] {1});
    Files.createSymbolicLink(link, out());
    new PcapngWriter(link.toString(), LAYOUT, FrameComment.NONE, false, false).close();
    assertTrue(Files.isSymbolicLink(link));
    assertEquals(List.of(), summary());
  }

  @Test
  void writesIntoDevicesDirectly() throws IOException {
    Path device = Path.of("/dev/null");
    assumeTrue(Files.exists(device), "SKIPPED: no /dev/null");
    new PcapngWriter(device.toString(), LAYOUT, FrameComment.NONE, false, false).close();
    assertFalse(Files.isRegularFile(device));
  }

  @Test
  void saysWhenThereIsNoRoomAndFreesItsMemory() throws IOException {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "SKIPPED: no /dev/full");
    long held = BytesLedger.heldBytes();
    int i = add(Verdict.DROP, 1, LinkType.ETHERNET, new byte[200_000]);
    PcapngWriter writer =
        new PcapngWriter(full.toString(), LAYOUT, FrameComment.NONE, false, false);
    assertThrows(
        IOException.class,
        () -> {
          for (int k = 0; k < 5; k++) {
            writer.write(batch, i);
          }
        });
    writer.close();
    PcapngWriter small = new PcapngWriter(full.toString(), LAYOUT, FrameComment.NONE, false, false);
    assertThrows(IOException.class, small::close);
    assertEquals(held, BytesLedger.heldBytes());
  }

  @Test
  void saysWhereNothingCanBeWritten() {
    assertThrows(
        IOException.class,
        () ->
            new PcapngWriter(
                directory.resolve("none/out").toString(), LAYOUT, FrameComment.NONE, false, false));
  }
}
