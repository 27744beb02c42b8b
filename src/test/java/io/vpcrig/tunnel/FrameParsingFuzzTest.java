package io.vpcrig.tunnel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.LinkType;
import io.vpcrig.header.ChecksumPolicy;
import io.vpcrig.model.Vpc;
import io.vpcrig.stage.StageContext;
import io.vpcrig.telemetry.TraceRing;
import io.vpcrig.testing.FrameBuilder;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;

/**
 * Any bytes, any link type: decap never throws with bounds checks on, agrees with its plain twin,
 * and all offsets of what it accepts are inside the frame. Input: link type, missing bytes, policy,
 * frame.
 */
class FrameParsingFuzzTest {
  private static final int[] LINKS = {
    LinkType.ETHERNET,
    LinkType.ETHERNET,
    LinkType.RAW,
    LinkType.LINUX_SLL,
    LinkType.LINUX_SLL2,
    LinkType.IPV4,
    LinkType.IPV6,
    105
  };
  private static final Vpc VPC = SegmentsOnly.example().build();
  private static final SegmentTable TABLE = SegmentCompiler.compile(VPC);
  private static final DecapStage VERIFY = new DecapStage(TABLE, ChecksumPolicy.VERIFY);
  private static final DecapStage REPAIR = new DecapStage(TABLE, ChecksumPolicy.REPAIR);
  private static final EncapStage ENCAP = new EncapStage(new Headers(), TABLE);
  private static final StageContext CONTEXT = new StageContext(new TraceRing(1));
  private static final FrameBatch BATCH = new FrameBatch(1);

  @AfterAll
  static void free() {
    BATCH.close();
  }

  @FuzzTest
  void anyBytesAreReadWithinTheirBounds(byte[] input) {
    if (input.length < 3) {
      return;
    }
    int link = LINKS[input[0] & 7];
    int missing = input[1] & 0xff;
    ChecksumPolicy policy = (input[2] & 1) == 0 ? ChecksumPolicy.REPAIR : ChecksumPolicy.VERIFY;
    byte[] frame = Arrays.copyOfRange(input, 3, input.length);
    BATCH.clear();
    BATCH.poison(-2);
    int i = FrameBuilder.add(BATCH, frame, link, 0);
    BATCH.missing[i] = missing;
    (policy == ChecksumPolicy.VERIFY ? VERIFY : REPAIR).process(BATCH, CONTEXT);
    assertEquals(PlainDecap.of(VPC, policy, frame, link, missing), Decapped.read(BATCH, i));
    if (BATCH.liveCount == 0) {
      return;
    }
    int end = BATCH.start[i] + frame.length;
    int l3 = BATCH.l3[i];
    int l4 = BATCH.l4[i];
    assertTrue(l3 >= BATCH.start[i] && l3 + 20 <= end);
    assertTrue(BATCH.l3End[i] >= l3 && BATCH.l3End[i] <= end + missing);
    assertTrue(l4 == FrameBatch.NONE || l4 >= l3 + 20 && l4 <= Math.min(end, BATCH.l3End[i]));
    BATCH.outSegment[i] = (input[2] & 0xff) % TABLE.size();
    BATCH.nextHopMac[i] = 1;
    BATCH.nextHopEndpoint[i] = 0;
    ENCAP.process(BATCH, CONTEXT);
    assertTrue(BATCH.start[i] >= 0 && BATCH.start[i] + BATCH.length[i] <= end);
  }
}
