package io.vpcrig.io;

import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.zstd.ZstdInputStream;
import io.vpcrig.frame.DamagedInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/**
 * Unpacks zstd (RFC 8878), any number of frames one behind the other: by libzstd where the library
 * brings it for the platform, else in Java, at half the speed.
 *
 * <p>Bound: the window of a frame may be 128 MiB (8 MiB in Java, which every level of zstd but
 * {@code --ultra} and {@code --long} keeps to; skippable frames are damage there). Thread: one.
 */
final class ZstdChannel implements ReadableByteChannel {
  static final int MAGIC = 0xfd2fb528;

  private static final int SKIPPABLE = 0x184d2a50;
  private static final int SKIPPABLE_MASK = 0xffff_fff0;
  private static final int PIECE = 1 << 16;

  private final String name;
  private final ByteFeed packed;
  private final FeedStream feed;
  private final InputStream unpacked;
  private final byte[] piece = new byte[PIECE];

  ZstdChannel(String name, ByteFeed packed) {
    this.name = name;
    this.packed = packed;
    this.feed = new FeedStream(packed);
    this.unpacked = ZstdInputStream.create(feed);
  }

  /**
   * @param magic the first four bytes, little endian
   */
  static boolean isMagic(int magic) {
    return magic == MAGIC || (magic & SKIPPABLE_MASK) == SKIPPABLE;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    int got;
    try {
      got = unpacked.read(piece, 0, Math.min(PIECE, target.remaining()));
    } catch (IOException
        | MalformedInputException
        | IllegalArgumentException
        | IllegalStateException
        | IndexOutOfBoundsException e) {
      // The last two are what the library lets through for some damaged frames.
      throw feed.failure != null ? feed.failure : damage(e);
    }
    if (got > 0) {
      target.put(piece, 0, got);
    }
    return got;
  }

  private DamagedInputException damage(Exception e) {
    DamagedInputException damage =
        Damage.found(
            name,
            packed.position(),
            "damaged or cut off zstd data before it (" + e.getMessage() + ")",
            "zstd frames, RFC 8878, with a window up to 128 MiB");
    damage.initCause(e);
    return damage;
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public void close() throws IOException {
    unpacked.close();
    packed.close();
  }

  /** The feed as the library wants it; remembers what went wrong below the library. */
  private static final class FeedStream extends InputStream {
    private final ByteFeed feed;
    private IOException failure;

    FeedStream(ByteFeed feed) {
      this.feed = feed;
    }

    @Override
    public int read() throws IOException {
      return more() ? feed.bytes.u8(feed.at++) : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (!more()) {
        return -1;
      }
      int n = Math.min(length, feed.available());
      feed.bytes.get(feed.at, target, offset, n);
      feed.at += n;
      return n;
    }

    private boolean more() throws IOException {
      try {
        return feed.require(1);
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }
  }
}
