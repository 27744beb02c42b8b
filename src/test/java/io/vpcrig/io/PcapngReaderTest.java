package io.vpcrig.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class PcapngReaderTest {
  private static final byte[] FRAME = {1, 2, 3, 4, 5};
  private static final String HEX = "0102030405";

  private static final List<ByteOrder> ORDERS =
      List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN);

  private static List<CapturedFrame> frames(CaptureBytes capture) throws IOException {
    CapturedFrame.Reading reading = CapturedFrame.readAll(CaptureBytes.open(capture.toBytes()));
    assertNull(reading.damage());
    return reading.frames();
  }

  /** The sentence about the damage, which the frames before must have been delivered to reach. */
  private static String damageAfter(int frames, CaptureBytes capture) throws IOException {
    CapturedFrame.Reading reading;
    try {
      reading = CapturedFrame.readAll(CaptureBytes.open(capture.toBytes()));
    } catch (io.vpcrig.frame.DamagedInputException e) {
      return e.getMessage();
    }
    assertNotNull(reading.damage());
    assertEquals(frames, reading.frames().size());
    return reading.damage().getMessage();
  }

  @Test
  void readsAllKindsOfPacketBlocksInBothByteOrders() throws IOException {
    for (ByteOrder order : ORDERS) {
      CaptureBytes capture =
          new CaptureBytes(order)
              .section()
              .anInterface(1, 0)
              .anInterface(101, 0)
              .enhanced(1, 5_000_001, 9, FRAME)
              .obsolete(0, 77, 6_000_002, 5, FRAME)
              .simple(5, FRAME);
      assertEquals(
          List.of(
              new CapturedFrame(1, 5_000_001_000L, HEX, 4, 101, 1),
              new CapturedFrame(2, 6_000_002_000L, HEX, 0, 1, 0),
              new CapturedFrame(3, 6_000_002_000L, HEX, 0, 1, 0)),
          frames(capture));
    }
  }

  @Test
  void numbersInterfacesThroughAllSections() throws IOException {
    CaptureBytes capture = CaptureBytes.little();
    capture
        .section()
        .anInterface(1, 0, capture.option(2, "eth0"))
        .enhanced(0, 1, FRAME)
        .bytes(
            CaptureBytes.big()
                .section(1, 2)
                .anInterface(113, 96)
                .anInterface(1, 0, CaptureBytes.big().option(2, "eth1"))
                .enhanced(1, 2, FRAME)
                .toBytes());
    try (CaptureReader reader = CaptureBytes.open(capture.toBytes())) {
      CapturedFrame.Reading reading = CapturedFrame.readAll(reader);
      assertEquals(
          List.of(0, 2), reading.frames().stream().map(CapturedFrame::inputInterface).toList());
      assertEquals(
          List.of(
              new CaptureInterface(0, 0, "eth0", 1, 0, "10^-6 s"),
              new CaptureInterface(1, 1, "", 113, 96, "10^-6 s"),
              new CaptureInterface(2, 1, "eth1", 1, 0, "10^-6 s")),
          reader.interfaces());
      assertEquals("pcapng, little-endian, 2 sections", reader.format());
    }
  }

  @Test
  void readsTimesByEachInterfacesResolutionAndOffset() throws IOException {
    CaptureBytes capture = CaptureBytes.little();
    capture
        .section()
        .anInterface(1, 0, capture.option(9, (byte) 9))
        .anInterface(1, 0, capture.option(9, (byte) 3), capture.longOption(14, 100))
        .anInterface(1, 0, capture.option(9, (byte) (0x80 | 10)), capture.longOption(14, -1))
        .enhanced(0, 1_600_000_000_123_456_789L, FRAME)
        .enhanced(1, 1001, FRAME)
        .enhanced(2, 3 * 1024 + 512, FRAME);
    assertEquals(
        List.of(1_600_000_000_123_456_789L, 101_001_000_000L, 2_500_000_000L),
        frames(capture).stream().map(CapturedFrame::timestampNs).toList());
  }

  @Test
  void skipsOptionsOfAnyLengthAndBlocksOfAnyTypeAndLength() throws IOException {
    CaptureBytes capture = CaptureBytes.little();
    byte[] comment = capture.option(1, "x".repeat(65_535));
    capture
        .section()
        .block(0x0bad, new byte[3_000_000])
        .anInterface(1, 0, capture.option(3, "d".repeat(60_000)), capture.option(0))
        .block(5, new byte[20])
        .enhanced(0, 1, 5, FRAME, comment, comment, comment, comment, comment, comment)
        .block(10, new byte[0])
        .enhanced(0, 2, FRAME);
    // Four blocks more, so that the window has to grow for one of them.
    byte[][] many = new byte[40][];
    java.util.Arrays.fill(many, comment);
    capture.enhanced(0, 3, 5, FRAME, many).enhanced(0, 4, FRAME);
    assertEquals(
        List.of(1000L, 2000L, 3000L, 4000L),
        frames(capture).stream().map(CapturedFrame::timestampNs).toList());
  }

  @Test
  void cutsSimplePacketsAtTheSnapshotLength() throws IOException {
    CaptureBytes capture =
        CaptureBytes.big().section().anInterface(1, 3).simple(9, new byte[] {1, 2, 3});
    assertEquals(List.of(new CapturedFrame(1, 0, "010203", 6, 1, 0)), frames(capture));
  }

  @Test
  void takesASectionWithoutFramesForNoFrames() throws IOException {
    assertEquals(List.of(), frames(CaptureBytes.big().section()));
  }

  @Test
  void refusesBlocksThatAreTooShortToEnd() throws IOException {
    for (int length : new int[] {0, 4, 8, 11, 13}) {
      CaptureBytes capture =
          CaptureBytes.little().section().anInterface(1, 0).enhanced(0, 1, FRAME);
      capture.i32(99).i32(length).i32(length).i32(length);
      assertEquals(
          "test: byte 92: block of type 0x00000063 is "
              + length
              + " bytes long; legal: 12 to 16777216, a multiple of 4",
          damageAfter(1, capture));
    }
  }

  @Test
  void refusesPacketBlocksOfAbsurdLengthAtOnce() throws IOException {
    CaptureBytes capture = CaptureBytes.little().section().anInterface(1, 0);
    capture.i32(6).i32(-4).i32(0).i32(0).i32(0);
    assertEquals(
        "test: byte 52: block of type 0x00000006 is 4294967292 bytes long; legal: 12 to 16777216,"
            + " a multiple of 4",
        damageAfter(0, capture));
  }

  @Test
  void tellsWhereASkippedBlockOfAbsurdLengthIsCutOff() throws IOException {
    CaptureBytes capture = CaptureBytes.little().section().anInterface(1, 0);
    capture.i32(99).i32(-4).i32(0).i32(0).i32(0);
    assertEquals(
        "test: byte 48: cut off inside a block of type 0x00000063: 20 of 4294967292 bytes are"
            + " there",
        damageAfter(0, capture));
  }

  @Test
  void refusesABlockThatEndsWithAnotherLength() throws IOException {
    CaptureBytes capture = CaptureBytes.little().section().anInterface(1, 0).enhanced(0, 1, FRAME);
    byte[] bytes = capture.toBytes();
    bytes[bytes.length - 4] = 1;
    assertEquals(
        "test: byte 84: block ends with the length 1; legal: 40, as it began",
        damageAfter(0, CaptureBytes.little().bytes(bytes)));
  }

  @Test
  void refusesFramesLongerThanTheirBlock() throws IOException {
    CaptureBytes capture = CaptureBytes.little().section().anInterface(1, 0);
    capture.block(6, CaptureBytes.little().i32(0).i32(0).i32(0).i32(9).i32(9).i64(0).toBytes());
    assertEquals(
        "test: byte 68: frame of 9 bytes in a block with room for 8; legal: 0 to 8",
        damageAfter(0, capture));
  }

  @Test
  void refusesFramesOfInterfacesItWasNotToldOf() throws IOException {
    CaptureBytes capture = CaptureBytes.little().section().anInterface(1, 0).enhanced(1, 1, FRAME);
    assertEquals("test: byte 56: frame of interface 1; legal: 0 to 0", damageAfter(0, capture));
    CaptureBytes none = CaptureBytes.little().section().simple(5, FRAME);
    assertEquals(
        "test: byte 32: frame of interface 0; legal: none, since the section has no interface yet",
        damageAfter(0, none));
  }

  @Test
  void refusesOtherVersionsAndByteOrders() throws IOException {
    assertEquals(
        "test: byte 12: pcapng version 2.0; legal: 1.0 and 1.2",
        damageAfter(0, CaptureBytes.little().section(2, 0)));
    byte[] bytes = CaptureBytes.little().section().toBytes();
    bytes[8] = 9;
    assertEquals(
        "test: byte 8: byte-order magic 0x093c2b1a; legal: 0x1a2b3c4d in either byte order",
        damageAfter(0, CaptureBytes.little().bytes(bytes)));
  }

  @Test
  void refusesOptionsThatLeaveTheirBlock() throws IOException {
    CaptureBytes capture = CaptureBytes.little();
    capture.section().anInterface(1, 0, CaptureBytes.little().u16(2).u16(5).i32(0).toBytes());
    assertEquals("test: byte 46: option 2 has 5 bytes; legal: 0 to 4", damageAfter(0, capture));
  }

  @Test
  void refusesTimeResolutionsThatSixtyFourBitsCanNotHold() throws IOException {
    CaptureBytes capture = CaptureBytes.little();
    capture.section().anInterface(1, 0, capture.option(9, (byte) 28));
    assertEquals(
        "test: byte 48: time resolution 28; legal: 0 to 27 for powers of 10, 128 to 191 for"
            + " powers of 2",
        damageAfter(0, capture));
  }
}
