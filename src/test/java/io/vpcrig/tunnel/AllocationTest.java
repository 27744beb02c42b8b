package io.vpcrig.tunnel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import io.vpcrig.frame.BytesLedger;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.header.ChecksumPolicy;
import io.vpcrig.stage.StageContext;
import io.vpcrig.telemetry.TraceRing;
import io.vpcrig.testing.FrameBuilder;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Test
  void decapAndEncapAllocateNothingWhateverTheFrames() {
    long held = BytesLedger.heldBytes();
    try (FrameBatch batch = new FrameBatch(256);
        Headers headers = new Headers()) {
      SegmentTable table = SegmentCompiler.compile(SegmentsOnly.example().build());
      DecapStage decap = new DecapStage(table, ChecksumPolicy.VERIFY);
      EncapStage encap = new EncapStage(headers, table);
      StageContext context = new StageContext(new TraceRing(64));
      RandomFrames frames = new RandomFrames(new Random(1));
      for (int k = 0; k < batch.capacity; k++) {
        RandomFrames.Sample sample = frames.next();
        int i = FrameBuilder.add(batch, sample.bytes(), sample.link(), 0);
        batch.missing[i] = sample.missing();
        batch.trace[i] = k % 3;
      }
      int[] start = batch.start.clone();
      int[] length = batch.length.clone();
      int[] link = batch.link.clone();
      int[] missing = batch.missing.clone();
      byte[] arena = batch.bytes.copy(0, batch.bytes.capacity());
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 20; round++) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int repeat = 0; repeat < 50; repeat++) {
          batch.bytes.put(0, arena, 0, arena.length);
          System.arraycopy(start, 0, batch.start, 0, start.length);
          System.arraycopy(length, 0, batch.length, 0, start.length);
          System.arraycopy(link, 0, batch.link, 0, start.length);
          System.arraycopy(missing, 0, batch.missing, 0, start.length);
          java.util.Arrays.fill(batch.verdict, (byte) 0);
          batch.startAll();
          decap.process(batch, context);
          batch.spreadAll();
          for (int k = 0; k < batch.liveCount; k++) {
            int i = batch.live[k];
            batch.outSegment[i] = k % table.size();
            batch.nextHopMac[i] = k;
            batch.nextHopEndpoint[i] = k & 1;
          }
          encap.process(batch, context);
        }
        least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
      }
      assertEquals(0, least, "bytes allocated for 50 batches of 256 frames");
    }
    assertEquals(held, BytesLedger.heldBytes());
  }
}
