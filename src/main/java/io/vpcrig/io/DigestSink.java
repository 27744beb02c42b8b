package io.vpcrig.io;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameSink;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * SHA-256 of the frames that leave (forwarded, switched, originated), in order. Over each of them:
 *
 * <pre>
 *   | segment it leaves by 4 | length 4 | bytes |     big endian; a switched frame leaves where it came
 * </pre>
 *
 * Frames gather in an array of the heap, since the JDK's fast code reads arrays only. Thread: one.
 */
public final class DigestSink implements FrameSink {
  private static final int CAPACITY = 1 << 17;
  private static final int HEADER = 8;
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private final MessageDigest digest;
  private final byte[] buffer = new byte[CAPACITY];
  private int at;
  private long frames;
  private long bytes;

  public DigestSink() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  @Override
  public void write(FrameBatch batch, int i) {
    if (!LeavingFrames.leaves(batch, i)) {
      return;
    }
    int length = batch.length[i];
    if (CAPACITY - at < HEADER) {
      flush();
    }
    INT.set(buffer, at, LeavingFrames.segment(batch, i));
    INT.set(buffer, at + 4, length);
    at += HEADER;
    append(batch.bytes, batch.start[i], length);
    frames++;
    bytes += length;
  }

  private void append(Bytes source, int start, int length) {
    int from = start;
    int left = length;
    while (left > 0) {
      int piece = Math.min(left, CAPACITY - at);
      source.get(from, buffer, at, piece);
      at += piece;
      from += piece;
      left -= piece;
      if (at == CAPACITY) {
        flush();
      }
    }
  }

  private void flush() {
    digest.update(buffer, 0, at);
    at = 0;
  }

  /** The digest in hexadecimal; the sink begins anew. */
  public String finish() {
    flush();
    frames = 0;
    bytes = 0;
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Frames that left. */
  public long frames() {
    return frames;
  }

  /** Bytes that left. */
  public long bytes() {
    return bytes;
  }

  @Override
  public void close() {
    flush();
  }
}
