package io.vpcrig.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.config.VpcFile;
import io.vpcrig.engine.PacketPath;
import io.vpcrig.engine.PathOptions;
import io.vpcrig.engine.Snapshot;
import io.vpcrig.frame.BytesLedger;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.OutputOrder;
import io.vpcrig.frame.Verdict;
import io.vpcrig.io.CaptureReader;
import io.vpcrig.io.Captures;
import io.vpcrig.io.MemorySource;
import io.vpcrig.testing.Allocation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The whole way allocates nothing once it is warm: all shipped captures over and over, a second of
 * virtual time between two frames, so that connections end and begin, are denied, translated,
 * answered by the router, and fragments are held and released.
 */
class WholePathAllocationTest {
  private static final int FRAMES_PER_RUN = 110_000;
  private static final long SECOND_NS = 1_000_000_000L;

  private final long[] verdicts = new long[16];

  @Test
  void allocatesNothingOverAHundredThousandFramesOfAllKinds() throws Exception {
    long held = BytesLedger.heldBytes();
    Snapshot snapshot =
        Snapshot.compile(VpcFile.read(Path.of(ShippedCases.VPC)), 1, Optional.empty());
    try (MemorySource source = new MemorySource(frames(), Long.MAX_VALUE, SECOND_NS, SECOND_NS);
        PacketPath path = new PacketPath(new PathOptions(1 << 12, false, Optional.empty()));
        FrameBatch batch = new FrameBatch(256)) {
      OutputOrder order = new OutputOrder();
      Allocation.assertNone(
          FRAMES_PER_RUN / 256, () -> process(path, batch, snapshot, source, order));
      long sessions = path.sessions().created();
      assertTrue(sessions > 1_000, () -> sessions + " sessions");
    }
    for (byte verdict :
        new byte[] {
          Verdict.FORWARD,
          Verdict.DROP,
          Verdict.SWITCH,
          Verdict.LOCAL,
          Verdict.HELD,
          Verdict.ORIGINATED
        }) {
      assertTrue(verdicts[verdict] > 100, () -> Verdict.name(verdict) + " never happened");
    }
    assertEquals(held, BytesLedger.heldBytes(), "bytes of memory not given back");
  }

  private void process(
      PacketPath path,
      FrameBatch batch,
      Snapshot snapshot,
      MemorySource source,
      OutputOrder order) {
    batch.clear();
    source.read(batch);
    path.process(batch, snapshot);
    order.over(batch);
    while (order.nextFrame()) {
      for (int i = order.next(); i != FrameBatch.NONE; i = order.next()) {
        verdicts[batch.verdict[i]]++;
      }
    }
  }

  /** The frames of all shipped captures. */
  static List<byte[]> frames() throws Exception {
    List<byte[]> frames = new ArrayList<>();
    try (FrameBatch batch = new FrameBatch(256)) {
      for (String name : ShippedCases.ALL.keySet()) {
        try (CaptureReader reader = Captures.open(ShippedCases.input(name))) {
          for (batch.clear(); reader.read(batch) > 0; batch.clear()) {
            for (int i = 0; i < batch.size; i++) {
              frames.add(batch.bytes.copy(batch.start[i], batch.length[i]));
            }
          }
        }
      }
    }
    return frames;
  }
}
