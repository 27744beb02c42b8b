package io.vpcrig.engine;

import io.vpcrig.acl.AclAnswer;
import io.vpcrig.acl.AclTable;
import io.vpcrig.balance.BalanceTable;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.stage.StageContext;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.telemetry.TraceStep;
import io.vpcrig.tunnel.SegmentTable;

/**
 * What the lists say about the frame that is being decided. Of the answers, the last one that a
 * rule gave counts; a frame that is let through by defaults only names the list asked last. Thread:
 * one worker.
 */
final class Judgement {
  private static final int NONE = FrameBatch.NONE;

  private final AclTable acls;
  private final SegmentTable segments;
  private final BalanceTable balance;
  private final RuleCounters hits;

  private int list;
  private int rule;
  private int quirk;
  private int egressList;
  private int egressRule;
  private int ingressList;
  private int ingressRule;

  Judgement(Snapshot snapshot, RuleCounters hits) {
    this.acls = snapshot.acls();
    this.segments = snapshot.segments();
    this.balance = snapshot.balance();
    this.hits = hits;
  }

  /** Forgets the frame before. */
  void begin() {
    list = NONE;
    rule = NONE;
    quirk = 0;
    egressList = NONE;
    egressRule = NONE;
    ingressList = NONE;
    ingressRule = NONE;
  }

  /**
   * Asks the list of the segment a frame came by, about the address that was dialled (mangle
   * PREROUTING). Drops the frame if it says no.
   *
   * @return whether the frame goes on
   */
  boolean egress(FrameBatch batch, int i, StageContext context) {
    int in = batch.segment[i];
    if (segments.kind(in) == SegmentTable.PUBLIC
        || batch.destinationAddress[i] == segments.routerAddress(in)
        || balance.isVirtualIn(in, batch.destinationAddress[i])) {
      return true;
    }
    long answer =
        acls.judgeEgress(
            in,
            batch.sourceAddress[i],
            batch.destinationAddress[i],
            batch.ports[i],
            batch.protocol[i]);
    boolean allowed = judged(batch, i, answer, TraceStep.ACL_EGRESS, context);
    egressList = AclAnswer.list(answer);
    egressRule = AclAnswer.rule(answer);
    return allowed;
  }

  /**
   * Asks the list of the segment a frame leaves by, about its private destination (filter FORWARD).
   * Drops the frame if it says no.
   *
   * @return whether the frame goes on
   */
  boolean ingress(
      FrameBatch batch, int i, int out, int destination, int ports, StageContext context) {
    long answer =
        acls.judgeIngress(out, batch.sourceAddress[i], destination, ports, batch.protocol[i]);
    if (!judged(batch, i, answer, TraceStep.ACL_INGRESS, context)) {
      return false;
    }
    ingressList = AclAnswer.list(answer);
    ingressRule = AclAnswer.rule(answer);
    return true;
  }

  /** Whether the shipped or the intended form of an ingress list that is not asked says no. */
  boolean wouldDeny(FrameBatch batch, int i, int out, int destination, int ports) {
    long answer =
        acls.judgeIngress(out, batch.sourceAddress[i], destination, ports, batch.protocol[i]);
    return !AclAnswer.allowed(answer) || AclAnswer.quirk(answer) != 0;
  }

  /** Names a quirk that may decide. */
  void quirk(int ordinal) {
    if (ordinal != 0) {
      quirk = ordinal;
    }
  }

  /** Writes what the lists said into the frame's columns. */
  void note(FrameBatch batch, int i) {
    batch.list[i] = list;
    batch.rule[i] = rule;
    batch.quirk[i] = quirk;
  }

  /** The reason of a frame that the lists let through. */
  Reason allowed() {
    return rule == NONE ? Reason.ALLOW_DEFAULT : Reason.ALLOW_RULE;
  }

  /** Counts a frame that made no session at each rule it met; sessions count their own frames. */
  void count(int bytes) {
    hits.add(egressRule, 1, bytes);
    if (rule != egressRule) {
      hits.add(rule, 1, bytes);
    }
  }

  int list() {
    return list;
  }

  int rule() {
    return rule;
  }

  int egressList() {
    return egressList;
  }

  int egressRule() {
    return egressRule;
  }

  int ingressList() {
    return ingressList;
  }

  int ingressRule() {
    return ingressRule;
  }

  private boolean judged(
      FrameBatch batch, int i, long answer, TraceStep step, StageContext context) {
    int askedList = AclAnswer.list(answer);
    int askedRule = AclAnswer.rule(answer);
    boolean allowed = AclAnswer.allowed(answer);
    context.trace(batch, i, step, askedList, askedRule, allowed ? 1 : 0, AclAnswer.quirk(answer));
    if (askedRule != NONE || !allowed || rule == NONE) {
      list = askedList == NONE ? list : askedList;
      rule = askedRule;
    }
    quirk(AclAnswer.quirk(answer));
    if (!allowed) {
      list = askedList;
      note(batch, i);
      context.drop(batch, i, Reason.of(AclAnswer.reason(answer)));
    }
    return allowed;
  }
}
