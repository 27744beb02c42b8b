package io.vpcrig.engine;

import io.vpcrig.balance.BalanceState;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.Verdict;
import io.vpcrig.header.Icmp;
import io.vpcrig.header.Ipv4;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Quirk;
import io.vpcrig.model.Semantics;
import io.vpcrig.nat.NatKind;
import io.vpcrig.nat.NatTable;
import io.vpcrig.route.RouteTable;
import io.vpcrig.service.ArpResponder;
import io.vpcrig.service.EchoResponder;
import io.vpcrig.service.IcmpErrors;
import io.vpcrig.service.TimestampResponder;
import io.vpcrig.session.ConnectionTracker;
import io.vpcrig.session.SessionStage;
import io.vpcrig.stage.Stage;
import io.vpcrig.stage.StageContext;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.telemetry.TraceStep;
import io.vpcrig.tunnel.SegmentTable;

/**
 * The whole policy, for frames that no session knows: in the order of the real router's tables, it
 * decides and makes the session that holds everything later packets need.
 *
 * <pre>
 *   egress list -> destination NAT -> the router itself? -> route -> TTL, MTU -> ingress list -> source NAT -> session
 *   (mangle)       (nat PREROUTING)  (filter INPUT)                        (filter FORWARD) (nat POSTROUTING)
 * </pre>
 *
 * Otherwise than the shipped router: what comes from outside the VPC never leaves by a private
 * gateway, though the gateway's chain, which does not look at the source, might let it.
 *
 * <p>Works frame by frame, in order: an earlier frame of the batch may have made the session that
 * this one belongs to. Thread: one worker.
 */
final class FirstPacket implements Stage {
  private final Snapshot snapshot;
  private final SegmentTable segments;
  private final SessionStage lookup;
  private final ConnectionTracker tracker;
  private final ArpResponder arp;
  private final IcmpErrors errors;
  private final int vpcNetwork;
  private final int vpcMask;
  private final Judgement judgement;
  private final SourceTranslation source;
  private final SessionMaker maker;
  private final BalancedPacket balanced;
  private final OwnConnections own;
  private final MtuGate gate;

  /** Whether packets that fit no session go through the lists, as on the shipped router. */
  private final boolean letsInvalidBy;

  // What has been found out about the frame being decided.
  private boolean untracked;
  private int newDestination;
  private int newPorts;

  FirstPacket(
      Snapshot snapshot,
      ConnectionTracker tracker,
      SessionStage lookup,
      RuleCounters hits,
      BalanceState balances,
      OwnConnections own) {
    this.snapshot = snapshot;
    this.segments = snapshot.segments();
    this.lookup = lookup;
    this.tracker = tracker;
    this.own = own;
    this.gate = new MtuGate(snapshot);
    this.arp = new ArpResponder(snapshot.router());
    this.errors = new IcmpErrors(snapshot.router());
    this.vpcNetwork = snapshot.vpc().cidr().network();
    this.vpcMask = snapshot.vpc().cidr().mask();
    this.judgement = new Judgement(snapshot, hits);
    this.source = new SourceTranslation(snapshot, tracker.table());
    this.maker = new SessionMaker(snapshot, tracker, judgement, source);
    this.balanced = new BalancedPacket(snapshot, balances, judgement, source, maker);
    this.letsInvalidBy = snapshot.vpc().semantics() == Semantics.SHIPPED;
  }

  @Override
  public void process(FrameBatch batch, StageContext context) {
    int count = batch.liveCount;
    for (int k = 0; k < count; k++) {
      int i = batch.live[k];
      if (batch.plain[i] != 0) {
        continue; // Nothing but a hit is still plain, and it neither opens nor closes anything.
      }
      if (batch.session[i] == FrameBatch.NONE || batch.outSegment[i] == FrameBatch.NONE) {
        decide(batch, i, context);
      } else {
        balanced.seen(batch, i);
      }
    }
  }

  private void decide(FrameBatch batch, int i, StageContext context) {
    if (batch.family[i] == 0) {
      if (batch.destinationAddress[i] == snapshot.vpc().vxlan().local()) {
        // The underlay's own ARP: answered by whatever carries the tunnels.
        context.decide(batch, i, Verdict.LOCAL, Reason.LOCAL_ARP);
      } else {
        arp.handle(batch, i, context);
      }
      return;
    }
    tracker.clearMisfit();
    if (batch.session[i] == FrameBatch.NONE && !lookup.retry(batch, i, context)) {
      judgement.begin();
      begin(batch, i, context);
      if (batch.session[i] == FrameBatch.NONE) {
        judgement.count(batch.l3End[i] - batch.l3[i]);
      }
    } else if (batch.verdict[i] == Verdict.PENDING) {
      balanced.seen(batch, i);
    }
    if (batch.verdict[i] == Verdict.PENDING && batch.outSegment[i] == FrameBatch.NONE) {
      if (batch.reason[i] == Reason.ROUTE_NONE.number()) {
        context.drop(batch, i, Reason.ROUTE_NONE);
      } else {
        expired(batch, i, context);
      }
    }
  }

  /** A frame whose TTL ends here: dropped, and the sender told. */
  private void expired(FrameBatch batch, int i, StageContext context) {
    if (isDestinationTranslated(batch, i)) {
      errors.timeExceededByDialled(batch, i);
    } else {
      errors.timeExceeded(batch, i);
    }
    context.drop(batch, i, Reason.TTL);
  }

  /** Whether a translation changes the address or the port that the sender dialled. */
  static boolean isDestinationTranslated(FrameBatch batch, int i) {
    return batch.newDestination[i] != batch.destinationAddress[i]
        || batch.protocol[i] != Protocol.ICMP
            && ((batch.ports[i] ^ batch.newPorts[i]) & 0xffff) != 0;
  }

  private void begin(FrameBatch batch, int i, StageContext context) {
    untracked = false;
    int destination = batch.destinationAddress[i];
    int protocol = batch.protocol[i];
    if (!snapshot.router().maySend(batch.sourceAddress[i])) {
      context.drop(batch, i, Reason.IPV4_ADDRESS);
      return;
    }
    if (snapshot.router().isOwn(destination)
        && own.isOpen(protocol, batch.sourceAddress[i], destination, batch.ports[i])) {
      context.trace(batch, i, TraceStep.LOCAL, 0, 0, 0, 0);
      context.decide(batch, i, Verdict.LOCAL, Reason.LOCAL_INPUT);
      return;
    }
    boolean begins =
        !tracker.isMisfit() && tracker.mayBegin(protocol, batch.tcpFlags[i], batch.ports[i]);
    if (snapshot.router().isForMany(destination)) {
      input(batch, i, begins, context, Reason.MULTICAST);
      return;
    }
    if (!begins) {
      invalid(batch, i, context);
      return;
    }
    if (!judgement.egress(batch, i, context)) {
      return;
    }
    int target =
        snapshot.nat().destination(destination, batch.ports[i], protocol, batch.sourceAddress[i]);
    if (target != NatTable.NONE && snapshot.nat().kind(target) == NatKind.BALANCE) {
      int balancer = snapshot.nat().index(target);
      if (!balanced.isIdle(balancer)) {
        balance(batch, i, balancer, context);
        return;
      }
      target = NatTable.NONE;
    }
    if (target == NatTable.NONE) {
      newDestination = destination;
      newPorts = batch.ports[i];
    } else {
      translate(batch, i, target, context);
    }
    if (snapshot.router().isOwn(newDestination)) {
      context.trace(batch, i, TraceStep.LOCAL, 0, 0, 0, 0);
      input(batch, i, true, context, Reason.INPUT);
      return;
    }
    forward(batch, i, target != NatTable.NONE, context);
  }

  /**
   * A packet that conntrack calls INVALID: its ICMP error is about no session, it can begin none,
   * or it does not fit the one it belongs to. No session, no translation; mangle's egress lists see
   * only NEW packets. The router's own rules look at no state, and what was intended is that only
   * they let it by.
   */
  private void invalid(FrameBatch batch, int i, StageContext context) {
    tracker.countInvalid();
    boolean misfit = tracker.isMisfit();
    boolean own = snapshot.router().isOwn(batch.destinationAddress[i]);
    untracked = true;
    if (own && (letsInvalidBy || !misfit)) {
      input(batch, i, false, context, Reason.INPUT);
      if (misfit && batch.verdict[i] == Verdict.LOCAL) {
        batch.quirk[i] = Quirk.INVALID_PACKETS.ordinal();
      }
    } else if (letsInvalidBy) {
      newDestination = batch.destinationAddress[i];
      newPorts = batch.ports[i];
      forward(batch, i, false, context);
    } else {
      context.drop(
          batch, i, isIcmpError(batch, i) ? Reason.ICMP_UNRELATED : Reason.SESSION_INVALID);
    }
  }

  /** Sends on as it is what belongs to no session. */
  private void pass(FrameBatch batch, int i, int out, int neighbour) {
    judgement.quirk(Quirk.INVALID_PACKETS.ordinal());
    judgement.note(batch, i);
    batch.outSegment[i] = out;
    batch.nextHopMac[i] = snapshot.neighbours().mac(neighbour);
    batch.nextHopEndpoint[i] = 0;
    batch.newSource[i] = batch.sourceAddress[i];
    batch.newDestination[i] = newDestination;
    batch.newPorts[i] = newPorts;
    batch.reason[i] = Reason.UNTRACKED.number();
  }

  // --- nat PREROUTING ---
  private void translate(FrameBatch batch, int i, int target, StageContext context) {
    NatTable nat = snapshot.nat();
    newDestination = nat.address(target);
    newPorts = nat.ports(target, batch.ports[i]);
    context.trace(
        batch,
        i,
        TraceStep.DNAT,
        newDestination,
        newPorts & 0xffff,
        nat.kind(target) == NatKind.STATIC ? 1 : 2,
        0);
  }

  // --- where the real router has haproxy ---
  private void balance(FrameBatch batch, int i, int balancer, StageContext context) {
    if (BalancedPacket.isExpired(batch, i)) {
      judgement.note(batch, i);
      errors.timeExceededByDialled(batch, i);
      context.drop(batch, i, Reason.TTL);
    } else {
      balanced.decide(batch, i, balancer, context);
    }
  }

  // --- filter INPUT ---
  private void input(
      FrameBatch batch, int i, boolean begins, StageContext context, Reason otherwise) {
    judgement.note(batch, i);
    int protocol = batch.protocol[i];
    if (balanced.isVirtual(batch.destinationAddress[i])) {
      context.drop(batch, i, otherwise);
    } else if (!snapshot
        .input()
        .accepts(batch.segment[i], batch.sourceAddress[i], protocol, batch.ports[i], begins)) {
      context.drop(batch, i, otherwise);
    } else if (protocol != Protocol.ICMP) {
      context.decide(batch, i, Verdict.LOCAL, Reason.LOCAL_INPUT);
    } else if (otherwise == Reason.MULTICAST) {
      context.drop(batch, i, Reason.MULTICAST);
    } else if (!isAnswered(batch, i)) {
      context.drop(batch, i, Reason.NO_ROOM);
    } else {
      context.decide(batch, i, Verdict.LOCAL, Reason.LOCAL_ECHO);
    }
  }

  /** Whether what asks for an answer has got it. */
  private static boolean isAnswered(FrameBatch batch, int i) {
    if (EchoResponder.isRequest(batch, i)) {
      return EchoResponder.answer(batch, i) != FrameBatch.NONE;
    }
    return !TimestampResponder.isRequest(batch, i)
        || TimestampResponder.answer(batch, i) != FrameBatch.NONE;
  }

  // --- routing, TTL, MTU and filter FORWARD ---
  private void forward(FrameBatch batch, int i, boolean translated, StageContext context) {
    RouteTable routes = snapshot.routes();
    int route = routes.find(newDestination);
    if (route == RouteTable.NONE) {
      judgement.note(batch, i);
      context.drop(batch, i, Reason.ROUTE_NONE);
      return;
    }
    int out = routes.outSegment(route);
    int neighbour = routes.neighbour(route, newDestination);
    context.trace(batch, i, TraceStep.ROUTE, out, route, 0, neighbour);
    boolean sourceInside = isInside(batch.sourceAddress[i]);
    boolean toTier = segments.kind(out) == SegmentTable.TIER;
    if (batch.bytes.u8(batch.l3[i] + Ipv4.TTL) <= 1) {
      judgement.note(batch, i);
      batch.newDestination[i] = newDestination;
      batch.newPorts[i] = newPorts;
      expired(batch, i, context);
      return;
    }
    if (gate.refuses(batch, i, out)) {
      judgement.note(batch, i);
      batch.newDestination[i] = newDestination;
      batch.newPorts[i] = newPorts;
      gate.refuse(batch, i, out, context);
      return;
    }
    if (!toTier && (!sourceInside || isInside(newDestination))) {
      judgement.note(batch, i);
      context.drop(batch, i, Reason.FORWARD_POLICY);
      return;
    }
    if (segments.kind(out) != SegmentTable.PUBLIC
        && !judgement.ingress(batch, i, out, newDestination, newPorts, context)) {
      return;
    }
    if (untracked) {
      pass(batch, i, out, neighbour);
      return;
    }
    int chosen =
        source.choose(
            batch.sourceAddress[i],
            newDestination,
            newPorts,
            batch.protocol[i],
            out,
            translated,
            batch.timestampNs[i]);
    maker.make(
        batch, i, chosen, newDestination, translated, out, neighbour, judgement.allowed(), context);
  }

  private boolean isInside(int address) {
    return ((address ^ vpcNetwork) & vpcMask) == 0;
  }

  private static boolean isIcmpError(FrameBatch batch, int i) {
    return batch.protocol[i] == Protocol.ICMP
        && batch.l4[i] != FrameBatch.NONE
        && Icmp.isError(batch.ports[i] >>> 8 & 0xff);
  }
}
