package io.vpcrig.io;

import io.vpcrig.frame.DamagedInputException;
import io.vpcrig.frame.FrameBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Counts for a {@link CaptureInfo}. Thread: one. */
final class CaptureScan {
  private static final int BATCH = 256;

  private final CaptureReader reader;
  private long[] framesByInterface = new long[16];
  private long capturedBytes;
  private long missingBytes;
  private int shortest = Integer.MAX_VALUE;
  private int longest;
  private long truncated;
  private long outOfOrder;
  private long firstNs = Long.MAX_VALUE;
  private long lastNs;
  private long previousNs = Long.MIN_VALUE;

  CaptureScan(CaptureReader reader) {
    this.reader = reader;
  }

  CaptureInfo run(CaptureInfo.Onlooker onlooker) throws IOException {
    Optional<String> damage = Optional.empty();
    try (FrameBatch batch = new FrameBatch(BATCH)) {
      while (reader.read(batch) > 0) {
        for (int i = 0; i < batch.size; i++) {
          count(batch, i);
        }
        onlooker.batch(batch);
        batch.clear();
      }
    } catch (DamagedInputException e) {
      damage = Optional.of(e.getMessage());
    }
    return info(damage);
  }

  private void count(FrameBatch batch, int i) {
    int captured = batch.length[i];
    int missing = batch.missing[i];
    long time = batch.timestampNs[i];
    int by = batch.inputInterface[i];
    if (by >= framesByInterface.length) {
      framesByInterface = Arrays.copyOf(framesByInterface, Math.max(2 * by, 16));
    }
    framesByInterface[by]++;
    capturedBytes += captured;
    missingBytes += missing;
    shortest = Math.min(shortest, captured);
    longest = Math.max(longest, captured);
    truncated += missing > 0 ? 1 : 0;
    outOfOrder += time < previousNs ? 1 : 0;
    firstNs = Math.min(firstNs, time);
    lastNs = Math.max(lastNs, time);
    previousNs = time;
  }

  private CaptureInfo info(Optional<String> damage) {
    List<CaptureInterface> interfaces = List.copyOf(reader.interfaces());
    List<Long> byInterface = new ArrayList<>();
    SortedMap<Integer, Long> byLinkType = new TreeMap<>();
    for (CaptureInterface one : interfaces) {
      long frames = one.index() < framesByInterface.length ? framesByInterface[one.index()] : 0;
      byInterface.add(frames);
      if (frames > 0) {
        byLinkType.merge(one.linkType(), frames, Long::sum);
      }
    }
    boolean none = reader.frames() == 0;
    return new CaptureInfo(
        reader.describe(),
        reader.format(),
        reader.compression(),
        interfaces,
        List.copyOf(byInterface),
        byLinkType,
        reader.frames(),
        capturedBytes,
        capturedBytes + missingBytes,
        none ? 0 : shortest,
        longest,
        truncated,
        outOfOrder,
        none ? 0 : firstNs,
        lastNs,
        damage);
  }
}
