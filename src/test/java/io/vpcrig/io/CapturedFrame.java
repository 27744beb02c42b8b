package io.vpcrig.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vpcrig.frame.DamagedInputException;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** A frame as a source delivered it, by value. */
record CapturedFrame(
    long number, long timestampNs, String hex, int missing, int link, int inputInterface) {
  /** All frames of a source, and the damage that ended it, null if there was none. */
  record Reading(List<CapturedFrame> frames, DamagedInputException damage) {}

  static CapturedFrame of(FrameBatch batch, int i) {
    return new CapturedFrame(
        batch.number[i],
        batch.timestampNs[i],
        HexFormat.of().formatHex(batch.bytes.copy(batch.start[i], batch.length[i])),
        batch.missing[i],
        batch.link[i],
        batch.inputInterface[i]);
  }

  /** Fails at the first frame that differs. */
  static void assertSame(List<CapturedFrame> expected, List<CapturedFrame> actual, String message) {
    for (int k = 0; k < Math.min(expected.size(), actual.size()); k++) {
      assertEquals(expected.get(k), actual.get(k), message);
    }
    assertEquals(expected.size(), actual.size(), message + ": frames");
  }

  @Override
  public String toString() {
    String bytes = hex.length() <= 128 ? hex : hex.substring(0, 128) + "...";
    return String.format(
        "frame %d at %d ns, %d bytes, %d missing, link %d, interface %d: %s",
        number, timestampNs, length(), missing, link, inputInterface, bytes);
  }

  int length() {
    return hex.length() / 2;
  }

  /** Reads {@code source} to its end or damage and closes it. */
  static Reading readAll(FrameSource source) throws IOException {
    return readAll(source, 64);
  }

  static Reading readAll(FrameSource source, int batchCapacity) throws IOException {
    try (FrameBatch batch = new FrameBatch(batchCapacity)) {
      return readAll(source, batch);
    }
  }

  /** As above, by way of a batch of the caller's, which is cleared first. */
  static Reading readAll(FrameSource source, FrameBatch batch) throws IOException {
    List<CapturedFrame> frames = new ArrayList<>();
    batch.clear();
    try (source) {
      while (source.read(batch) > 0) {
        for (int i = 0; i < batch.size; i++) {
          frames.add(of(batch, i));
        }
        batch.clear();
      }
      return new Reading(frames, null);
    } catch (DamagedInputException e) {
      return new Reading(frames, e);
    }
  }
}
