package io.vpcrig.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vpcrig.frame.FrameBatch;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SourcesTest {
  private static final List<byte[]> PREPARED =
      List.of(new byte[] {1}, new byte[] {2, 2}, new byte[0], new byte[] {4});

  private static List<String> hex(CapturedFrame.Reading reading) {
    return reading.frames().stream().map(CapturedFrame::hex).toList();
  }

  @Test
  void memoryGivesFramesOverAndOver() throws IOException {
    CapturedFrame.Reading reading =
        CapturedFrame.readAll(new MemorySource(PREPARED, 6, 100, 10), 4);
    assertEquals(List.of("01", "0202", "", "04", "01", "0202"), hex(reading));
    assertEquals(new CapturedFrame(6, 150, "0202", 0, 1, 0), reading.frames().getLast());
  }

  @Test
  void memoryShufflesBySeedAlone() throws IOException {
    List<byte[]> many = java.util.stream.IntStream.range(0, 50).mapToObj(k -> new byte[k]).toList();
    List<String> one = hex(CapturedFrame.readAll(MemorySource.of(many).shuffled(1)));
    List<String> same = hex(CapturedFrame.readAll(MemorySource.of(many).shuffled(1)));
    List<String> other = hex(CapturedFrame.readAll(MemorySource.of(many).shuffled(2)));
    assertEquals(one, same);
    assertNotEquals(one, other);
    assertEquals(one.stream().sorted().toList(), other.stream().sorted().toList());
  }

  @Test
  void memoryRewindsToTheSameFrames() throws IOException {
    try (MemorySource source = new MemorySource(PREPARED, 3, 0, 1);
        FrameBatch batch = new FrameBatch(8)) {
      assertEquals(3, source.read(batch));
      assertEquals(0, source.read(batch));
      source.rewind();
      assertEquals(3, source.read(batch));
      assertEquals(CapturedFrame.of(batch, 0), CapturedFrame.of(batch, 3));
    }
  }

  @Test
  void aLimitEndsTheSourceExactly() throws IOException {
    for (int limit = 0; limit < 12; limit++) {
      CapturedFrame.Reading reading =
          CapturedFrame.readAll(new LimitedSource(new MemorySource(PREPARED, 10, 0, 1), limit), 4);
      assertEquals(Math.min(limit, 10), reading.frames().size());
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> {
          try (LimitedSource source = new LimitedSource(MemorySource.of(PREPARED), -1)) {
            source.describe();
          }
        });
  }

  @Test
  void damageBehindTheLimitIsNotMet() throws IOException {
    byte[] capture =
        CaptureBytes.big()
            .pcapHeader(PcapParser.MICROSECONDS, 1)
            .record(1, 2, new byte[5])
            .record(1, 2, new byte[5])
            .i32(0)
            .toBytes();
    CapturedFrame.Reading reading =
        CapturedFrame.readAll(new LimitedSource(CaptureBytes.open(capture), 2));
    assertEquals(2, reading.frames().size());
    assertNull(reading.damage());
  }

  @Test
  void aScanTellsWhatIsInACapture() throws IOException {
    CaptureBytes capture = CaptureBytes.little();
    capture
        .section()
        .anInterface(1, 0, capture.option(2, "eth0"))
        .anInterface(113, 0)
        .anInterface(101, 0)
        .enhanced(0, 5000, 9, new byte[5])
        .enhanced(1, 3000, 60, new byte[60])
        .enhanced(0, 7000, 2, new byte[2])
        .i32(6);
    CaptureInfo info = CaptureInfo.scan(CaptureBytes.open(capture.toBytes()));
    assertEquals("pcapng, little-endian", info.format());
    assertEquals(Compression.NONE, info.compression());
    assertEquals(List.of(2L, 1L, 0L), info.framesByInterface());
    assertEquals("{1=2, 113=1}", info.framesByLinkType().toString());
    assertEquals(3, info.frames());
    assertEquals(67, info.capturedBytes());
    assertEquals(71, info.wireBytes());
    assertEquals(2, info.shortest());
    assertEquals(60, info.longest());
    assertEquals(1, info.truncated());
    assertEquals(1, info.outOfOrder());
    assertEquals(3_000_000, info.firstNs());
    assertEquals(7_000_000, info.lastNs());
    assertEquals(4_000_000, info.durationNs());
    assertEquals(
        "test: byte 264: cut off inside a block header: 4 of 12 bytes are there",
        info.damage().orElseThrow());
  }

  @Test
  void aScanOfNoFramesHasZeroes() throws IOException {
    byte[] capture = CaptureBytes.big().pcapHeader(PcapParser.MICROSECONDS, 1).toBytes();
    CaptureInfo info = CaptureInfo.scan(CaptureBytes.open(capture));
    assertEquals(0, info.frames() + info.shortest() + info.longest());
    assertEquals(0, info.firstNs() + info.lastNs() + info.durationNs());
  }
}
