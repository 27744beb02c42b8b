package io.vpcrig.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.vpcrig.frame.BytesLedger;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameSource;
import io.vpcrig.frame.LinkType;
import io.vpcrig.frame.Verdict;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading, writing and digesting allocate by the file, not by the frame. */
class AllocationTest {
  private static final int FRAMES = 200_000;
  private static final byte[] COMMENT = "why".getBytes(StandardCharsets.UTF_8);

  /** What one pass may allocate for opening files and for its reads and writes, of 40 MB. */
  private static final long PER_PASS = 200_000;

  @TempDir private Path directory;

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }

  private long pass(FrameSource source, String target) throws IOException {
    OutputLayout layout = new OutputLayout(List.of("a", "b"), LinkType.ETHERNET);
    long frames = 0;
    long before;
    try (source;
        FrameBatch batch = new FrameBatch(256);
        DigestSink digest = new DigestSink();
        PcapngWriter writer = new PcapngWriter(target, layout, (b, i) -> COMMENT, false, true)) {
      before = allocated();
      while (source.read(batch) > 0) {
        for (int i = 0; i < batch.size; i++) {
          batch.verdict[i] = i % 3 == 0 ? Verdict.DROP : Verdict.FORWARD;
          batch.outSegment[i] = i & 1;
          digest.write(batch, i);
          writer.write(batch, i);
        }
        frames += batch.size;
        batch.clear();
      }
    }
    assertEquals(FRAMES, frames);
    return allocated() - before;
  }

  @Test
  void allocatesNothingPerFrame() throws IOException {
    long held = BytesLedger.heldBytes();
    Path pcapng = directory.resolve("in.pcapng");
    Path pcap = directory.resolve("in.pcap");
    CaptureBytes bytes = CaptureBytes.big().pcapHeader(PcapParser.MICROSECONDS, 1);
    for (int k = 0; k < FRAMES; k++) {
      bytes.record(k, 5, new byte[k % 200]);
    }
    Files.write(pcap, bytes.toBytes());
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 4; round++) {
      long one = pass(Captures.open(pcap), pcapng.toString());
      long two = pass(Captures.open(pcapng), directory.resolve("out.pcapng").toString());
      least = Math.min(least, one + two);
    }
    long found = least;
    assertTrue(
        found < 2 * PER_PASS,
        () -> found + " bytes allocated for " + 2 * FRAMES + " frames after warm-up");
    assertEquals(held, BytesLedger.heldBytes());
  }
}
