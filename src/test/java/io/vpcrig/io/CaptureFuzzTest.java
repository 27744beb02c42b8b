package io.vpcrig.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.vpcrig.frame.BytesLedger;
import io.vpcrig.frame.DamagedInputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.List;

/**
 * Any bytes are read as a capture or refused as damaged; nothing else happens, and how the input
 * was cut into pieces on its way does not matter. {@code JAZZER_FUZZ=1 mvn test
 * -Dtest=CaptureFuzzTest#pcapng} looks for new inputs, else those kept beside the test are run.
 */
class CaptureFuzzTest {
  private static final int MAGIC = 4;

  @FuzzTest(maxDuration = "60s")
  void pcap(byte[] input) throws IOException {
    byte[] magic = {(byte) 0xd4, (byte) 0xc3, (byte) 0xb2, (byte) 0xa1};
    if (input.length < MAGIC || !PcapParser.isMagic(ByteBuffer.wrap(input).getInt())) {
      input = begunWith(magic, input);
    }
    check(input);
  }

  @FuzzTest(maxDuration = "60s")
  void pcapng(byte[] input) throws IOException {
    check(begunWith(new byte[] {0x0a, 0x0d, 0x0d, 0x0a}, input));
  }

  @FuzzTest(maxDuration = "60s")
  void packed(byte[] input) throws IOException {
    check(input);
  }

  /** {@code input} with its first bytes replaced, as far as there are any. */
  private static byte[] begunWith(byte[] magic, byte[] input) {
    byte[] begun = input.clone();
    System.arraycopy(magic, 0, begun, 0, Math.min(magic.length, begun.length));
    return begun;
  }

  private static void check(byte[] input) throws IOException {
    long held = BytesLedger.heldBytes();
    CapturedFrame.Reading whole = read(new Pieces(input, Integer.MAX_VALUE), 64);
    CapturedFrame.Reading pieces = read(new Pieces(input, 7), 3);
    assertEquals(whole.damage() == null, pieces.damage() == null);
    if (isZstd(input)) {
      // libzstd says damaged before or after it gives what it unpacked of the same piece.
      int both = Math.min(whole.frames().size(), pieces.frames().size());
      assertEquals(whole.frames().subList(0, both), pieces.frames().subList(0, both));
    } else {
      assertEquals(whole.frames(), pieces.frames());
      assertEquals(message(whole), message(pieces));
    }
    assertEquals(held, BytesLedger.heldBytes());
  }

  private static boolean isZstd(byte[] input) {
    return input.length >= MAGIC
        && ZstdChannel.isMagic(Integer.reverseBytes(ByteBuffer.wrap(input).getInt()));
  }

  private static String message(CapturedFrame.Reading reading) {
    return reading.damage() == null ? null : reading.damage().getMessage();
  }

  private static CapturedFrame.Reading read(ReadableByteChannel channel, int batchCapacity)
      throws IOException {
    try {
      return CapturedFrame.readAll(Captures.open("fuzz", channel), batchCapacity);
    } catch (DamagedInputException e) {
      return new CapturedFrame.Reading(List.of(), e);
    }
  }

  /** Gives no more than a few bytes at a time. */
  private static final class Pieces implements ReadableByteChannel {
    private final ByteArrayInputStream in;
    private final int most;

    Pieces(byte[] bytes, int most) {
      this.in = new ByteArrayInputStream(bytes);
      this.most = most;
    }

    @Override
    public int read(ByteBuffer target) {
      byte[] piece = new byte[Math.min(Math.min(most, target.remaining()), 1 << 16)];
      int got = in.read(piece, 0, piece.length);
      if (got > 0) {
        target.put(piece, 0, got);
      }
      return got;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {
      in.reset();
    }
  }
}
