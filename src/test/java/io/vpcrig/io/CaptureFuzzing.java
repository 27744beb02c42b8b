package io.vpcrig.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vpcrig.frame.BytesLedger;
import io.vpcrig.frame.DamagedInputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.List;

/**
 * What the fuzzers of captures have in common: any bytes are read as a capture or refused as
 * damaged; nothing else happens, and how the input was cut into pieces on its way does not matter.
 * One class for each, since Jazzer hunts with one target per class.
 */
final class CaptureFuzzing {
  static final int MAGIC = 4;

  private CaptureFuzzing() {}

  /** {@code input} with its first bytes replaced, as far as there are any. */
  static byte[] begunWith(byte[] magic, byte[] input) {
    byte[] begun = input.clone();
    System.arraycopy(magic, 0, begun, 0, Math.min(magic.length, begun.length));
    return begun;
  }

  static void check(byte[] input) throws IOException {
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
