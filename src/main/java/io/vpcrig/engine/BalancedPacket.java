package io.vpcrig.engine;

import io.vpcrig.balance.BalanceState;
import io.vpcrig.balance.BalanceTable;
import io.vpcrig.balance.Balancer;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.header.Ipv4;
import io.vpcrig.model.Quirk;
import io.vpcrig.model.Semantics;
import io.vpcrig.session.SessionState;
import io.vpcrig.stage.StageContext;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.telemetry.TraceStep;

/**
 * The way of a first packet that is for a load balancer, from where its egress list let it through:
 *
 * <pre>
 *   public    TTL -> (intended: ingress list on client and private port) -> client filter -> member -> source -> session
 *   internal  TTL -> (from another segment: ingress list on the virtual address) -> client filter -> ...
 * </pre>
 *
 * Under shipped semantics the list of a public balancer's tier is not asked (cloudstack.md fact 7);
 * here it is asked all the same, for the quirk's sake only. Thread: one worker.
 */
final class BalancedPacket {
  private final Snapshot snapshot;
  private final BalanceTable table;
  private final BalanceState state;
  private final Judgement judgement;
  private final SourceTranslation source;
  private final SessionMaker maker;

  BalancedPacket(
      Snapshot snapshot,
      BalanceState state,
      Judgement judgement,
      SourceTranslation source,
      SessionMaker maker) {
    this.snapshot = snapshot;
    this.table = snapshot.balance();
    this.state = state;
    this.judgement = judgement;
    this.source = source;
    this.maker = maker;
  }

  /** Whether nothing but balancers listens at an address. */
  boolean isVirtual(int address) {
    return table.isVirtual(address);
  }

  /** Whether a balancer is there but not balanced: then nothing listens. */
  boolean isIdle(int index) {
    if (table.balancer(index).isBalanced()) {
      return false;
    }
    judgement.quirk(Quirk.BALANCED_UDP.ordinal());
    return true;
  }

  /** Whether the TTL of a frame for a balancer ends here. */
  static boolean isExpired(FrameBatch batch, int i) {
    return batch.bytes.u8(batch.l3[i] + Ipv4.TTL) <= 1;
  }

  /** Decides a first packet for balancer {@code index} whose TTL does not end here. */
  void decide(FrameBatch batch, int i, int index, StageContext context) {
    Balancer balancer = table.balancer(index);
    boolean bypass = isPastList(batch, i, balancer);
    if (bypass) {
      namePastList(batch, i, balancer);
    } else if (!judgement.ingress(
        batch,
        i,
        balancer.segment(),
        batch.destinationAddress[i],
        judgedPorts(batch, i, balancer),
        context)) {
      return;
    }
    judgement.note(batch, i);
    int client = batch.sourceAddress[i];
    if (!balancer.serves(client)) {
      context.drop(batch, i, Reason.BALANCE_CLIENT);
      return;
    }
    long nowNs = batch.timestampNs[i];
    int protocol = batch.protocol[i];
    int member =
        state.choose(index, client, batch.destinationAddress[i], batch.ports[i], protocol, nowNs);
    if (member < 0) {
      context.drop(batch, i, Reason.BALANCE_NO_MEMBER);
      return;
    }
    int address = balancer.member(member);
    int ports = batch.ports[i] & 0xffff_0000 | balancer.toPort();
    context.trace(batch, i, TraceStep.DNAT, address, balancer.toPort(), 3, index);
    context.trace(batch, i, TraceStep.ROUTE, balancer.segment(), 0, 0, address);
    int chosen = source.chooseAs(balancer.shown(client), client, address, ports, protocol, nowNs);
    int session =
        maker.make(
            batch,
            i,
            chosen,
            address,
            true,
            balancer.segment(),
            address,
            bypass ? Reason.BALANCED : judgement.allowed(),
            context);
    if (session >= 0) {
      state.began(index, member, session, opens(session), nowNs);
    }
  }

  /** Takes note of a frame of a session, balanced or not. */
  void seen(FrameBatch batch, int i) {
    if (batch.protocol[i] == Ipv4.TCP && Ipv4.fragmentOffset(batch.fragment[i]) == 0) {
      state.seen(batch.session[i], batch.direction[i], batch.tcpFlags[i], batch.timestampNs[i]);
    }
  }

  /** Whether the tier's list is not asked. */
  private boolean isPastList(FrameBatch batch, int i, Balancer balancer) {
    return balancer.isInternal()
        ? batch.segment[i] == balancer.segment()
        : snapshot.vpc().semantics() == Semantics.SHIPPED;
  }

  private void namePastList(FrameBatch batch, int i, Balancer balancer) {
    if (!balancer.isInternal()
        && judgement.wouldDeny(
            batch,
            i,
            balancer.segment(),
            batch.destinationAddress[i],
            judgedPorts(batch, i, balancer))) {
      judgement.quirk(Quirk.BALANCED_PAST_LIST.ordinal());
    }
  }

  /** Ingress rules see private ports; of an internal balancer that is the one dialled. */
  private static int judgedPorts(FrameBatch batch, int i, Balancer balancer) {
    return balancer.isInternal()
        ? batch.ports[i]
        : batch.ports[i] & 0xffff_0000 | balancer.toPort();
  }

  private boolean opens(int session) {
    return source.sessions().state(session) == SessionState.SYN_SENT;
  }
}
