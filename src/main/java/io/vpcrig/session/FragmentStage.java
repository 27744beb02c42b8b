package io.vpcrig.session;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.Verdict;
import io.vpcrig.header.Ipv4;
import io.vpcrig.stage.Stage;
import io.vpcrig.stage.StageContext;
import io.vpcrig.telemetry.Reason;

/**
 * Holds fragments back until all of their datagram are there, so that the whole datagram meets one
 * decision, as conntrack's reassembly does on the router. Then they go on one by one, as they came:
 * the frames held are extras with their own number, caused by the frame that completed the
 * datagram, and all have the ports and TCP flags of the first fragment. {@link FrameBatch#l4} stays
 * NONE in all but that one. In the live list the first fragment stands before the others, all of
 * them where the completing frame stood.
 *
 * <p>A held frame's verdict is {@link Verdict#HELD}; if its datagram completes, it is decided again
 * as an extra, else that was it.
 *
 * <p>A batch without fragments costs one pass over a column. Thread: one worker.
 */
public final class FragmentStage implements Stage {
  private final FragmentTable table;
  private int[] order = new int[0];

  public FragmentStage(FragmentTable table) {
    this.table = table;
  }

  @Override
  public void process(FrameBatch batch, StageContext context) {
    int any = 0;
    for (int k = 0; k < batch.liveCount; k++) {
      any |= batch.fragment[batch.live[k]];
    }
    if (Ipv4.isFragment(any)) {
      sort(batch, context);
    }
  }

  /**
   * Makes a new live list of the frames that are whole and of fragments whose datagram is complete.
   */
  private void sort(FrameBatch batch, StageContext context) {
    if (order.length < batch.live.length) {
      order = new int[batch.live.length];
    }
    int count = 0;
    for (int k = 0; k < batch.liveCount; k++) {
      int i = batch.live[k];
      if (batch.family[i] != 4 || !Ipv4.isFragment(batch.fragment[i])) {
        order[count++] = i;
      } else {
        count += fragment(batch, i, count, context);
      }
    }
    System.arraycopy(order, 0, batch.live, 0, count);
    batch.liveCount = count;
  }

  private int fragment(FrameBatch batch, int i, int at, StageContext context) {
    switch (table.offer(batch, i)) {
      case FragmentTable.HOLD -> context.decide(batch, i, Verdict.HELD, Reason.HELD);
      case FragmentTable.COMPLETE -> {
        return complete(batch, i, at, context);
      }
      case FragmentTable.DUPLICATE -> context.drop(batch, i, Reason.FRAGMENT_DUPLICATE);
      case FragmentTable.OVERLAP -> context.drop(batch, i, Reason.FRAGMENT_OVERLAP);
      case FragmentTable.EMPTY -> context.drop(batch, i, Reason.FRAGMENT_EMPTY);
      case FragmentTable.SHORT -> context.drop(batch, i, Reason.L4_SHORT);
      default -> context.drop(batch, i, Reason.FRAGMENT_LIMIT);
    }
    return 0;
  }

  private int complete(FrameBatch batch, int i, int at, StageContext context) {
    int wanted = table.completedFrames();
    int released = table.release(batch, i, order, at);
    if (released == wanted) {
      return released;
    }
    for (int k = at; k < at + released; k++) {
      context.drop(batch, order[k], Reason.NO_ROOM);
    }
    context.drop(batch, i, Reason.NO_ROOM);
    return 0;
  }
}
