package io.vpcrig.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.airlift.compress.v3.zstd.ZstdJavaCompressor;
import io.airlift.compress.v3.zstd.ZstdNativeInputStream;
import io.airlift.compress.v3.zstd.ZstdOutputStream;
import io.vpcrig.frame.BytesLedger;
import io.vpcrig.frame.DamagedInputException;
import io.vpcrig.frame.FrameBatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CompressionTest {
  private final FrameBatch batch = new FrameBatch(64);

  @AfterEach
  void closeBatch() {
    batch.close();
  }

  private static final long SEED = 42;

  private final byte[] capture = capture(3000);

  /** Frames that compress a little, so that packed input is longer than a window. */
  private static byte[] capture(int frames) {
    SplittableRandom random = new SplittableRandom(SEED);
    CaptureBytes capture = CaptureBytes.little().pcapHeader(PcapParser.NANOSECONDS, 1);
    for (int k = 0; k < frames; k++) {
      byte[] frame = new byte[random.nextInt(1500)];
      for (int b = 0; b < frame.length; b++) {
        frame[b] = (byte) random.nextInt(64);
      }
      capture.record(k, k, frame);
    }
    return capture.toBytes();
  }

  private static byte[] gzip(byte[] bytes, int from, int to) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(bytes, from, to - from);
    }
    return packed.toByteArray();
  }

  private static byte[] zstd(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (ZstdOutputStream zstd = new ZstdOutputStream(packed)) {
      zstd.write(bytes);
    }
    return packed.toByteArray();
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private CapturedFrame.Reading read(byte[] bytes) throws IOException {
    try {
      return CapturedFrame.readAll(CaptureBytes.open(bytes), batch);
    } catch (DamagedInputException e) {
      return new CapturedFrame.Reading(List.of(), e);
    }
  }

  private void assertReadsAll(byte[] packed) throws IOException {
    CapturedFrame.Reading reading = read(packed);
    assertNull(reading.damage());
    CapturedFrame.assertSame(read(capture).frames(), reading.frames(), "seed " + SEED);
  }

  @Test
  void readsGzipByItsMagic() throws IOException {
    assertReadsAll(gzip(capture, 0, capture.length));
  }

  @Test
  void readsManyGzipMembersAndPaddingBehindThem() throws IOException {
    byte[] packed = {};
    for (int from = 0; from < capture.length; from += 400_000) {
      packed = join(packed, gzip(capture, from, Math.min(capture.length, from + 400_000)));
    }
    assertReadsAll(packed);
    assertReadsAll(join(packed, new byte[512]));
    assertReadsAll(join(packed, gzip(new byte[0], 0, 0)));
  }

  @Test
  void readsAGzipHeaderWithAllItsFields() throws IOException {
    byte[] plain = gzip(capture, 0, capture.length);
    byte[] header = {
      0x1f, (byte) 0x8b, 8, 31, 0, 0, 0, 0, 0, 3, 2, 0, 9, 9, 'n', 0, 'c', 'o', 0, 1, 2
    };
    assertReadsAll(join(header, Arrays.copyOfRange(plain, 10, plain.length)));
  }

  @Test
  void tellsOfWrongGzipChecksumsAfterTheFrames() throws IOException {
    byte[] packed = gzip(capture, 0, capture.length);
    packed[packed.length - 8] ^= 1;
    CapturedFrame.Reading reading = read(packed);
    assertEquals(3000, reading.frames().size());
    assertTrue(
        reading.damage().getMessage().startsWith("test: byte " + (packed.length - 8) + ": gzip"),
        reading.damage().getMessage());
  }

  @Test
  void tellsOfOtherBytesBehindGzipData() throws IOException {
    byte[] packed = join(gzip(capture, 0, capture.length), new byte[] {0, 7});
    CapturedFrame.Reading reading = read(packed);
    assertEquals(3000, reading.frames().size());
    assertEquals(
        "test: byte "
            + (packed.length - 1)
            + ": byte 7 after the gzip data; legal: another gzip member, or zeros",
        reading.damage().getMessage());
  }

  @Test
  void readsZstdByItsMagicAndSeveralFramesOfIt() throws IOException {
    assertReadsAll(zstd(capture));
    int middle = capture.length / 2;
    assertReadsAll(
        join(
            zstd(Arrays.copyOf(capture, middle)),
            zstd(Arrays.copyOfRange(capture, middle, capture.length))));
    ZstdJavaCompressor compressor = new ZstdJavaCompressor();
    byte[] packed = new byte[compressor.maxCompressedLength(capture.length)];
    int length = compressor.compress(capture, 0, capture.length, packed, 0, packed.length);
    assertReadsAll(Arrays.copyOf(packed, length));
  }

  @Test
  void readsZstdWithSkippableFramesWhereLibzstdIsThere() throws IOException {
    assumeTrue(ZstdNativeInputStream.isEnabled(), "SKIPPED: no libzstd for this platform");
    byte[] skippable = {0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 'a', 'b', 'c'};
    assertReadsAll(join(skippable, zstd(capture), skippable));
  }

  @Test
  void saysDamagedForPackedInputThatIsCutOrChangedAndNothingElse() throws IOException {
    long held = BytesLedger.heldBytes();
    SplittableRandom random = new SplittableRandom(SEED);
    byte[] small = capture(20);
    List<CapturedFrame> all = read(small).frames();
    for (byte[] packed : List.of(gzip(small, 0, small.length), zstd(small))) {
      for (int round = 0; round < 2000; round++) {
        boolean cut = random.nextBoolean();
        byte[] bytes = cut ? Arrays.copyOf(packed, random.nextInt(packed.length)) : packed.clone();
        if (!cut) {
          bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        CapturedFrame.Reading reading = read(bytes);
        if (cut) {
          assertNotNull(reading.damage(), "cut to " + bytes.length + ", seed " + SEED);
          CapturedFrame.assertSame(
              all.subList(0, reading.frames().size()), reading.frames(), "seed " + SEED);
        }
      }
    }
    assertEquals(held, BytesLedger.heldBytes());
  }

  @Test
  void saysDamagedForPackedInputThatIsNoCapture() throws IOException {
    String expected = "test (unpacked): byte 0: begins with 0x74657874; legal:";
    byte[] text = {'t', 'e', 'x', 't'};
    for (byte[] packed : List.of(gzip(text, 0, 4), zstd(text))) {
      String message = read(packed).damage().getMessage();
      assertTrue(message.startsWith(expected), message);
    }
  }
}
