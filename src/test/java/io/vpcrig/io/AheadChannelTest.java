package io.vpcrig.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.ReadableByteChannel;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is read ahead is what would be read at once. */
@Timeout(20)
class AheadChannelTest {
  private static final long SEED = 20_261_126L;

  /** Gives some bytes at a time, and then fails or ends. */
  private static final class Source implements ReadableByteChannel {
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final byte[] bytes;
    private final IOException failure;
    private int at;
    private boolean open = true;

    Source(byte[] bytes, IOException failure) {
      this.bytes = bytes;
      this.failure = failure;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      if (at == bytes.length) {
        if (failure != null) {
          throw failure;
        }
        return -1;
      }
      int count = Math.min(bytes.length - at, 1 + random.nextInt(target.remaining()));
      target.put(bytes, at, count);
      at += count;
      return count;
    }

    @Override
    public boolean isOpen() {
      return open;
    }

    @Override
    public void close() {
      open = false;
    }
  }

  private static byte[] drain(ReadableByteChannel channel) throws IOException {
    SplittableRandom random = new SplittableRandom(SEED);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    while (true) {
      ByteBuffer buffer = ByteBuffer.allocate(1 + random.nextInt(500_000));
      if (channel.read(buffer) < 0) {
        return all.toByteArray();
      }
      all.write(buffer.array(), 0, buffer.position());
    }
  }

  @Test
  void givesTheSameBytesHoweverTheyAreRead() throws IOException {
    byte[] bytes = new byte[5_000_000];
    new SplittableRandom(SEED).nextBytes(bytes);
    Source source = new Source(bytes, null);
    try (AheadChannel channel = new AheadChannel(source, source, () -> source.at)) {
      assertArrayEquals(bytes, drain(channel), "seed " + SEED);
      assertEquals(-1, channel.read(ByteBuffer.allocate(1)), "after the end");
      assertEquals(bytes.length, channel.position());
    }
    assertFalse(source.isOpen());
  }

  @Test
  void anErrorComesBehindTheBytesBeforeItAndStays() throws IOException {
    byte[] bytes = new byte[100_000];
    IOException broken = new IOException("broken");
    Source source = new Source(bytes, broken);
    try (AheadChannel channel = new AheadChannel(source, source, () -> 0)) {
      ByteBuffer all = ByteBuffer.allocate(bytes.length + 1);
      IOException found =
          assertThrows(
              IOException.class,
              () -> {
                while (true) {
                  channel.read(all);
                }
              });
      assertEquals(broken, found);
      assertEquals(bytes.length, all.position());
      assertThrows(IOException.class, () -> channel.read(all));
    }
  }

  @Test
  void canBeClosedWhileItWaitsForInput() throws Exception {
    Pipe pipe = Pipe.open();
    Thread reading;
    try (AheadChannel channel = new AheadChannel(pipe.source(), pipe.source(), () -> 0)) {
      pipe.sink().write(ByteBuffer.allocate(10));
      ByteBuffer some = ByteBuffer.allocate(100);
      assertTrue(channel.read(some) > 0, "what is there is passed on");
      reading =
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> thread.getName().equals("vpcrig-unpack"))
              .findAny()
              .orElseThrow();
    }
    reading.join();
    pipe.sink().close();
  }
}
