package io.vpcrig.tunnel;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.LinkType;
import io.vpcrig.frame.Verdict;
import io.vpcrig.header.ChecksumPolicy;
import io.vpcrig.stage.StageContext;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.telemetry.TraceRing;
import io.vpcrig.testing.FrameBuilder;

/**
 * What decap makes of one frame, as a value; offsets count from the frame's first byte, NONE is -1.
 */
record Decapped(
    byte verdict,
    Reason reason,
    int segment,
    int l2,
    long sourceMac,
    int remoteEndpoint,
    int l3,
    int l4,
    int l3End,
    int family,
    int source,
    int destination,
    int ports,
    int protocol,
    int tcpFlags,
    int fragment,
    int outSegment) {

  /** Runs a fresh stage on one Ethernet frame, all there, in a poisoned batch. */
  static Decapped of(SegmentTable table, FrameBuilder frame) {
    return of(table, ChecksumPolicy.VERIFY, frame.build(), LinkType.ETHERNET, 0);
  }

  /** Runs a fresh stage on one frame in a poisoned batch. */
  static Decapped of(
      SegmentTable table, ChecksumPolicy policy, byte[] frame, int link, int missing) {
    try (FrameBatch batch = new FrameBatch(1)) {
      batch.poison(0x5a5a_5a5a);
      int i = FrameBuilder.add(batch, frame, link, 0);
      batch.missing[i] = missing;
      new DecapStage(table, policy).process(batch, new StageContext(new TraceRing(1)));
      return read(batch, i);
    }
  }

  /** The outcome of frame {@code i} after decap. */
  static Decapped read(FrameBatch batch, int i) {
    batch.spread(i);
    int start = batch.start[i];
    return new Decapped(
        batch.verdict[i],
        batch.reason[i] == 0 ? null : Reason.of(batch.reason[i]),
        batch.segment[i],
        relative(batch.l2[i], start),
        batch.sourceMac[i],
        batch.remoteEndpoint[i],
        relative(batch.l3[i], start),
        relative(batch.l4[i], start),
        relative(batch.l3End[i], start),
        batch.family[i],
        batch.sourceAddress[i],
        batch.destinationAddress[i],
        batch.ports[i],
        batch.protocol[i],
        batch.tcpFlags[i],
        batch.fragment[i],
        batch.outSegment[i]);
  }

  boolean isPending() {
    return verdict == Verdict.PENDING;
  }

  private static int relative(int offset, int start) {
    return offset == FrameBatch.NONE ? FrameBatch.NONE : offset - start;
  }
}
