package io.vpcrig.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;

/**
 * What tells that a file is still the one that an index was made of.
 *
 * @param size bytes
 * @param modifiedNs when it was last written, nanoseconds since the epoch
 * @param head SHA-256 of its first {@link #HEAD} bytes, hexadecimal
 */
record CaptureState(long size, long modifiedNs, String head) {
  /** Bytes of the file that are hashed, or all if it has less. */
  static final int HEAD = 1 << 16;

  /** Bytes of a SHA-256. */
  static final int DIGEST = 32;

  static CaptureState of(Path capture) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(HEAD);
    try (FileChannel channel = FileChannel.open(capture, StandardOpenOption.READ)) {
      while (head.hasRemaining() && channel.read(head) >= 0) {
        continue;
      }
      return new CaptureState(
          channel.size(),
          Files.getLastModifiedTime(capture).to(TimeUnit.NANOSECONDS),
          HexFormat.of().formatHex(sha256(head.flip())));
    }
  }

  /**
   * @throws StaleIndexException if {@code capture} is not in this state
   */
  void requireSame(Path capture) throws IOException {
    CaptureState now = of(capture);
    if (!equals(now)) {
      String what =
          size != now.size
              ? "has %,d bytes and had %,d".formatted(now.size, size)
              : !head.equals(now.head) ? "begins with other bytes" : "was written to";
      throw new StaleIndexException(
          "%s %s when its index was made: make it anew by vpcrig inspect --index %s"
              .formatted(capture, what, capture));
    }
  }

  private static byte[] sha256(ByteBuffer bytes) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes);
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
