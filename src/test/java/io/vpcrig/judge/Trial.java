package io.vpcrig.judge;

import static io.vpcrig.testing.PlainParser.u16;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.Flow;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Vpc;
import io.vpcrig.telemetry.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One VPC on trial: rounds of steps go through the kernel and through vpcrig, what leaves is
 * compared packet by packet, the connections whenever time passes.
 *
 * <p>Time is virtual: vpcrig's frames carry it, and of each connection of the kernel's the seconds
 * that pass are taken away. As the kernel's clock runs on meanwhile, each one that agrees gets
 * vpcrig's time-out at every pause, so that what it is ahead never adds up.
 */
final class Trial implements AutoCloseable {
  private static final long SECOND = 1_000_000_000L;
  private static final int TOKENS = 60_000;

  /** A pause never ends nearer than this to the end of a connection, nanoseconds. */
  private static final long EDGE = 3 * SECOND;

  private final Vpc vpc;
  private final KernelRouter kernel;
  private final EngineRouter engine;
  private final Tally tally;
  private final Set<Integer> own = new HashSet<>();
  private final Verdicts verdicts;
  private final States states;
  private final Map<Talk, Conversation> conversations = new HashMap<>();
  private final List<List<Step>> rounds = new ArrayList<>();
  private final Frames frames = new Frames();
  private long nowNs = 1_700_000_000L * SECOND;
  private long syncedNs = System.nanoTime();
  private int sent;

  Trial(Vpc vpc, KernelRouter kernel, Tally tally) throws IOException {
    this.vpc = vpc;
    this.kernel = kernel;
    this.tally = tally;
    kernel.become(vpc);
    engine = new EngineRouter(vpc);
    own.addAll(vpc.publicAddresses());
    for (Segment segment : vpc.segments()) {
      own.add(segment.address());
    }
    verdicts = new Verdicts(vpc, tally);
    Set<Integer> taken = new HashSet<>(own);
    vpc.segments().forEach(segment -> taken.add(segment.subnet().last()));
    states = new States(engine.sessions(), taken, tally);
    tally.vpcs++;
  }

  /** Random conversations until so many packets went through; the first difference. */
  Optional<Difference> run(Playwright playwright, int packets) throws IOException {
    while (sent < packets) {
      Optional<Difference> difference = round(playwright.round(this));
      if (difference.isPresent()) {
        return difference;
      }
    }
    return time(Step.time(0, false));
  }

  /** Exactly these rounds. */
  Optional<Difference> replay(List<List<Step>> given) throws IOException {
    for (List<Step> round : given) {
      Optional<Difference> difference = round(round);
      if (difference.isPresent()) {
        return difference;
      }
    }
    return time(Step.time(0, false));
  }

  Conversation conversation(Talk talk) {
    return conversations.computeIfAbsent(talk, Conversation::new);
  }

  /** Whether anybody talked so before. */
  boolean knows(Talk talk) {
    return conversations.containsKey(talk);
  }

  private Optional<Difference> round(List<Step> steps) throws IOException {
    if (steps.isEmpty()) {
      return Optional.empty();
    }
    if (steps.getFirst().kind() == Step.Kind.TIME) {
      return time(steps.getFirst());
    }
    rounds.add(steps);
    List<Probe> probes = new ArrayList<>();
    Set<Flow> dialled = new HashSet<>();
    Set<Conversation> begun = new HashSet<>();
    for (Step step : steps) {
      boolean answers = step.kind() != Step.Kind.CLIENT;
      if (answers && begun.contains(conversation(step.talk()))) {
        // What is answered may first have to be heard.
        Optional<Difference> difference = send(probes);
        if (difference.isPresent()) {
          return difference;
        }
        probes.clear();
        dialled.clear();
        begun.clear();
      }
      Optional<Probe> made = conversation(step.talk()).probe(step, 1 + sent % TOKENS);
      if (made.isEmpty() || isSwitched(made.get())) {
        continue;
      }
      // A reset of the router does not tell which of two equal segments it is about.
      if (isTcpToRouter(made.get()) && !dialled.add(step.talk().flow())) {
        Optional<Difference> difference = send(probes);
        if (difference.isPresent()) {
          return difference;
        }
        probes.clear();
        dialled.clear();
        begun.clear();
      }
      probes.add(made.get());
      if (!answers) {
        begun.add(made.get().conversation);
      }
      sent++;
    }
    return send(probes);
  }

  private Optional<Difference> send(List<Probe> probes) throws IOException {
    tally.packets += probes.size();
    nowNs += 1000;
    frames.note(probes, nowNs);
    match(kernel.send(probes), probes, World.KERNEL);
    match(engine.send(probes, nowNs), probes, World.VPCRIG);
    for (Probe probe : probes) {
      if (probe.conversation.isAbandoned()) {
        continue;
      }
      String what = verdicts.difference(probe);
      if (!what.isEmpty() && probe.conversation.isResetInDoubt()) {
        tally.explain(Explained.RESET_SEQUENCE);
        probe.conversation.abandon(probe);
        continue;
      }
      if (!what.isEmpty()) {
        Flow flow = probe.conversation.talk.flow();
        return Optional.of(new Difference(vpc, rounds, what, probe.toString(), flow, frames));
      }
      learn(probe);
    }
    return Optional.empty();
  }

  private boolean isTcpToRouter(Probe probe) {
    byte[] datagram = probe.sent(World.KERNEL)[0];
    return Datagrams.protocol(datagram) == Protocol.TCP
        && own.contains(Datagrams.destination(datagram));
  }

  /** Whether it passes between two hosts of one segment, which no router sees. */
  private boolean isSwitched(Probe probe) {
    for (World world : World.values()) {
      byte[] datagram = probe.sent(world)[0];
      int to = Datagrams.destination(datagram);
      Cidr subnet = vpc.segments().get(probe.segment(world)).subnet();
      if (subnet.contains(Datagrams.source(datagram)) && subnet.contains(to) && !own.contains(to)) {
        return true;
      }
    }
    return false;
  }

  /** What went on unchanged but for translation is what the other end sees. */
  private void learn(Probe probe) {
    if (Verdicts.fitsNothing(probe)) {
      probe.conversation.fellOut();
    }
    if (isOfSession(probe.reason) && !probe.seen(World.KERNEL).isEmpty()) {
      probe.conversation.saw(
          probe.step.kind(), first(probe.seen(World.KERNEL)), first(probe.seen(World.VPCRIG)));
      tally.forwarded++;
    }
  }

  /** Whether it made a session or belongs to one, so that an answer to it does. */
  private static boolean isOfSession(Reason reason) {
    return switch (reason) {
      case ALLOW_RULE, ALLOW_DEFAULT, ESTABLISHED, RELATED, FRAGMENT -> true;
      default -> false;
    };
  }

  /** The one with the ports. */
  private static Seen first(List<Seen> fragments) {
    return fragments.stream()
        .filter(seen -> !Datagrams.isLaterFragment(seen.datagram()))
        .findFirst()
        .orElseThrow();
  }

  // --- whose answer is it? -----------------------------------------------------------------------

  private static void match(List<Seen> seen, List<Probe> probes, World world) {
    Map<Integer, Probe> byToken = new HashMap<>();
    probes.forEach(probe -> byToken.put(probe.token, probe));
    for (Seen one : seen) {
      Probe owner = owner(one.datagram(), byToken, probes, world);
      if (owner == null) {
        throw new IllegalStateException(
            "nothing was sent to " + world + " that this could be about: " + one);
      }
      owner.seen(world).add(one);
    }
  }

  private static Probe owner(
      byte[] d, Map<Integer, Probe> byToken, List<Probe> probes, World world) {
    Probe same = byToken.get(Datagrams.id(d));
    if (Datagrams.isIcmpError(d)) {
      byte[] quote = Datagrams.quote(d);
      boolean sentOn =
          same != null
              && Datagrams.isIcmpError(same.sent(world)[0])
              && Datagrams.id(Datagrams.quote(same.sent(world)[0])) == Datagrams.id(quote);
      return sentOn ? same : byToken.get(Datagrams.id(quote));
    }
    if (Datagrams.protocol(d) == Protocol.ICMP && !Datagrams.isLaterFragment(d) && d.length >= 30) {
      return byToken.get(u16(d, Datagrams.HEADER + 8));
    }
    return same != null ? same : refused(d, probes, world);
  }

  /** A TCP reset has no identification: it is about whoever dialled. */
  private static Probe refused(byte[] d, List<Probe> probes, World world) {
    Flow dialled = Conversation.reply(Datagrams.flow(d));
    for (Probe probe : probes) {
      byte[] sent = probe.sent(world)[0];
      if (Datagrams.flow(sent).equals(dialled) && probe.seen(world).isEmpty()) {
        return probe;
      }
    }
    return null;
  }

  // --- time --------------------------------------------------------------------------------------

  private Optional<Difference> time(Step step) throws IOException {
    if (step.variant() == 1) {
      pause(step.data());
      rounds.add(List.of(step));
      return Optional.empty();
    }
    List<States.Pair> pairs = new ArrayList<>();
    List<Conntrack.Entry> entries = kernel.conntrack().read();
    double ahead = (double) (System.nanoTime() - syncedNs) / SECOND;
    String what = states.difference(entries, nowNs, ahead, pairs, abandoned(), inDoubt());
    int seconds = awayFromEdges(step.data(), entries, pairs);
    rounds.add(List.of(Step.time(seconds, false)));
    if (!what.isEmpty()) {
      return Optional.of(new Difference(vpc, rounds, what, "", states.flow(), frames));
    }
    Set<Flow> paired = new HashSet<>();
    for (States.Pair pair : pairs) {
      paired.add(pair.kernel().original());
      kernel
          .conntrack()
          .setSeconds(
              pair.kernel(), pair.seconds() - seconds, engine.sessions().isAssured(pair.session()));
    }
    for (Conntrack.Entry entry : entries) {
      if (!paired.contains(entry.original())) {
        kernel.conntrack().setSeconds(entry, entry.seconds() - seconds, false);
      }
    }
    kernel.conntrack().apply();
    forgetEnded(seconds, pairs);
    for (Conversation conversation : conversations.values()) {
      conversation.agreed();
      if (conversation.flowsOfBothEnds().stream().anyMatch(states.parted()::contains)) {
        conversation.abandon();
      }
    }
    syncedNs = System.nanoTime();
    nowNs += seconds * SECOND;
    return Optional.empty();
  }

  /** A port that was given back may be another's now, on one side only. */
  private void forgetEnded(int seconds, List<States.Pair> pairs) {
    Set<Flow> alive = new HashSet<>();
    for (States.Pair pair : pairs) {
      if (pair.seconds() > seconds) {
        alive.add(pair.kernel().original());
      }
    }
    for (Conversation conversation : conversations.values()) {
      boolean different = conversation.differs() || verdicts.isApart(conversation);
      if (different && !alive.contains(conversation.talk.flow())) {
        conversation.forget();
      }
    }
  }

  /** Tuples of conversations that an explained difference ended. */
  private Set<Flow> abandoned() {
    Set<Flow> tuples = new HashSet<>(states.parted());
    for (Conversation conversation : conversations.values()) {
      if (conversation.isAbandoned()) {
        tuples.addAll(conversation.flows());
      }
    }
    return tuples;
  }

  /** Tuples, begun by either end, of conversations that the kernel may not believe to be reset. */
  private Set<Flow> inDoubt() {
    Set<Flow> tuples = new HashSet<>();
    for (Conversation conversation : conversations.values()) {
      if (conversation.isResetInDoubt()) {
        tuples.addAll(conversation.flowsOfBothEnds());
      }
    }
    return tuples;
  }

  /** The pause, made longer until no connection ends near its end. */
  private static int awayFromEdges(
      int seconds, List<Conntrack.Entry> entries, List<States.Pair> pairs) {
    int pause = seconds;
    while (seconds > 0 && isAtEdge(pause, entries, pairs)) {
      pause++;
    }
    return pause;
  }

  private static boolean isAtEdge(
      int pause, List<Conntrack.Entry> entries, List<States.Pair> pairs) {
    return pairs.stream().anyMatch(pair -> Math.abs(pair.leftNs() - pause * SECOND) < EDGE)
        || entries.stream().anyMatch(entry -> Math.abs(entry.seconds() - pause) * SECOND < EDGE);
  }

  private void pause(int seconds) {
    try {
      Thread.sleep(seconds * 1000L);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    nowNs += seconds * SECOND;
  }

  @Override
  public void close() {
    engine.close();
  }
}
