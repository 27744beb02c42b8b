package io.vpcrig.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.frame.BytesLedger;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.LinkType;
import io.vpcrig.frame.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PcapWriterTest {
  private static final long SEED = 20_261_126L;
  private static final byte[] VERDICTS = {
    Verdict.FORWARD, Verdict.SWITCH, Verdict.ORIGINATED, Verdict.DROP, Verdict.LOCAL, Verdict.HELD
  };

  @TempDir private Path directory;

  @Test
  void holdsTheFramesThatLeaveAndNothingElse() throws IOException {
    long held = BytesLedger.heldBytes();
    SplittableRandom random = new SplittableRandom(SEED);
    Path out = directory.resolve("out.pcap");
    List<byte[]> sent = new ArrayList<>();
    List<Long> times = new ArrayList<>();
    try (FrameBatch batch = new FrameBatch(64);
        PcapWriter writer = new PcapWriter(out.toString(), LinkType.ETHERNET)) {
      for (int round = 0; round < 200; round++) {
        batch.clear();
        for (int k = 0; k < 64; k++) {
          byte[] bytes = new byte[random.nextInt(k == 0 ? 60_000 : 300)];
          random.nextBytes(bytes);
          int i = batch.add(bytes.length);
          batch.bytes.put(batch.start[i], bytes, 0, bytes.length);
          batch.verdict[i] = VERDICTS[random.nextInt(VERDICTS.length)];
          batch.link[i] = LinkType.ETHERNET;
          batch.missing[i] = random.nextInt(2) * random.nextInt(99);
          batch.timestampNs[i] = random.nextLong(4_000_000_000_000_000_000L);
          writer.write(batch, i);
          if (LeavingFrames.leaves(batch, i)) {
            sent.add(bytes);
            times.add(batch.timestampNs[i]);
          }
        }
      }
      assertEquals(sent.size(), writer.frames());
      assertFalse(Files.exists(out), "before it is whole");
    }
    try (CaptureReader reader = Captures.open(out)) {
      CapturedFrame.Reading reading = CapturedFrame.readAll(reader);
      assertEquals(sent.size(), reading.frames().size(), "seed " + SEED);
      for (int k = 0; k < sent.size(); k++) {
        assertEquals(
            HexFormat.of().formatHex(sent.get(k)), reading.frames().get(k).hex(), "frame " + k);
        assertEquals(times.get(k), reading.frames().get(k).timestampNs(), "frame " + k);
      }
    }
    assertEquals(held, BytesLedger.heldBytes());
  }

  @Test
  void aFrameOfAnotherLinkTypeIsRefused() throws IOException {
    Path out = directory.resolve("out.pcap");
    PcapWriter writer = new PcapWriter(out.toString(), LinkType.ETHERNET);
    try (FrameBatch batch = new FrameBatch(4)) {
      int i = batch.add(40);
      batch.verdict[i] = Verdict.SWITCH;
      batch.link[i] = LinkType.RAW;
      batch.number[i] = 7;
      IOException error = assertThrows(IOException.class, () -> writer.write(batch, i));
      assertTrue(error.getMessage().contains("frame 7 is of link type 101"), error.getMessage());
    } finally {
      writer.abort();
    }
    assertFalse(Files.exists(out));
  }
}
