package io.vpcrig.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.frame.BytesLedger;
import io.vpcrig.frame.DamagedInputException;
import io.vpcrig.frame.FrameBatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Inputs that end too early, at every byte, and inputs with any byte changed. */
class TruncationTest {
  private final FrameBatch batch = new FrameBatch(64);

  @AfterEach
  void closeBatch() {
    batch.close();
  }

  private static final int HEADER = 24;

  /** A capture and the offsets at which it may end. */
  private record Sample(String name, byte[] bytes, List<Integer> ends) {}

  private static Sample pcap() {
    CaptureBytes capture = CaptureBytes.big().pcapHeader(PcapParser.NANOSECONDS, 1);
    List<Integer> ends = new ArrayList<>(List.of(HEADER));
    for (int k = 0; k < 5; k++) {
      capture.record(k, k, 100, new byte[k * 7]);
      ends.add(capture.toBytes().length);
    }
    return new Sample("pcap", capture.toBytes(), ends);
  }

  /** Ends are behind the section header, the interfaces and each packet. */
  private static Sample pcapng() {
    CaptureBytes capture = CaptureBytes.little().section();
    List<Integer> ends = new ArrayList<>(List.of(capture.toBytes().length));
    capture.anInterface(1, 9, capture.option(2, "eth0"), capture.option(9, (byte) 9));
    ends.add(capture.toBytes().length);
    for (int k = 0; k < 3; k++) {
      capture.enhanced(0, k, 100, new byte[k * 7], capture.option(1, "comment " + k));
      ends.add(capture.toBytes().length);
      capture.simple(9, new byte[9]);
      ends.add(capture.toBytes().length);
      capture.obsolete(0, 3, k, 8, new byte[8]);
      ends.add(capture.toBytes().length);
    }
    capture.block(77, new byte[40]);
    ends.add(capture.toBytes().length);
    return new Sample("pcapng", capture.toBytes(), ends);
  }

  private CapturedFrame.Reading read(byte[] bytes) throws IOException {
    try {
      return CapturedFrame.readAll(CaptureBytes.open(bytes), batch);
    } catch (DamagedInputException e) {
      return new CapturedFrame.Reading(List.of(), e);
    }
  }

  @Test
  void deliversTheWholeFramesAndTellsOfTheCutWhereverTheInputEnds() throws IOException {
    long held = BytesLedger.heldBytes();
    for (Sample sample : List.of(pcap(), pcapng())) {
      List<CapturedFrame> all = read(sample.bytes()).frames();
      assertTrue(all.size() >= 5);
      for (int length = 0; length <= sample.bytes().length; length++) {
        String message = sample.name() + " cut to " + length + " bytes";
        byte[] cut = Arrays.copyOf(sample.bytes(), length);
        CapturedFrame.Reading reading = read(cut);
        int ends = sample.ends().stream().mapToInt(end -> end <= cut.length ? 1 : 0).sum();
        int heads = sample.name().equals("pcap") ? 1 : 2;
        int whole = Math.min(all.size(), Math.max(0, ends - heads));
        CapturedFrame.assertSame(all.subList(0, whole), reading.frames(), message);
        if (sample.ends().contains(length)) {
          assertNull(reading.damage(), message);
        } else {
          assertNotNull(reading.damage(), message);
          assertTrue(reading.damage().getMessage().startsWith("test: byte "), message);
        }
      }
    }
    assertEquals(held, BytesLedger.heldBytes());
  }

  @Test
  void tellsOfTheCutWhereverPackedInputEnds() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(pcap().bytes());
    }
    byte[] bytes = packed.toByteArray();
    List<CapturedFrame> all = read(bytes).frames();
    assertEquals(5, all.size());
    for (int length = 0; length < bytes.length; length++) {
      CapturedFrame.Reading reading = read(Arrays.copyOf(bytes, length));
      assertNotNull(reading.damage(), "gzip cut to " + length + " bytes");
      List<CapturedFrame> before = all.subList(0, reading.frames().size());
      CapturedFrame.assertSame(before, reading.frames(), "gzip cut to " + length + " bytes");
    }
  }

  @Test
  void readsOrSaysDamagedWhateverBytesAreChanged() throws IOException {
    long seed = 20_250_711;
    SplittableRandom random = new SplittableRandom(seed);
    for (Sample sample : List.of(pcap(), pcapng())) {
      for (int round = 0; round < 10_000; round++) {
        byte[] bytes = sample.bytes().clone();
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        CapturedFrame.Reading reading = read(bytes);
        assertTrue(reading.frames().size() <= 16, () -> sample.name() + " changed, seed " + seed);
      }
    }
  }

  @Test
  void keepsThrowingAfterTheCut() throws IOException {
    byte[] cut = Arrays.copyOf(pcap().bytes(), HEADER + 1);
    try (CaptureReader reader = CaptureBytes.open(cut)) {
      assertThrows(DamagedInputException.class, () -> reader.read(batch));
      assertThrows(DamagedInputException.class, () -> reader.read(batch));
    }
  }
}
