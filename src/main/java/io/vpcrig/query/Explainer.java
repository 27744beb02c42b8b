package io.vpcrig.query;

import io.vpcrig.frame.Verdict;
import io.vpcrig.model.Flow;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Segment;
import io.vpcrig.model.StaticRoute;
import io.vpcrig.model.Vpc;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Explains what becomes of one flow in a VPC that has seen no traffic, or of a packet after others.
 */
public final class Explainer {
  private static final int TTL = 64;
  private static final long STEP_NS = 1_000_000;

  private final Vpc vpc;

  public Explainer(Vpc vpc) {
    this.vpc = vpc;
  }

  /** The first packet of a flow. */
  public Explanation first(Flow flow) {
    return explain(new ReferenceRouter(vpc), packet(flow, Packet.SYN, 0), List.of());
  }

  /** A later packet of a flow: its first one, and the answer to that, went before. */
  public Explanation established(Flow flow) {
    ReferenceRouter router = new ReferenceRouter(vpc);
    Packet opening = packet(flow, Packet.SYN, 0);
    Story opened = router.send(opening);
    List<String> notes = new ArrayList<>();
    if (opened.verdict() == Verdict.FORWARD) {
      answer(opened).ifPresent(router::send);
      notes.add("the first packet was " + words(opened));
    } else {
      notes.add("no session can be there: the first packet is " + words(opened));
    }
    return explain(router, packet(flow, Packet.ACK, 2 * STEP_NS), notes);
  }

  /** A packet that meets a router which has seen others. */
  public Explanation after(ReferenceRouter router, Packet packet) {
    return explain(router, packet, List.of());
  }

  private Explanation explain(ReferenceRouter router, Packet packet, List<String> notes) {
    return explain(router, router.send(packet), notes);
  }

  /** A story told already, and the answer that the router would let through now. */
  Explanation explain(ReferenceRouter router, Story story, List<String> notes) {
    Optional<Story> reply = answer(story).map(router::send);
    return new Explanation(vpc, story, reply, Hints.of(vpc, story), notes);
  }

  /** A story told already, and the answer that the router would let through now. */
  public Explanation explain(ReferenceRouter router, Story story) {
    return explain(router, story, List.of());
  }

  /**
   * The first packet of a flow, by the segment it names or else where its source belongs.
   *
   * @throws IllegalArgumentException with a sentence for the operator, if that is nowhere
   */
  public Packet opening(Flow flow) {
    return packet(flow, Packet.SYN, 0);
  }

  /**
   * Has a router see the first packet of a flow, by the segment it names, and the answer if it gets
   * there.
   *
   * @return the story of the first packet
   */
  Story open(ReferenceRouter router, Flow flow, long timeNs) {
    Story opened = router.send(packet(flow, Packet.SYN, timeNs - 2 * STEP_NS));
    if (opened.verdict() == Verdict.FORWARD) {
      answer(opened).ifPresent(router::send);
    }
    return opened;
  }

  private Packet packet(Flow flow, int tcpFlags, long timeNs) {
    return Packet.of(
        flow.via().orElseGet(() -> segmentOf(flow.source())),
        flow,
        flow.protocol() == Protocol.TCP ? tcpFlags : 0,
        TTL,
        timeNs);
  }

  /** What the other end sends back; empty if the packet does not get there. */
  private static Optional<Packet> answer(Story story) {
    Packet packet = story.packet();
    if (story.rewritten().isEmpty() || packet.about().isPresent()) {
      return Optional.empty();
    }
    Flow flow = story.rewritten().get();
    if (flow.protocol() == Protocol.ICMP && IcmpTypes.opposite(flow.icmpType()) < 0) {
      return Optional.empty();
    }
    int tcpFlags =
        flow.protocol() != Protocol.TCP
            ? 0
            : (packet.tcpFlags() & Packet.SYN) != 0 ? Packet.SYN | Packet.ACK : Packet.ACK;
    return Optional.of(
        Packet.of(
            story.out().orElseThrow(),
            Flows.reply(flow),
            tcpFlags,
            TTL,
            packet.timeNs() + STEP_NS));
  }

  /** Where an untagged frame with this source would enter: the longest prefix that holds it. */
  private String segmentOf(int source) {
    String best = vpc.publics().isEmpty() ? null : vpc.publics().getFirst().name();
    int length = -1;
    for (Segment segment : vpc.segments()) {
      if (segment.subnet().contains(source) && segment.subnet().length() > length) {
        best = segment.name();
        length = segment.subnet().length();
      }
    }
    for (StaticRoute route : vpc.staticRoutes()) {
      if (route.cidr().contains(source) && route.cidr().length() > length) {
        best = route.gateway();
        length = route.cidr().length();
      }
    }
    if (best == null) {
      throw new IllegalArgumentException(
          "the source is in no segment and there is no public one; add 'via SEGMENT' to the flow");
    }
    return best;
  }

  private static String words(Story story) {
    return (story.verdict() == Verdict.FORWARD ? "allowed: " : "not let through: ")
        + story.reason().dottedName()
        + StoryText.decider(story).replace("  ", " ");
  }
}
