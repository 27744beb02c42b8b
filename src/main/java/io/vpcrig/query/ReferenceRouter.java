package io.vpcrig.query;

import io.vpcrig.frame.Verdict;
import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Quirk;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Semantics;
import io.vpcrig.model.Vpc;
import io.vpcrig.telemetry.Reason;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The router, slow and obvious: one packet at a time through the model as it is written. Keeps
 * sessions, so that answers and later packets pass. One thread.
 */
public final class ReferenceRouter {
  private static final Set<Quirk> SHIPPED = EnumSet.complementOf(EnumSet.of(Quirk.NONE));
  private static final Set<Quirk> INTENDED = EnumSet.noneOf(Quirk.class);
  private static final int BROADCAST = -1;
  private static final int DHCP_SERVER = 67;

  private ReferenceWorld world;
  private final ReferenceSessions sessions = new ReferenceSessions();
  private final ReferenceBalancers balancers = new ReferenceBalancers(sessions);

  public ReferenceRouter(Vpc vpc) {
    apply(vpc);
  }

  /**
   * Judges from now on by another VPC; sessions live on, with their translations, where its routes
   * lead.
   */
  public void apply(Vpc vpc) {
    boolean rerouted = world != null && !vpc.routesAs(world.vpc());
    world = new ReferenceWorld(vpc);
    if (rerouted) {
      sessions.reroute(world);
    }
    balancers.apply(vpc);
  }

  /** Takes the next packet. If it needs another source port, the next free one is taken. */
  public Story send(Packet packet) {
    return send(packet, OptionalInt.empty());
  }

  /**
   * Takes the next packet.
   *
   * @param chosenPort the source port or identifier it shall leave with if its own is taken: what
   *     another router chose, so that the two stay in step. Not heeded if it is taken too
   */
  public Story send(Packet packet, OptionalInt chosenPort) {
    return new Passage(packet, chosenPort).run();
  }

  /** One packet's way. */
  private final class Passage {
    private final Packet packet;
    private final OptionalInt chosenPort;
    private final Segment in;
    private final Tuple tuple;
    private final List<Step> steps = new ArrayList<>();
    private boolean misfit;

    Passage(Packet packet, OptionalInt chosenPort) {
      this.packet = packet;
      this.chosenPort = chosenPort;
      this.in = world.segment(packet.in());
      this.tuple = Tuple.of(packet.flow());
    }

    Story run() {
      steps.add(
          new Step.SegmentStep(
              in.name(),
              switch (in) {
                case Segment.Tier tier -> "tier";
                case Segment.Public network -> "public";
                case Segment.PrivateGateway gateway -> "private gateway";
              },
              in.subnet(),
              in.subnet().contains(tuple.source())));
      if (packet.arp()) {
        return arp();
      }
      return switched().or(this::ofSession).orElseGet(this::first);
    }

    private Story arp() {
      int target = tuple.destination();
      if (target != in.address() && in.subnet().contains(target) && !world.isOwn(target)) {
        steps.add(new Step.SwitchStep("the address asked for is in " + in.subnet()));
        return decided(Verdict.SWITCH, Reason.SWITCHED);
      }
      boolean underlay = target == world.vpc().vxlan().local();
      boolean ours = underlay || world.isAtHome(in, target);
      steps.add(new Step.LocalStep(ours, "ARP"));
      return ours
          ? decided(Verdict.LOCAL, Reason.LOCAL_ARP)
          : decided(Verdict.DROP, Reason.ARP_NOT_OURS);
    }

    /** Empty if the packet meets the router. */
    private Optional<Story> switched() {
      int destination = tuple.destination();
      boolean neighbours =
          in.subnet().contains(tuple.source()) && in.subnet().contains(destination);
      boolean subnetBroadcast = world.isBroadcast(in, destination);
      boolean toAll = destination >>> 28 == 0xe || destination == BROADCAST || subnetBroadcast;
      if (toAll && in instanceof Segment.Tier) {
        boolean dhcp = tuple.protocol() == Protocol.UDP && tuple.destinationPort() == DHCP_SERVER;
        return dhcp ? Optional.empty() : Optional.of(switched("multicast stays in its tier"));
      }
      if (toAll && !(subnetBroadcast && neighbours)) {
        return Optional.of(decided(Verdict.DROP, Reason.MULTICAST));
      }
      if (neighbours && !world.isOwn(tuple.source()) && !world.isOwn(destination)) {
        return Optional.of(switched("both addresses are in " + in.subnet()));
      }
      return Optional.empty();
    }

    private Story switched(String why) {
      steps.add(new Step.SwitchStep(why));
      return decided(Verdict.SWITCH, Reason.SWITCHED);
    }

    /** Empty if the packet has to be judged as the first of a connection. */
    private Optional<Story> ofSession() {
      if (isIcmpError()) {
        return related();
      }
      Optional<ReferenceSessions.Found> found = sessions.find(tuple);
      if (found.isEmpty()) {
        note(Step.SessionStep.Finding.MISS, false, "");
        return Optional.empty();
      }
      ReferenceSession session = found.get().session();
      boolean reply = found.get().reply();
      if (session.isOver(packet.timeNs())) {
        note(Step.SessionStep.Finding.EXPIRED, reply, session.state());
        sessions.remove(session);
        return Optional.empty();
      }
      String before = session.state();
      switch (session.track(reply, packet.tcpFlags(), packet.timeNs(), world.vpc().conntrack())) {
        case INVALID -> {
          note(Step.SessionStep.Finding.INVALID, reply, before);
          misfit = true;
          return Optional.empty();
        }
        case REOPENS -> {
          note(Step.SessionStep.Finding.EXPIRED, reply, before);
          sessions.remove(session);
          return Optional.empty();
        }
        case ENDS -> sessions.remove(session);
        case PASSES, LET_BY -> {}
      }
      balancers.seen(session, reply, packet);
      note(Step.SessionStep.Finding.HIT, reply, before);
      return Optional.of(leaves(session, reply, Reason.ESTABLISHED, session.leaving(reply)));
    }

    private boolean isIcmpError() {
      return tuple.protocol() == Protocol.ICMP && IcmpTypes.isError(tuple.icmpType());
    }

    /**
     * The packet quoted went the other way: its answer's tuple says which session and direction.
     */
    private Optional<Story> related() {
      Optional<ReferenceSessions.Found> found =
          packet
              .about()
              .map(about -> Tuple.of(about).reply())
              .filter(t -> t.destination() == tuple.destination())
              .flatMap(sessions::find)
              .filter(f -> !f.session().isOver(packet.timeNs()));
      if (found.isEmpty()) {
        return Optional.empty();
      }
      ReferenceSession session = found.get().session();
      if (isRedirect() && session.isTranslated()) {
        note(Step.SessionStep.Finding.UNRELATED, false, "");
        return Optional.of(decided(Verdict.DROP, Reason.ICMP_UNRELATED));
      }
      boolean reply = found.get().reply();
      note(Step.SessionStep.Finding.RELATED, reply, session.state());
      Tuple before = reply ? session.answer : session.original;
      Tuple after = session.leaving(reply);
      boolean sourceStays =
          before.source() == after.source()
              && (!before.hasPorts() || before.sourcePort() == after.sourcePort());
      int source = sourceStays ? tuple.source() : after.source();
      Tuple leaving =
          new Tuple(
              Protocol.ICMP,
              source,
              tuple.sourcePort(),
              after.destination(),
              tuple.destinationPort());
      return Optional.of(leaves(session, reply, Reason.RELATED, leaving));
    }

    /** Who is redirected would talk to the other side without the translation. */
    private boolean isRedirect() {
      return tuple.icmpType() == IcmpTypes.REDIRECT;
    }

    private Story leaves(ReferenceSession session, boolean reply, Reason reason, Tuple as) {
      Optional<String> by = session.leavingBy(reply);
      if (by.isEmpty()) {
        steps.add(
            new Step.RouteStep(
                Step.RouteStep.Kind.NONE, Optional.empty(), "", OptionalInt.empty()));
        return decided(Verdict.DROP, Reason.ROUTE_NONE);
      }
      boolean expired = packet.ttl() <= 1;
      if (expired) {
        steps.add(new Step.TtlStep(packet.ttl(), true));
      }
      return new Story(
          packet,
          expired ? Verdict.DROP : Verdict.FORWARD,
          expired ? Reason.TTL : reason,
          session.list,
          session.rule,
          Quirk.NONE,
          expired ? Optional.empty() : by,
          expired ? Optional.empty() : Optional.of(as.toFlow()),
          false,
          steps,
          Optional.empty());
    }

    private Story first() {
      boolean shipped = world.vpc().semantics() == Semantics.SHIPPED;
      Decision decision = policy(shipped ? SHIPPED : INTENDED);
      Decision other = policy(shipped ? INTENDED : SHIPPED);
      steps.addAll(decision.steps());
      Quirk quirk =
          decision.verdict() == other.verdict()
              ? Quirk.NONE
              : culprit(shipped ? other.verdict() : decision.verdict());
      Optional<Story.Otherwise> otherwise =
          quirk == Quirk.NONE
              ? Optional.empty()
              : Optional.of(
                  new Story.Otherwise(
                      shipped ? Semantics.INTENDED : Semantics.SHIPPED,
                      other.verdict(),
                      other.reason(),
                      quirk));
      Quirk decided = shipped ? quirk : Quirk.NONE;
      if (decision.reason() == Reason.UNTRACKED) {
        return untracked(decision, decided, otherwise);
      }
      return decision.isForward()
          ? created(decision, decided, otherwise)
          : story(decision, decision.reason(), decided, otherwise);
    }

    /** Goes on as it is, and leaves no session behind. */
    private Story untracked(Decision decision, Quirk quirk, Optional<Story.Otherwise> otherwise) {
      return new Story(
          packet,
          Verdict.FORWARD,
          Reason.UNTRACKED,
          decision.list(),
          decision.rule(),
          quirk,
          decision.out(),
          decision.translated().map(Tuple::toFlow),
          false,
          steps,
          otherwise);
    }

    private Decision policy(Set<Quirk> quirks) {
      return new FirstPacketPolicy(world, balancers, quirks, packet).decide(fit());
    }

    private FirstPacketPolicy.Fit fit() {
      if (misfit) {
        return FirstPacketPolicy.Fit.MISFIT;
      }
      return canBegin() ? FirstPacketPolicy.Fit.BEGINS : FirstPacketPolicy.Fit.CANNOT_BEGIN;
    }

    private boolean canBegin() {
      return switch (tuple.protocol()) {
        case Protocol.TCP ->
            TcpTracking.mayBegin(packet.tcpFlags(), world.vpc().conntrack().tcpLoose());
        case Protocol.ICMP -> IcmpTypes.isRequest(tuple.icmpType());
        default -> true;
      };
    }

    /** The quirk without which the shipped router would do what was intended. */
    private Quirk culprit(byte intended) {
      for (Quirk quirk : SHIPPED) {
        Set<Quirk> others = EnumSet.copyOf(SHIPPED);
        others.remove(quirk);
        if (policy(others).verdict() == intended) {
          return quirk;
        }
      }
      Set<Quirk> left = EnumSet.copyOf(SHIPPED);
      for (Quirk quirk : SHIPPED) {
        left.remove(quirk);
        if (policy(left).verdict() == intended) {
          return quirk;
        }
      }
      throw new AssertionError("no quirk makes the difference for " + packet);
    }

    private Story created(Decision decision, Quirk quirk, Optional<Story.Otherwise> otherwise) {
      decision
          .balanced()
          .ifPresent(b -> balancers.choose(b.balancer(), tuple, packet.timeNs(), true));
      Tuple wanted = decision.translated().orElseThrow();
      Optional<Tuple> granted = freeSource(wanted);
      if (granted.isEmpty()) {
        return story(decision, Reason.NAT_EXHAUSTED, quirk, Optional.empty());
      }
      Tuple leaving = granted.get();
      ReferenceSession session =
          new ReferenceSession(
              tuple,
              leaving.reply(),
              in,
              decision.out().orElseThrow(),
              decision.list(),
              decision.rule(),
              packet.timeNs());
      session.track(false, packet.tcpFlags(), packet.timeNs(), world.vpc().conntrack());
      sessions.add(session);
      decision.balanced().ifPresent(b -> balancers.began(session, b, packet));
      boolean chosen = !leaving.equals(wanted);
      if (chosen) {
        Step.SnatStep asWanted = (Step.SnatStep) steps.removeLast();
        steps.add(
            new Step.SnatStep(asWanted.kind(), asWanted.address(), leaving.sourcePort(), false));
      }
      note(Step.SessionStep.Finding.CREATED, false, session.state());
      return new Story(
          packet,
          Verdict.FORWARD,
          decision.reason(),
          decision.list(),
          decision.rule(),
          quirk,
          decision.out(),
          Optional.of(leaving.toFlow()),
          chosen,
          steps,
          otherwise);
    }

    /** The wanted tuple, or one with another source, whose answers belong to no session yet. */
    private Optional<Tuple> freeSource(Tuple wanted) {
      boolean pooled =
          steps.getLast() instanceof Step.SnatStep snat
              && snat.kind() == Step.SnatStep.Kind.SOURCE_NAT;
      List<Integer> addresses =
          pooled ? world.vpc().sourceNatAddresses() : List.of(wanted.source());
      for (int address : addresses) {
        Optional<Tuple> free = freePort(wanted.withSource(address, wanted.sourcePort()));
        if (free.isPresent()) {
          return free;
        }
      }
      return Optional.empty();
    }

    /**
     * The wanted port, else the next free one of its class (Linux' nf_nat_l4proto_unique_tuple):
     * whoever needs a low port gets a low one.
     */
    private Optional<Tuple> freePort(Tuple wanted) {
      if (isFree(wanted)) {
        return Optional.of(wanted);
      }
      boolean identifier = wanted.protocol() == Protocol.ICMP;
      if (!wanted.hasPorts() && !identifier) {
        return Optional.empty();
      }
      int port = wanted.sourcePort();
      int first = identifier ? 0 : port < 512 ? 1 : port < 1024 ? 600 : 1024;
      int last = identifier || port >= 1024 ? 65535 : port < 512 ? 511 : 1023;
      return IntStream.concat(chosenPort.stream(), IntStream.rangeClosed(first, last))
          .filter(candidate -> candidate >= first && candidate <= last)
          .mapToObj(candidate -> wanted.withSource(wanted.source(), candidate))
          .filter(this::isFree)
          .findFirst();
    }

    private boolean isFree(Tuple leaving) {
      return !sessions.isTaken(leaving.reply(), packet.timeNs());
    }

    private void note(Step.SessionStep.Finding finding, boolean reply, String state) {
      steps.add(new Step.SessionStep(finding, reply, state));
    }

    private Story decided(byte verdict, Reason reason) {
      return story(
          verdict, reason, Optional.empty(), Optional.empty(), Quirk.NONE, Optional.empty());
    }

    private Story story(
        Decision decision, Reason reason, Quirk quirk, Optional<Story.Otherwise> otherwise) {
      byte verdict = reason.isDrop() ? Verdict.DROP : decision.verdict();
      return story(verdict, reason, decision.list(), decision.rule(), quirk, otherwise);
    }

    private Story story(
        byte verdict,
        Reason reason,
        Optional<AclList> list,
        Optional<AclRule> rule,
        Quirk quirk,
        Optional<Story.Otherwise> otherwise) {
      return new Story(
          packet,
          verdict,
          reason,
          list,
          rule,
          quirk,
          Optional.empty(),
          Optional.empty(),
          false,
          steps,
          otherwise);
    }
  }
}
