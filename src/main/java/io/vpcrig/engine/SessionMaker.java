package io.vpcrig.engine;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.session.ConnectionTracker;
import io.vpcrig.session.SessionTable;
import io.vpcrig.session.Tuples;
import io.vpcrig.stage.StageContext;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.telemetry.TraceStep;
import io.vpcrig.tunnel.SegmentTable;

/**
 * The end of the first-packet path: the session that holds all that later packets need, and the
 * frame's own columns. Thread: one worker.
 */
final class SessionMaker {
  /** Beside {@link SourceTranslation#TRANSLATED} in what a session remembers of its translation. */
  private static final int DESTINATION_TRANSLATED = 2;

  private final Snapshot snapshot;
  private final ConnectionTracker tracker;
  private final SessionTable sessions;
  private final Judgement judgement;
  private final SourceTranslation source;
  private final Gateways gateways;

  SessionMaker(
      Snapshot snapshot, ConnectionTracker tracker, Judgement judgement, SourceTranslation source) {
    this.snapshot = snapshot;
    this.tracker = tracker;
    this.sessions = tracker.table();
    this.judgement = judgement;
    this.source = source;
    this.gateways = new Gateways(snapshot);
  }

  /**
   * Makes the session of a frame that was judged and whose source address was chosen; or drops it.
   *
   * @param chosen outcome of {@link SourceTranslation}
   * @param destination it leaves with
   * @param translated whether that is not the one dialled
   * @param neighbour next hop
   * @return number of the session; negative if the frame was dropped
   */
  int make(
      FrameBatch batch,
      int i,
      int chosen,
      int destination,
      boolean translated,
      int out,
      int neighbour,
      Reason reason,
      StageContext context) {
    judgement.note(batch, i);
    if (chosen < 0) {
      if (chosen == SourceTranslation.EXHAUSTED) {
        tracker.countInsertFailed();
      }
      context.drop(
          batch,
          i,
          chosen == SourceTranslation.NO_ADDRESS ? Reason.NAT_NO_SOURCE : Reason.NAT_EXHAUSTED);
      return chosen;
    }
    if (chosen == SourceTranslation.TRANSLATED) {
      context.trace(batch, i, TraceStep.SNAT, source.address(), source.ports() >>> 16, chosen, 0);
    }
    int protocol = batch.protocol[i];
    int number =
        tracker.begin(
            batch.sourceAddress[i],
            batch.destinationAddress[i],
            batch.ports[i],
            destination,
            source.address(),
            Tuples.invertPorts(source.ports(), protocol),
            protocol,
            batch.tcpFlags[i],
            batch.timestampNs[i]);
    if (number < 0) {
      context.drop(
          batch, i, number == SessionTable.FULL ? Reason.SESSION_FULL : Reason.NAT_EXHAUSTED);
      return number;
    }
    long mac = snapshot.neighbours().mac(neighbour);
    sessions.setNat(number, chosen | (translated ? DESTINATION_TRANSLATED : 0));
    sessions.setWay(number, 0, out, FrameBatch.NONE, neighbour, mac, 0);
    setWayBack(batch, i, number);
    sessions.setDecision(
        number,
        snapshot.generation(),
        judgement.list(),
        judgement.rule(),
        judgement.egressList(),
        judgement.egressRule(),
        judgement.ingressList(),
        judgement.ingressRule());
    sessions.count(number, 0, batch.l3End[i] - batch.l3[i]);
    context.trace(batch, i, TraceStep.SESSION_CREATED, number, 0, 0, 0);
    batch.session[i] = number;
    batch.direction[i] = 0;
    batch.outSegment[i] = out;
    batch.nextHopMac[i] = mac;
    batch.nextHopEndpoint[i] = 0;
    batch.newSource[i] = source.address();
    batch.newDestination[i] = destination;
    batch.newPorts[i] = source.ports();
    batch.reason[i] = reason.number();
    return number;
  }

  /** Replies go back the way the frame came. */
  private void setWayBack(FrameBatch batch, int i, int number) {
    int in = batch.segment[i];
    sessions.setWay(
        number,
        1,
        in,
        snapshot.segments().kind(in) == SegmentTable.PUBLIC ? in : FrameBatch.NONE,
        gateways.neighbour(in, batch.sourceAddress[i]),
        backMac(batch, i),
        batch.remoteEndpoint[i]);
  }

  /**
   * The MAC that replies go to: who sent the frame, if MACs are learned, or whoever is on the way
   * back to its source.
   */
  private long backMac(FrameBatch batch, int i) {
    if (batch.sourceMac[i] != 0 && sessions.learnsMacs()) {
      return batch.sourceMac[i];
    }
    int back = snapshot.routes().find(batch.sourceAddress[i]);
    return snapshot
        .neighbours()
        .mac(
            back < 0
                ? batch.sourceAddress[i]
                : snapshot.routes().neighbour(back, batch.sourceAddress[i]));
  }
}
