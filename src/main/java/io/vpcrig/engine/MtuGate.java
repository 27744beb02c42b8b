package io.vpcrig.engine;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameRow;
import io.vpcrig.header.Ipv4;
import io.vpcrig.route.MtuTable;
import io.vpcrig.service.IcmpErrors;
import io.vpcrig.stage.Stage;
import io.vpcrig.stage.StageContext;
import io.vpcrig.telemetry.Reason;

/**
 * Whether a datagram is too long for where it leaves, and must not be fragmented: it is dropped and
 * its sender told how long it may be (RFC 1191). As in Linux' {@code ip_forward()} that is before
 * filter FORWARD: {@link FirstPacket} asks for the packets it decides, so that no session is made;
 * as a stage it looks at what sessions let by. Too long datagrams that may be fragmented are no
 * {@link FrameBatch#plain} ones from here on, so that {@code service.CutStage} sees them.
 *
 * <p>Thread: one worker.
 */
final class MtuGate implements Stage {
  private final MtuTable mtus;
  private final IcmpErrors errors;

  MtuGate(Snapshot snapshot) {
    mtus = snapshot.mtus();
    errors = new IcmpErrors(snapshot.router());
  }

  @Override
  public void process(FrameBatch batch, StageContext context) {
    if (!mtus.isLimited()) {
      return;
    }
    for (int k = 0; k < batch.liveCount; k++) {
      int i = batch.live[k];
      int out = batch.outSegment[i];
      if (out != FrameBatch.NONE && length(batch, i) > mtus.of(out)) {
        batch.spread(i);
        if (refuses(batch, i, out)) {
          refuse(batch, i, out, context);
        }
      }
    }
  }

  private static int length(FrameBatch batch, int i) {
    if (batch.plain[i] == 0) {
      return batch.l3End[i] - batch.l3[i];
    }
    long row = batch.row(i);
    return Bytes.raw32(row + FrameRow.L3_END) - Bytes.raw32(row + FrameRow.L3);
  }

  /** Whether frame {@code i}, not plain, can't leave by a segment. */
  boolean refuses(FrameBatch batch, int i, int out) {
    return batch.l3End[i] - batch.l3[i] > mtus.of(out)
        && batch.family[i] == 4
        && (batch.fragment[i] & Ipv4.DONT_FRAGMENT) != 0
        && batch.reason[i] != Reason.ORIGINATED.number();
  }

  /** Drops what it {@link #refuses}; the columns of how it would leave are filled. */
  void refuse(FrameBatch batch, int i, int out, StageContext context) {
    int mtu = mtus.of(out);
    errors.fragmentationNeeded(batch, i, FirstPacket.isDestinationTranslated(batch, i), mtu);
    context.drop(batch, i, Reason.MTU);
  }
}
