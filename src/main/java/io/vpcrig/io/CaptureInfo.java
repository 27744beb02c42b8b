package io.vpcrig.io;

import io.vpcrig.frame.FrameBatch;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What is in a capture.
 *
 * @param name as given
 * @param format such as "pcap, little-endian"
 * @param compression how it is packed
 * @param interfaces in the order of their indices
 * @param framesByInterface frames of each of {@code interfaces}
 * @param framesByLinkType frames of each link type, by the number of the tcpdump.org registry
 * @param frames whole frames
 * @param capturedBytes bytes of them that are in the file
 * @param wireBytes bytes of them as they were on the wire
 * @param shortest captured bytes of the shortest frame, 0 without frames
 * @param longest captured bytes of the longest frame, 0 without frames
 * @param truncated frames of which the capture cut something off
 * @param outOfOrder frames with an earlier timestamp than the one before
 * @param firstNs earliest timestamp, nanoseconds since the epoch; 0 without frames
 * @param lastNs latest timestamp; 0 without frames
 * @param damage sentence about what ended the reading, if that was not the end of the input
 */
public record CaptureInfo(
    String name,
    String format,
    Compression compression,
    List<CaptureInterface> interfaces,
    List<Long> framesByInterface,
    SortedMap<Integer, Long> framesByLinkType,
    long frames,
    long capturedBytes,
    long wireBytes,
    int shortest,
    int longest,
    long truncated,
    long outOfOrder,
    long firstNs,
    long lastNs,
    Optional<String> damage) {

  /** Looks at a batch of frames while they are counted; the batch is read only. */
  @FunctionalInterface
  public interface Onlooker {
    void batch(FrameBatch batch);
  }

  /** Nanoseconds from the earliest frame to the latest. */
  public long durationNs() {
    return lastNs - firstNs;
  }

  /** Reads {@code reader} to its end, or to its damage, and closes it. */
  public static CaptureInfo scan(CaptureReader reader, Onlooker onlooker) throws IOException {
    try (reader) {
      return new CaptureScan(reader).run(onlooker);
    }
  }

  /** Reads {@code reader} to its end, or to its damage, and closes it. */
  public static CaptureInfo scan(CaptureReader reader) throws IOException {
    return scan(reader, batch -> {});
  }
}
