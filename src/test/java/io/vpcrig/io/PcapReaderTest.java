package io.vpcrig.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.frame.DamagedInputException;
import io.vpcrig.frame.FrameBatch;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class PcapReaderTest {
  private static final int MICROS = 0xa1b2c3d4;
  private static final int NANOS = 0xa1b23c4d;
  private static final int PATCHED = 0xa1b2cd34;
  private static final byte[] FRAME = {1, 2, 3, 4, 5};

  private static final List<ByteOrder> ORDERS =
      List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN);

  private static List<CapturedFrame> frames(byte[] capture) throws IOException {
    CapturedFrame.Reading reading = CapturedFrame.readAll(CaptureBytes.open(capture));
    assertNull(reading.damage());
    return reading.frames();
  }

  private static DamagedInputException damage(byte[] capture) {
    return assertThrows(
        DamagedInputException.class,
        () -> {
          try (CaptureReader reader = CaptureBytes.open(capture);
              FrameBatch batch = new FrameBatch(4)) {
            while (reader.read(batch) > 0) {
              batch.clear();
            }
          }
        });
  }

  @Test
  void readsMicrosecondsInBothByteOrders() throws IOException {
    for (ByteOrder order : ORDERS) {
      byte[] capture = new CaptureBytes(order).pcapHeader(MICROS, 1).record(7, 8, FRAME).toBytes();
      assertEquals(
          List.of(new CapturedFrame(1, 7_000_008_000L, "0102030405", 0, 1, 0)), frames(capture));
    }
  }

  @Test
  void readsNanosecondsInBothByteOrders() throws IOException {
    for (ByteOrder order : ORDERS) {
      byte[] capture =
          new CaptureBytes(order).pcapHeader(NANOS, 101).record(7, 8, 9, FRAME).toBytes();
      assertEquals(
          List.of(new CapturedFrame(1, 7_000_000_008L, "0102030405", 4, 101, 0)), frames(capture));
    }
  }

  @Test
  void readsTimesAfter2038() throws IOException {
    byte[] capture = CaptureBytes.big().pcapHeader(MICROS, 1).record(-1, 999_999, FRAME).toBytes();
    assertEquals(4_294_967_295_999_999_000L, frames(capture).getFirst().timestampNs());
  }

  @Test
  void readsRecordsOfThePatchedLibpcap() throws IOException {
    CaptureBytes capture = CaptureBytes.little().pcapHeader(PATCHED, 1);
    for (int k = 1; k <= 2; k++) {
      capture.i32(k).i32(0).i32(5).i32(6).i32(3).i32(0).bytes(FRAME);
    }
    assertEquals(
        List.of(
            new CapturedFrame(1, 1_000_000_000L, "0102030405", 1, 1, 0),
            new CapturedFrame(2, 2_000_000_000L, "0102030405", 1, 1, 0)),
        frames(capture.toBytes()));
  }

  @Test
  void readsSwappedLengthsOfOldVersions() throws IOException {
    byte[] v22 =
        CaptureBytes.big()
            .pcapHeader(MICROS, 2, 1)
            .i32(1)
            .i32(0)
            .i32(9)
            .i32(5)
            .bytes(FRAME)
            .toBytes();
    byte[] v23 =
        CaptureBytes.big()
            .pcapHeader(MICROS, 3, 1)
            .i32(1)
            .i32(0)
            .i32(9)
            .i32(5)
            .bytes(FRAME)
            .toBytes();
    byte[] v23right = CaptureBytes.big().pcapHeader(MICROS, 3, 1).record(1, 0, 9, FRAME).toBytes();
    for (byte[] capture : List.of(v22, v23, v23right)) {
      assertEquals(
          List.of(new CapturedFrame(1, 1_000_000_000L, "0102030405", 4, 1, 0)), frames(capture));
    }
  }

  @Test
  void keepsTheLinkTypeApartFromFrameCheckSequenceBits() throws IOException {
    byte[] capture =
        CaptureBytes.little().pcapHeader(MICROS, 0x2400_0001).record(1, 2, FRAME).toBytes();
    assertEquals(1, frames(capture).getFirst().link());
  }

  @Test
  void givesRawIpOneNumberWhateverTheBsdThatWroteIt() throws IOException {
    for (int link : new int[] {12, 14, 101}) {
      byte[] capture = CaptureBytes.little().pcapHeader(MICROS, link).record(1, 2, FRAME).toBytes();
      assertEquals(101, frames(capture).getFirst().link());
    }
  }

  @Test
  void deliversFramesOfUnknownLinkTypes() throws IOException {
    byte[] capture = CaptureBytes.little().pcapHeader(MICROS, 147).record(1, 2, FRAME).toBytes();
    assertEquals(147, frames(capture).getFirst().link());
  }

  @Test
  void deliversEmptyFramesAndTheLongestOnes() throws IOException {
    byte[] capture =
        CaptureBytes.little()
            .pcapHeader(MICROS, 1)
            .record(1, 2, 60, new byte[0])
            .record(1, 2, new byte[FrameBatch.MAX_FRAME_LENGTH])
            .record(1, 2, FRAME)
            .toBytes();
    List<CapturedFrame> frames = frames(capture);
    assertEquals(List.of(0, 262_144, 5), frames.stream().map(CapturedFrame::length).toList());
    assertEquals(60, frames.getFirst().missing());
  }

  @Test
  void takesAWireLengthBelowTheCapturedOneForNothingMissing() throws IOException {
    byte[] capture = CaptureBytes.little().pcapHeader(MICROS, 1).record(1, 2, 3, FRAME).toBytes();
    assertEquals(0, frames(capture).getFirst().missing());
  }

  @Test
  void keepsTheMissingBytesPositiveForAbsurdWireLengths() throws IOException {
    byte[] capture = CaptureBytes.little().pcapHeader(MICROS, 1).record(1, 2, -1, FRAME).toBytes();
    assertEquals(Integer.MAX_VALUE, frames(capture).getFirst().missing());
  }

  @Test
  void takesAHeaderAloneForNoFrames() throws IOException {
    assertEquals(List.of(), frames(CaptureBytes.little().pcapHeader(MICROS, 1).toBytes()));
  }

  @Test
  void tellsWhereARecordIsLongerThanAnyFrame() {
    byte[] capture =
        CaptureBytes.little()
            .pcapHeader(MICROS, 1)
            .record(1, 2, FRAME)
            .i32(1)
            .i32(2)
            .i32(262_145)
            .i32(262_145)
            .bytes(new byte[262_145])
            .toBytes();
    assertEquals(
        "test: byte 53: frame 2 has 262145 bytes; legal: 0 to 262144",
        damage(capture).getMessage());
  }

  @Test
  void tellsWhereARecordHasAnAbsurdLength() {
    byte[] capture =
        CaptureBytes.little().pcapHeader(MICROS, 1).i32(1).i32(2).i32(-1).i32(-1).toBytes();
    assertEquals(
        "test: byte 32: frame 1 has 4294967295 bytes; legal: 0 to 262144",
        damage(capture).getMessage());
  }

  @Test
  void refusesOtherVersions() {
    byte[] capture = CaptureBytes.little().pcapHeader(MICROS, 5, 1).toBytes();
    assertEquals("test: byte 4: pcap version 2.5; legal: 2.0 to 2.4", damage(capture).getMessage());
  }

  @Test
  void saysWhatAnEmptyInputIs() {
    assertEquals(
        "test: byte 0: nothing: the input is empty; legal: a pcap or pcapng capture",
        damage(new byte[0]).getMessage());
  }

  @Test
  void saysWhatAnUnknownInputBeginsWith() {
    assertTrue(
        damage("hello world".getBytes(java.nio.charset.StandardCharsets.UTF_8))
            .getMessage()
            .startsWith("test: byte 0: begins with 0x68656c6c; legal: a pcap or pcapng capture"));
  }

  @Test
  void deliversAllFramesBeforeTheDamageAndThrowsEverAfter() throws IOException {
    byte[] capture =
        CaptureBytes.little()
            .pcapHeader(MICROS, 1)
            .record(1, 2, FRAME)
            .record(1, 2, FRAME)
            .i32(0)
            .toBytes();
    try (CaptureReader reader = CaptureBytes.open(capture);
        FrameBatch batch = new FrameBatch(8)) {
      assertEquals(2, reader.read(batch));
      for (int again = 0; again < 3; again++) {
        DamagedInputException e =
            assertThrows(DamagedInputException.class, () -> reader.read(batch));
        assertEquals(
            "test: byte 66: cut off inside the header of frame 3: 4 of 16 bytes are there",
            e.getMessage());
      }
      assertEquals(2, batch.size);
      assertEquals(2, reader.frames());
    }
  }

  @Test
  void addsToABatchThatHoldsFramesAlready() throws IOException {
    byte[] capture =
        CaptureBytes.little()
            .pcapHeader(MICROS, 1)
            .record(1, 2, FRAME)
            .record(1, 2, FRAME)
            .toBytes();
    try (CaptureReader reader = CaptureBytes.open(capture);
        FrameBatch batch = new FrameBatch(8)) {
      batch.add(10);
      assertEquals(2, reader.read(batch));
      assertEquals(3, batch.size);
      assertEquals(1, batch.number[1]);
      assertEquals(2, batch.number[2]);
    }
  }
}
