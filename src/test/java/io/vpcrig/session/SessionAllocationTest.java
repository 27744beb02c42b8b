package io.vpcrig.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.header.Ipv4;
import io.vpcrig.header.Tcp;
import io.vpcrig.stage.StageContext;
import io.vpcrig.telemetry.TraceRing;
import io.vpcrig.testing.FrameBuilder;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class SessionAllocationTest {
  private static final int ROUNDS = 3_000;

  @Test
  void hitsMissesCreationsEndsAndRelatedErrorsAllocateNothing() {
    assumeTrue(
        ManagementFactory.getThreadMXBean() instanceof ThreadMXBean, "no allocation counter");
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (SessionTable table = new SessionTable(20_000, SessionListener.NONE);
        FrameBatch batch = new FrameBatch(64)) {
      ConnectionTracker tracker = new ConnectionTracker(table, Timeouts.LINUX);
      SessionStage stage = new SessionStage(tracker);
      RelatedStage related = new RelatedStage(table);
      StageContext context = new StageContext(new TraceRing(16));
      for (int k = 0; k < 32; k++) {
        Columns.add(batch, FrameBuilder.tcp("10.0.0.1", k, "10.0.1.1", 80).flags(Tcp.SYN), 1, 0);
      }
      FrameBuilder about = FrameBuilder.tcp("10.0.0.1", 5, "10.0.1.1", 80);
      for (int k = 0; k < 8; k++) {
        Columns.add(batch, FrameBuilder.icmpError("10.0.1.1", "10.0.0.1", 3, 3, about), 1, 0);
      }
      round(batch, tracker, stage, related, context, 0, 4 * ROUNDS);
      // The JVM itself may allocate once while it compiles; what a frame costs shows in every run.
      long least = Long.MAX_VALUE;
      for (int run = 4; run < 9 && least != 0; run++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        round(batch, tracker, stage, related, context, run * ROUNDS, (run + 1) * ROUNDS);
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertEquals(0, least);
      assertTrue(table.created() > 10L * ROUNDS);
      assertTrue(table.size() < 5_000, "ends nothing");
    }
  }

  private static void round(
      FrameBatch batch,
      ConnectionTracker tracker,
      SessionStage stage,
      RelatedStage related,
      StageContext context,
      int from,
      int to) {
    for (int round = from; round < to; round++) {
      long now = round * 100_000_000_000L / 1000;
      for (int i = 0; i < batch.size; i++) {
        batch.timestampNs[i] = now;
        batch.verdict[i] = 0;
      }
      batch.startAll();
      for (int k = 0; k < 3; k++) {
        int ports = (round * 3 + k & 0xffff) << 16 | 80;
        int number =
            tracker.begin(
                0x0a000001,
                0x0a000101,
                ports,
                0x0a000101,
                0x0a000001,
                Tuples.invertPorts(ports, Ipv4.TCP),
                Ipv4.TCP,
                Tcp.SYN,
                now);
        if (number >= 0) {
          tracker.table().setHop(number, 0, 1, 1, 1);
          tracker.table().setHop(number, 1, 1, 1, 1);
        }
      }
      stage.process(batch, context);
      related.process(batch, context);
    }
  }
}
