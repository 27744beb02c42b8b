package io.vpcrig.judge;

import io.vpcrig.model.Flow;
import io.vpcrig.model.Protocol;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What the two ends of a talk know: what each saw last, on each side of its own, and TCP's sequence
 * numbers, which no router changes.
 */
final class Conversation {
  private static final int SYN = 2;
  private static final int FIN = 1;
  private static final int RST = 4;
  private static final int ACK = 16;
  private static final int FRESH = 1;
  private static final int FRAGMENTED = 2;
  private static final int DAMAGED = 3;

  final Talk talk;

  /** What the far end saw last of the client, by {@link World}. */
  private final Seen[] far = new Seen[2];

  /** What the client saw last of the far end. */
  private final Seen[] near = new Seen[2];

  // By direction, the client's first.
  private final int[] next = {1_000_000, 5_000_000};
  private final int[] acknowledged = new int[2];
  private final boolean[] spoke = new boolean[2];
  private final Set<Flow> flows = new HashSet<>();
  private boolean abandoned;

  /**
   * The kernel may not have followed the numbers: what it let by or refused is not in its window.
   */
  private boolean outOfStep;

  /** A reset was sent, and states were not compared since. */
  private boolean reset;

  Conversation(Talk talk) {
    this.talk = talk;
    flows.add(talk.flow());
  }

  /** Ends it: the two sides went different ways for a reason that is explained. */
  void abandon() {
    abandoned = true;
  }

  /** Ends it at a packet, which may have begun another connection, on each side of its own. */
  void abandon(Probe probe) {
    for (World world : World.values()) {
      flows.add(Datagrams.flow(probe.sent(world)[0]));
    }
    abandon();
  }

  /** Its flow, and those of connections that began in its place. */
  Set<Flow> flows() {
    return flows;
  }

  /** Begins anew: neither end has heard anything. */
  void forget() {
    for (World world : World.values()) {
      far[world.ordinal()] = null;
      near[world.ordinal()] = null;
    }
  }

  boolean isAbandoned() {
    return abandoned;
  }

  /** Takes note of a segment that the kernel does not count as one of the connection. */
  void fellOut() {
    outOfStep = true;
  }

  /**
   * Whether a reset was sent whose number may not be the one that the kernel expects. A reset that
   * is exact is no excuse.
   */
  boolean isResetInDoubt() {
    return reset && outOfStep;
  }

  /** Both sides have the same state: whatever was reset is so on both. */
  void agreed() {
    reset = false;
  }

  /** Its flow, and that of connections the far end may have begun by answering what was over. */
  Set<Flow> flowsOfBothEnds() {
    Set<Flow> both = new HashSet<>(flows);
    for (Seen seen : far) {
      if (seen != null) {
        both.add(reply(Datagrams.flow(seen.datagram())));
      }
    }
    return both;
  }

  boolean reachedFarEnd() {
    return far[0] != null && far[1] != null;
  }

  boolean reachedClient() {
    return near[0] != null && near[1] != null;
  }

  /** Takes note of a datagram that both sides forwarded. */
  void saw(Step.Kind kind, Seen kernel, Seen ours) {
    if (kind == Step.Kind.CLIENT) {
      far[0] = kernel;
      far[1] = ours;
    } else if (kind == Step.Kind.SERVER) {
      near[0] = kernel;
      near[1] = ours;
    }
  }

  /** The port or identifier that the far end knows the client by; -1 if it has not seen any. */
  int translatedPort(World world) {
    return far[world.ordinal()] == null
        ? -1
        : sourcePort(Datagrams.flow(far[world.ordinal()].datagram()));
  }

  /** What the far end of the kernel's side saw last, if anything. */
  Optional<byte[]> farOfKernel() {
    return Optional.ofNullable(far[World.KERNEL.ordinal()]).map(Seen::datagram);
  }

  /** What the client of the kernel's side saw last, if anything. */
  Optional<byte[]> nearOfKernel() {
    return Optional.ofNullable(near[World.KERNEL.ordinal()]).map(Seen::datagram);
  }

  /** Whether the far end knows the client by different ports. */
  boolean differs() {
    return translatedPort(World.KERNEL) != translatedPort(World.VPCRIG);
  }

  static int sourcePort(Flow flow) {
    return flow.protocol() == Protocol.ICMP ? flow.icmpId() : flow.sourcePort();
  }

  /** The step's datagrams; empty if it can't happen: there is nothing to answer yet. */
  Optional<Probe> probe(Step step, int token) {
    boolean toServer = step.kind() == Step.Kind.CLIENT || step.kind() == Step.Kind.ERROR_TO_SERVER;
    boolean known =
        switch (step.kind()) {
          case CLIENT, TIME -> true;
          case SERVER, ERROR_TO_CLIENT -> reachedFarEnd();
          case ERROR_TO_SERVER -> reachedClient();
        };
    if (!known || abandoned) {
      return Optional.empty();
    }
    Probe probe = new Probe(step, this, token);
    int direction = toServer ? 0 : 1;
    int[] sequence = talk.isTcp() && step.from() == 0 ? sequence(step, direction) : new int[2];
    for (World world : World.values()) {
      int segment = toServer ? talk.segment() : far[world.ordinal()].segment();
      byte[] datagram = datagram(step, world, sequence, token);
      if (step.variant() == DAMAGED) {
        Datagrams.damage(datagram);
      }
      boolean cut = step.variant() == FRAGMENTED && datagram.length > Datagrams.HEADER + 40;
      if (cut) {
        probe.send(world, segment, Datagrams.fragments(datagram, 24));
      } else {
        probe.send(world, segment, datagram);
      }
    }
    return Optional.of(probe);
  }

  private byte[] datagram(Step step, World world, int[] sequence, int token) {
    Seen farSaw = far[world.ordinal()];
    Seen nearSaw = near[world.ordinal()];
    return switch (step.kind()) {
      case CLIENT -> datagram(talk.flow(), step, sequence, token);
      case SERVER -> datagram(reply(Datagrams.flow(farSaw.datagram())), step, sequence, token);
      case ERROR_TO_CLIENT -> error(step, farSaw.datagram(), token);
      case ERROR_TO_SERVER -> error(step, nearSaw.datagram(), token);
      case TIME -> throw new IllegalArgumentException();
    };
  }

  private static byte[] error(Step step, byte[] about, int token) {
    int from = step.from() == 0 ? Datagrams.destination(about) : step.from();
    return Datagrams.error(
        from,
        Datagrams.source(about),
        step.flags() >>> 8,
        step.flags() & 0xff,
        about,
        step.ttl(),
        token);
  }

  private static byte[] datagram(Flow flow, Step step, int[] sequence, int token) {
    return switch (flow.protocol()) {
      case Protocol.TCP ->
          Datagrams.tcp(
              flow, step.flags(), sequence[0], sequence[1], step.data(), step.ttl(), token);
      case Protocol.UDP -> Datagrams.udp(flow, step.data(), step.ttl(), token);
      case Protocol.ICMP -> Datagrams.icmp(flow, step.data(), step.ttl(), token);
      default ->
          Datagrams.other(
              flow.source(), flow.destination(), flow.protocol(), step.data(), step.ttl(), token);
    };
  }

  /** The flow of answers. */
  static Flow reply(Flow flow) {
    int ports =
        switch (flow.protocol()) {
          case Protocol.TCP, Protocol.UDP -> flow.destinationPort() << 16 | flow.sourcePort();
          case Protocol.ICMP ->
              flow.icmpId() << 16 | answerType(flow.icmpType()) << 8 | flow.icmpCode();
          default -> 0;
        };
    return Flow.of(flow.protocol(), flow.destination(), flow.source(), ports, Optional.empty());
  }

  /** 8 is answered by 0; 13, 15 and 17 by the next. */
  private static int answerType(int type) {
    return switch (type) {
      case 8 -> 0;
      case 0 -> 8;
      default -> (type & 1) == 1 ? type + 1 : type - 1;
    };
  }

  /** Sequence and acknowledgement number of a segment; moves on. */
  private int[] sequence(Step step, int direction) {
    int flags = step.flags();
    int other = 1 - direction;
    boolean telling = step.kind() == Step.Kind.CLIENT || step.kind() == Step.Kind.SERVER;
    if (!telling) {
      return new int[2];
    }
    if (step.variant() == DAMAGED || (flags & (SYN | RST | ACK)) == 0) {
      // Nobody takes it for a segment.
      return new int[] {next[direction], next[other]};
    }
    if ((flags & SYN) != 0) {
      outOfStep |= spoke[direction];
      if ((flags & ACK) == 0 && step.variant() == FRESH) {
        next[direction] = (next[direction] / 1_000_000 + 1) * 1_000_000;
        acknowledged[other] = 0;
      }
    }
    spoke[direction] = true;
    int sequence = next[direction];
    if ((flags & RST) != 0) {
      reset = true;
      // What the other end acknowledged last: the one number that is always believed (RFC 5961 3).
      return new int[] {acknowledged[other] == 0 ? sequence : acknowledged[other], next[other]};
    }
    if ((flags & ACK) != 0) {
      acknowledged[direction] = next[other];
    }
    int length = step.data();
    if ((flags & SYN) != 0) {
      // A SYN is sent once more with the number it had.
      sequence = next[direction] - (sequence % 1_000_000 == 0 ? 0 : 1);
      next[direction] = sequence + 1;
      length = 0;
    }
    if ((flags & FIN) != 0) {
      length++;
    }
    next[direction] += length;
    return new int[] {sequence, next[other]};
  }
}
