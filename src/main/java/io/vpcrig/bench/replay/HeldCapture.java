package io.vpcrig.bench.replay;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameSource;
import java.io.IOException;
import java.util.Arrays;

/** The frames of a capture in memory, as they were read. Readers of it may follow each other. */
public final class HeldCapture implements AutoCloseable {
  private static final int FIRST_BYTES = 1 << 20;
  private static final int FIRST_FRAMES = 1 << 12;
  private static final int BATCH = 256;

  private Bytes bytes = Bytes.allocate(FIRST_BYTES);
  private int used;
  private int frames;
  private int[] at = new int[FIRST_FRAMES];
  private int[] length = new int[FIRST_FRAMES];
  private int[] missing = new int[FIRST_FRAMES];
  private int[] link = new int[FIRST_FRAMES];
  private int[] inputInterface = new int[FIRST_FRAMES];
  private long[] timestampNs = new long[FIRST_FRAMES];

  /**
   * Reads all of a source.
   *
   * @throws IOException if it is damaged, or its frames take 2 GiB or more
   */
  public static HeldCapture of(FrameSource source) throws IOException {
    HeldCapture held = new HeldCapture();
    try (FrameBatch batch = new FrameBatch(BATCH)) {
      while (source.read(batch) > 0) {
        for (int i = 0; i < batch.size; i++) {
          held.add(batch, i, source);
        }
        batch.clear();
      }
      return held;
    } catch (IOException | RuntimeException e) {
      held.close();
      throw e;
    }
  }

  private void add(FrameBatch batch, int i, FrameSource source) throws IOException {
    int size = batch.length[i];
    if (frames == at.length) {
      at = Arrays.copyOf(at, 2 * frames);
      length = Arrays.copyOf(length, 2 * frames);
      missing = Arrays.copyOf(missing, 2 * frames);
      link = Arrays.copyOf(link, 2 * frames);
      inputInterface = Arrays.copyOf(inputInterface, 2 * frames);
      timestampNs = Arrays.copyOf(timestampNs, 2 * frames);
    }
    if (used > bytes.capacity() - size) {
      grow(size, source);
    }
    bytes.put(used, batch.bytes, batch.start[i], size);
    at[frames] = used;
    length[frames] = size;
    missing[frames] = batch.missing[i];
    link[frames] = batch.link[i];
    inputInterface[frames] = batch.inputInterface[i];
    timestampNs[frames] = batch.timestampNs[i];
    used += size;
    frames++;
  }

  private void grow(int size, FrameSource source) throws IOException {
    long wanted = Math.max(2L * bytes.capacity(), (long) used + size);
    long most = Integer.MAX_VALUE - 64;
    if ((long) used + size > most) {
      throw new IOException(
          source.describe() + ": more than 2 GiB of frames, legal: less; --limit takes fewer");
    }
    Bytes larger = Bytes.allocate((int) Math.min(most, wanted));
    larger.put(0, bytes, 0, used);
    bytes.close();
    bytes = larger;
  }

  /** Frames held. */
  public int frames() {
    return frames;
  }

  /** Bytes of them. */
  public long sizeBytes() {
    return used;
  }

  /** All frames once, from the first on. */
  FrameSource reader() {
    return new Reader();
  }

  @Override
  public void close() {
    bytes.close();
  }

  private final class Reader implements FrameSource {
    private int next;

    @Override
    public int read(FrameBatch batch) {
      int before = next;
      while (next < frames) {
        int i = batch.add(length[next]);
        if (i == FrameBatch.NONE) {
          break;
        }
        batch.bytes.put(batch.start[i], bytes, at[next], length[next]);
        batch.timestampNs[i] = timestampNs[next];
        batch.missing[i] = missing[next];
        batch.link[i] = link[next];
        batch.inputInterface[i] = inputInterface[next];
        batch.number[i] = ++next;
      }
      return next - before;
    }

    @Override
    public String describe() {
      return frames + " frames from memory";
    }

    @Override
    public void close() {}
  }
}
