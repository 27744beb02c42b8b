package io.vpcrig.engine;

import io.vpcrig.acl.AclAnswer;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.Verdict;
import io.vpcrig.header.Icmp;
import io.vpcrig.header.Ipv4;
import io.vpcrig.model.Protocol;
import io.vpcrig.nat.NatKind;
import io.vpcrig.nat.NatTable;
import io.vpcrig.route.RouteTable;
import io.vpcrig.service.ArpResponder;
import io.vpcrig.service.EchoResponder;
import io.vpcrig.service.IcmpErrors;
import io.vpcrig.session.ConnectionTracker;
import io.vpcrig.session.SessionStage;
import io.vpcrig.session.SessionTable;
import io.vpcrig.session.Tuples;
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
 *   egress list -> destination NAT -> the router itself? -> route -> TTL -> ingress list -> source NAT -> session
 *   (mangle)       (nat PREROUTING)  (filter INPUT)                        (filter FORWARD) (nat POSTROUTING)
 * </pre>
 *
 * Works frame by frame, in order: an earlier frame of the batch may have made the session that this
 * one belongs to. Thread: one worker.
 */
final class FirstPacket implements Stage {
  /** Beside {@link SourceTranslation#TRANSLATED} in what a session remembers of its translation. */
  private static final int DESTINATION_TRANSLATED = 2;

  private final Snapshot snapshot;
  private final SegmentTable segments;
  private final SessionTable sessions;
  private final SessionStage lookup;
  private final ConnectionTracker tracker;
  private final RuleCounters hits;
  private final ArpResponder arp;
  private final IcmpErrors errors;
  private final int vpcNetwork;
  private final int vpcMask;
  private final SourceTranslation source;

  // What has been found out about the frame being decided.
  private long nowNs;
  private int list;
  private int rule;
  private int quirk;
  private int egressList;
  private int egressRule;
  private int newSource;
  private int newDestination;
  private int newPorts;

  FirstPacket(
      Snapshot snapshot, ConnectionTracker tracker, SessionStage lookup, RuleCounters hits) {
    this.snapshot = snapshot;
    this.segments = snapshot.segments();
    this.sessions = tracker.table();
    this.lookup = lookup;
    this.tracker = tracker;
    this.hits = hits;
    this.arp = new ArpResponder(snapshot.router());
    this.errors = new IcmpErrors(snapshot.router());
    this.vpcNetwork = snapshot.vpc().cidr().network();
    this.vpcMask = snapshot.vpc().cidr().mask();
    this.source = new SourceTranslation(snapshot, sessions);
  }

  @Override
  public void process(FrameBatch batch, StageContext context) {
    int count = batch.liveCount;
    for (int k = 0; k < count; k++) {
      int i = batch.live[k];
      if (batch.session[i] == FrameBatch.NONE || batch.outSegment[i] == FrameBatch.NONE) {
        decide(batch, i, context);
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
    if (batch.session[i] == FrameBatch.NONE && !lookup.retry(batch, i, context)) {
      begin(batch, i, context);
      if (batch.session[i] == FrameBatch.NONE) {
        countRules(batch.l3End[i] - batch.l3[i]);
      }
    }
    if (batch.verdict[i] == Verdict.PENDING && batch.outSegment[i] == FrameBatch.NONE) {
      expired(batch, i, context);
    }
  }

  /** A frame whose TTL ends here: dropped, and the sender told. */
  private void expired(FrameBatch batch, int i, StageContext context) {
    if (batch.newDestination[i] == batch.destinationAddress[i]) {
      errors.timeExceeded(batch, i);
    } else {
      errors.timeExceededByDialled(batch, i);
    }
    context.drop(batch, i, Reason.TTL);
  }

  private void begin(FrameBatch batch, int i, StageContext context) {
    list = FrameBatch.NONE;
    rule = FrameBatch.NONE;
    quirk = 0;
    egressList = FrameBatch.NONE;
    egressRule = FrameBatch.NONE;
    nowNs = batch.timestampNs[i];
    int destination = batch.destinationAddress[i];
    int protocol = batch.protocol[i];
    if (snapshot.router().isForMany(destination)) {
      input(batch, i, context, Reason.MULTICAST);
      return;
    }
    if (!ConnectionTracker.mayBegin(protocol, batch.tcpFlags[i], batch.ports[i])) {
      if (snapshot.router().isOwn(destination)) {
        input(batch, i, context, Reason.INPUT);
      } else {
        context.drop(
            batch, i, isIcmpError(batch, i) ? Reason.ICMP_UNRELATED : Reason.SESSION_INVALID);
      }
      return;
    }
    if (!egress(batch, i, context)) {
      return;
    }
    int target =
        snapshot.nat().destination(destination, batch.ports[i], protocol, batch.sourceAddress[i]);
    if (target == NatTable.NONE) {
      newDestination = destination;
      newPorts = batch.ports[i];
    } else if (!translated(batch, i, target, context)) {
      return;
    }
    if (snapshot.router().isOwn(newDestination)) {
      context.trace(batch, i, TraceStep.LOCAL, 0, 0, 0, 0);
      input(batch, i, context, Reason.INPUT);
      return;
    }
    forward(batch, i, target != NatTable.NONE, context);
  }

  // --- mangle PREROUTING: the list of where it comes from, on the address that was dialled ---
  private boolean egress(FrameBatch batch, int i, StageContext context) {
    int in = batch.segment[i];
    if (segments.kind(in) == SegmentTable.PUBLIC
        || batch.destinationAddress[i] == segments.routerAddress(in)) {
      return true;
    }
    long answer =
        snapshot
            .acls()
            .judgeEgress(
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

  // --- nat PREROUTING ---
  private boolean translated(FrameBatch batch, int i, int target, StageContext context) {
    NatTable nat = snapshot.nat();
    if (nat.kind(target) == NatKind.BALANCE) {
      note(batch, i);
      context.drop(batch, i, Reason.BALANCE_PENDING);
      return false;
    }
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
    return true;
  }

  // --- filter INPUT ---
  private void input(FrameBatch batch, int i, StageContext context, Reason otherwise) {
    note(batch, i);
    int protocol = batch.protocol[i];
    if (!snapshot
        .input()
        .accepts(batch.segment[i], batch.sourceAddress[i], protocol, batch.ports[i])) {
      context.drop(batch, i, otherwise);
    } else if (protocol != Protocol.ICMP) {
      context.decide(batch, i, Verdict.LOCAL, Reason.LOCAL_INPUT);
    } else if (otherwise == Reason.MULTICAST) {
      context.drop(batch, i, Reason.MULTICAST);
    } else if (EchoResponder.isRequest(batch, i)
        && EchoResponder.answer(batch, i) == FrameBatch.NONE) {
      context.drop(batch, i, Reason.NO_ROOM);
    } else {
      context.decide(batch, i, Verdict.LOCAL, Reason.LOCAL_ECHO);
    }
  }

  // --- routing, TTL and filter FORWARD ---
  private void forward(FrameBatch batch, int i, boolean translated, StageContext context) {
    RouteTable routes = snapshot.routes();
    int route = routes.find(newDestination);
    if (route == RouteTable.NONE) {
      note(batch, i);
      context.drop(batch, i, Reason.ROUTE_NONE);
      return;
    }
    int out = routes.outSegment(route);
    int neighbour = routes.neighbour(route, newDestination);
    context.trace(batch, i, TraceStep.ROUTE, out, route, 0, neighbour);
    boolean sourceInside = isInside(batch.sourceAddress[i]);
    boolean toTier = segments.kind(out) == SegmentTable.TIER;
    if (!toTier && isInside(newDestination)) {
      note(batch, i);
      context.drop(batch, i, Reason.FORWARD_POLICY);
      return;
    }
    if (batch.bytes.u8(batch.l3[i] + Ipv4.TTL) <= 1) {
      note(batch, i);
      batch.newDestination[i] = newDestination;
      expired(batch, i, context);
      return;
    }
    int ingressList = FrameBatch.NONE;
    int ingressRule = FrameBatch.NONE;
    if (!toTier && !sourceInside) {
      note(batch, i);
      context.drop(batch, i, Reason.FORWARD_POLICY);
      return;
    }
    if (segments.kind(out) != SegmentTable.PUBLIC) {
      long answer =
          snapshot
              .acls()
              .judgeIngress(
                  out, batch.sourceAddress[i], newDestination, newPorts, batch.protocol[i]);
      if (!judged(batch, i, answer, TraceStep.ACL_INGRESS, context)) {
        return;
      }
      ingressList = AclAnswer.list(answer);
      ingressRule = AclAnswer.rule(answer);
    }
    note(batch, i);
    int nat =
        source.choose(
            batch.sourceAddress[i],
            newDestination,
            newPorts,
            batch.protocol[i],
            out,
            translated,
            nowNs);
    if (nat < 0) {
      context.drop(
          batch,
          i,
          nat == SourceTranslation.NO_ADDRESS ? Reason.NAT_NO_SOURCE : Reason.NAT_EXHAUSTED);
      return;
    }
    newSource = source.address();
    newPorts = source.ports();
    if (nat == SourceTranslation.TRANSLATED) {
      context.trace(batch, i, TraceStep.SNAT, newSource, newPorts >>> 16, nat, 0);
    }
    create(batch, i, out, neighbour, nat, translated, ingressList, ingressRule, context);
  }

  // --- the session, and the frame's own columns ---
  private void create(
      FrameBatch batch,
      int i,
      int out,
      int neighbour,
      int nat,
      boolean translated,
      int ingressList,
      int ingressRule,
      StageContext context) {
    int protocol = batch.protocol[i];
    int number =
        tracker.begin(
            batch.sourceAddress[i],
            batch.destinationAddress[i],
            batch.ports[i],
            newDestination,
            newSource,
            Tuples.invertPorts(newPorts, protocol),
            protocol,
            batch.tcpFlags[i],
            nowNs);
    if (number < 0) {
      context.drop(
          batch, i, number == SessionTable.FULL ? Reason.SESSION_FULL : Reason.NAT_EXHAUSTED);
      return;
    }
    int in = batch.segment[i];
    long mac = snapshot.neighbours().mac(neighbour);
    sessions.setNat(number, nat | (translated ? DESTINATION_TRANSLATED : 0));
    sessions.setHop(number, 0, out, mac, 0);
    sessions.setHop(number, 1, in, backMac(batch, i), batch.remoteEndpoint[i]);
    sessions.setDecision(
        number,
        snapshot.generation(),
        list,
        rule,
        egressList,
        egressRule,
        ingressList,
        ingressRule);
    sessions.count(number, 0, batch.l3End[i] - batch.l3[i]);
    context.trace(batch, i, TraceStep.SESSION_CREATED, number, 0, 0, 0);
    batch.session[i] = number;
    batch.direction[i] = 0;
    batch.outSegment[i] = out;
    batch.nextHopMac[i] = mac;
    batch.nextHopEndpoint[i] = 0;
    batch.newSource[i] = newSource;
    batch.newDestination[i] = newDestination;
    batch.newPorts[i] = newPorts;
    batch.reason[i] = (rule == FrameBatch.NONE ? Reason.ALLOW_DEFAULT : Reason.ALLOW_RULE).number();
  }

  /**
   * The MAC that replies go to: who sent the frame, or whoever is on the way back to its source.
   */
  private long backMac(FrameBatch batch, int i) {
    if (batch.sourceMac[i] != 0) {
      return batch.sourceMac[i];
    }
    int back = snapshot.routes().find(batch.sourceAddress[i]);
    return snapshot
        .neighbours()
        .mac(
            back == RouteTable.NONE
                ? batch.sourceAddress[i]
                : snapshot.routes().neighbour(back, batch.sourceAddress[i]));
  }

  // --- small things ---
  /** Takes note of a list's answer; drops the frame if it says no. */
  private boolean judged(
      FrameBatch batch, int i, long answer, TraceStep step, StageContext context) {
    int askedList = AclAnswer.list(answer);
    int askedRule = AclAnswer.rule(answer);
    boolean allowed = AclAnswer.allowed(answer);
    context.trace(batch, i, step, askedList, askedRule, allowed ? 1 : 0, AclAnswer.quirk(answer));
    if (askedRule != FrameBatch.NONE || !allowed || rule == FrameBatch.NONE) {
      list = askedList == FrameBatch.NONE ? list : askedList;
      rule = askedRule;
    }
    if (AclAnswer.quirk(answer) != 0) {
      quirk = AclAnswer.quirk(answer);
    }
    if (allowed) {
      return true;
    }
    list = askedList;
    batch.list[i] = list;
    batch.rule[i] = rule;
    batch.quirk[i] = quirk;
    context.drop(batch, i, Reason.of(AclAnswer.reason(answer)));
    return false;
  }

  /** Counts a frame that made no session at each rule it met; sessions count their own frames. */
  private void countRules(int bytes) {
    hits.add(egressRule, 1, bytes);
    if (rule != egressRule) {
      hits.add(rule, 1, bytes);
    }
  }

  /** Writes what the lists said into the frame's columns. */
  private void note(FrameBatch batch, int i) {
    batch.list[i] = list;
    batch.rule[i] = rule;
    batch.quirk[i] = quirk;
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
