package io.vpcrig.tunnel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.Verdict;
import io.vpcrig.header.ChecksumPolicy;
import io.vpcrig.stage.StageContext;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.telemetry.TraceRing;
import io.vpcrig.testing.FrameBuilder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BareHeadersTest {
  private static final int FRAMES = 60_000;
  private static final long SEED = Long.getLong("vpcrig.seed", 4789);

  /** Whatever decap takes for a good IPv4 frame has the same headers for one who knows no VPC. */
  @Test
  void readsWhatDecapReads() {
    DecapStage stage =
        new DecapStage(
            SegmentCompiler.compile(SegmentsOnly.example().build()), ChecksumPolicy.REPAIR);
    BareHeaders bare = new BareHeaders();
    RandomFrames source = new RandomFrames(new Random(SEED));
    int same = 0;
    try (FrameBatch batch = new FrameBatch(64)) {
      for (int done = 0; done < FRAMES; done += batch.capacity) {
        batch.clear();
        for (int k = 0; k < batch.capacity; k++) {
          RandomFrames.Sample sample = source.next();
          int i = FrameBuilder.add(batch, sample.bytes(), sample.link(), done);
          batch.missing[i] = sample.missing();
        }
        stage.process(batch, new StageContext(new TraceRing(1)));
        batch.spreadAll();
        for (int i = 0; i < batch.size; i++) {
          if (batch.family[i] == 4 && batch.verdict[i] != Verdict.DROP) {
            List<Integer> expected = columns(batch, i);
            Reason reason = bare.read(batch, i);
            assertEquals(null, reason, "seed " + SEED);
            assertEquals(expected, columns(batch, i), "seed " + SEED);
            same++;
          }
        }
      }
    }
    assertTrue(same > FRAMES / 10, "compared: " + same);
  }

  private static List<Integer> columns(FrameBatch batch, int i) {
    return List.of(
        batch.remoteEndpoint[i],
        batch.l2[i],
        batch.l3[i],
        batch.l4[i],
        batch.l3End[i],
        batch.sourceAddress[i],
        batch.destinationAddress[i],
        batch.protocol[i],
        batch.ports[i],
        batch.tcpFlags[i],
        batch.fragment[i]);
  }
}
