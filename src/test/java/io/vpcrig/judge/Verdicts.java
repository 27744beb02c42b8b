package io.vpcrig.judge;

import static io.vpcrig.testing.PlainParser.i32;
import static io.vpcrig.testing.PlainParser.u16;

import io.vpcrig.frame.Verdict;
import io.vpcrig.model.Flow;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Semantics;
import io.vpcrig.model.Vpc;
import io.vpcrig.telemetry.Reason;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compares what left both routers because of one probe. */
final class Verdicts {
  private static final int RST = 4;
  private static final int UNREACHABLE = 3;
  private static final int TIMESTAMP_REPLY = 14;

  /** Where a timestamp reply tells the time, twice. */
  private static final int TIMES = Datagrams.HEADER + 12;

  private final Vpc vpc;
  private final Tally tally;

  /** Ports that the kernel gave to a source, by flow without destination. */
  private final Map<List<Integer>, Set<Integer>> mappings = new HashMap<>();

  /** Ports that one of the two chose: somebody else's own may be among them, on one side only. */
  private final Set<List<Integer>> chosen = new HashSet<>();

  /** Protocols and destinations, as the far end knows them, where connections differ. */
  private final Set<List<Integer>> apart = new HashSet<>();

  /** Flows to the router that INPUT took before: of them the kernel has a connection. */
  private final Set<Flow> taken = new HashSet<>();

  Verdicts(Vpc vpc, Tally tally) {
    this.vpc = vpc;
    this.tally = tally;
  }

  /** Whether, where a conversation leads, connections differ between the two. */
  boolean isApart(Conversation conversation) {
    return conversation.farOfKernel().filter(d -> apart.contains(far(d))).isPresent();
  }

  /** What differs and is not explained; empty if nothing is. */
  String difference(Probe probe) {
    List<Seen> kernel = inOrder(probe.seen(World.KERNEL));
    List<Seen> ours = inOrder(probe.seen(World.VPCRIG));
    if (!ours.isEmpty() && kernel.size() == ours.size()) {
      for (int k = 0; k < kernel.size(); k++) {
        String different = difference(probe, kernel.get(k), ours.get(k));
        if (!different.isEmpty()) {
          return different;
        }
      }
      return "";
    }
    if (kernel.isEmpty() && ours.isEmpty()) {
      return takesItSilently(probe) ? "" : "vpcrig takes it for itself, the kernel does not";
    }
    if (ours.isEmpty()) {
      return onlyKernel(probe, kernel);
    }
    if (answersFragments(probe, kernel, ours)) {
      tally.explain(Explained.FRAGMENT_ANSWER);
      return "";
    }
    if (kernel.isEmpty() && isByNextAddress(probe, ours.getFirst().datagram())) {
      part(probe, ours.getFirst().datagram(), Explained.NEXT_ADDRESS);
      return "";
    }
    if (kernel.isEmpty() && clashesWithoutPorts(probe, ours.getFirst().datagram())) {
      part(probe, ours.getFirst().datagram(), Explained.AFTERMATH);
      return "";
    }
    return kernel.isEmpty() ? "only vpcrig sends" : "not as many datagrams";
  }

  /** Why only the kernel sends; empty if that is explained. */
  private String onlyKernel(Probe probe, List<Seen> kernel) {
    Seen first = kernel.getFirst();
    if (refuses(probe, first.datagram())) {
      return refused(probe);
    }
    if (isTimestamp(probe, first.datagram()) && probe.sent(World.KERNEL).length > 1) {
      tally.explain(Explained.FRAGMENT_ANSWER);
      return "";
    }
    if (isTransit(probe, first)) {
      part(probe, first.datagram(), Explained.TRANSIT);
      return "";
    }
    if (passesInvalid(probe, kernel)) {
      tally.explain(Explained.INVALID_PASSES);
      return "";
    }
    return "only the kernel sends";
  }

  private String refused(Probe probe) {
    Flow flow = Datagrams.flow(probe.sent(World.KERNEL)[0]);
    if (probe.verdict == Verdict.LOCAL) {
      taken.add(flow);
    } else if (dropsInvalid(probe)) {
      tally.explain(Explained.INVALID_PASSES);
    } else if (probe.reason != Reason.INPUT || !taken.contains(flow)) {
      return "the kernel takes it for itself, vpcrig does not";
    } else {
      tally.explain(Explained.ROUTER_SESSION);
    }
    tally.explain(Explained.NOBODY_LISTENS);
    return "";
  }

  private static List<Seen> inOrder(List<Seen> fragments) {
    return fragments.stream()
        .sorted(Comparator.comparingInt(seen -> u16(seen.datagram(), 6) & 0x1fff))
        .toList();
  }

  /** Without ports there is no way out of a clash with what only the kernel has. */
  private boolean clashesWithoutPorts(Probe probe, byte[] d) {
    Flow sent = probe.conversation.talk.flow();
    return probe.step.kind() == Step.Kind.CLIENT && sent.ports() == 0 && apart.contains(far(d));
  }

  private boolean isByNextAddress(Probe probe, byte[] d) {
    int place = vpc.sourceNatAddresses().indexOf(Datagrams.source(d));
    return place > 0 && !made(probe, d) && probe.step.kind() == Step.Kind.CLIENT;
  }

  /** Whether both answer an echo request that came in fragments. */
  private static boolean answersFragments(Probe probe, List<Seen> kernel, List<Seen> ours) {
    return probe.sent(World.KERNEL).length > 1
        && kernel.size() == 1
        && ours.size() == probe.sent(World.VPCRIG).length
        && made(probe, kernel.getFirst().datagram())
        && made(probe, ours.getFirst().datagram());
  }

  // --- nothing or one side only ------------------------------------------------------------------

  /** Whether the kernel may have taken it and said nothing, as far as vpcrig took it. */
  private boolean takesItSilently(Probe probe) {
    byte[] sent = probe.sent(World.KERNEL)[0];
    if (probe.verdict != Verdict.LOCAL || isBroadcast(Datagrams.destination(sent))) {
      return true;
    }
    return switch (Datagrams.protocol(sent)) {
      case Protocol.TCP -> (sent[33] & RST) != 0;
      case Protocol.UDP -> false;
      default -> true;
    };
  }

  /** To such an address nothing is refused. */
  private boolean isBroadcast(int address) {
    return address == -1
        || vpc.segments().stream().anyMatch(segment -> segment.subnet().last() == address);
  }

  /** A reset, or "port unreachable", from the address that was dialled. */
  private static boolean refuses(Probe probe, byte[] d) {
    byte[] sent = probe.sent(World.KERNEL)[0];
    if (Datagrams.source(d) != Datagrams.destination(sent)
        || Datagrams.destination(d) != Datagrams.source(sent)) {
      return false;
    }
    return Datagrams.protocol(d) == Protocol.TCP
        ? (d[33] & RST) != 0 && Datagrams.flow(d).equals(Conversation.reply(Datagrams.flow(sent)))
        : Datagrams.isIcmpError(d)
            && Datagrams.icmpType(d) == UNREACHABLE
            && Datagrams.protocol(sent) != Protocol.ICMP;
  }

  /** What vpcrig drops for fitting nothing leaves the kernel as it came, a hop older. */
  private boolean passesInvalid(Probe probe, List<Seen> kernel) {
    if (!dropsInvalid(probe)) {
      return false;
    }
    byte[][] sent = probe.sent(World.KERNEL);
    if (made(probe, kernel.getFirst().datagram())) {
      return true;
    }
    if (sent.length != kernel.size()) {
      return false;
    }
    for (int k = 0; k < sent.length; k++) {
      byte[] older = sent[k].clone();
      older[8]--;
      byte[] left = kernel.get(k).datagram();
      if (!Arrays.equals(withoutHeaderChecksum(older), withoutHeaderChecksum(left))) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether vpcrig drops by choice what the kernel lets by as INVALID: damaged segments in both
   * semantics, what fits no connection as intended only.
   */
  private boolean dropsInvalid(Probe probe) {
    return switch (probe.reason) {
      case TCP_HEADER, L4_CHECKSUM -> true;
      case SESSION_INVALID, ICMP_UNRELATED -> vpc.semantics() == Semantics.INTENDED;
      default -> false;
    };
  }

  /** Whether it is no part of any connection to vpcrig. */
  static boolean fitsNothing(Probe probe) {
    return switch (probe.reason) {
      case SESSION_INVALID, ICMP_UNRELATED, TCP_HEADER, L4_CHECKSUM, UNTRACKED -> true;
      default -> false;
    };
  }

  private static boolean isTimestamp(Probe probe, byte[] d) {
    return probe.verdict == Verdict.LOCAL
        && made(probe, d)
        && Datagrams.icmpType(d) == TIMESTAMP_REPLY;
  }

  /** From outside the VPC, by a private gateway that is judged by its list alone. */
  private boolean isTransit(Probe probe, Seen kernel) {
    return vpc.semantics() == Semantics.SHIPPED
        && probe.reason == Reason.FORWARD_POLICY
        && vpc.segments().get(kernel.segment()) instanceof Segment.PrivateGateway
        && !vpc.cidr().contains(Datagrams.source(probe.sent(World.KERNEL)[0]));
  }

  private static byte[] withoutHeaderChecksum(byte[] d) {
    byte[] copy = d.clone();
    Datagrams.put16(copy, 10, 0);
    return copy;
  }

  // --- both
  // ----------------------------------------------------------------------------------------

  private String difference(Probe probe, Seen kernel, Seen ours) {
    byte[] k = kernel.datagram();
    byte[] o = ours.datagram();
    if (!Datagrams.wrong(k).isEmpty()) {
      return "the kernel's " + Datagrams.wrong(k);
    }
    if (!Datagrams.wrong(o).isEmpty()) {
      return "vpcrig's " + Datagrams.wrong(o);
    }
    if (kernel.segment() != ours.segment()) {
      if (!returns(probe, kernel, ours)) {
        return "segment it leaves by";
      }
      if (probe.step.kind() != Step.Kind.CLIENT || !made(probe, o)) {
        probe.conversation.abandon(probe);
      }
      if (Datagrams.isIcmpError(k) && made(probe, k)) {
        // An error of the kernel's own is in the name of the leg it leaves by.
        System.arraycopy(o, 12, k, 12, 4);
        Datagrams.put16(k, 10, u16(o, 10));
      }
      tally.explain(Explained.RETURN_PATH);
    }
    if (Arrays.equals(k, o)) {
      return "";
    }
    if (made(probe, k) && made(probe, o)) {
      if (probe.sent(World.KERNEL).length > 1) {
        tally.explain(Explained.FRAGMENT_ANSWER);
        return "";
      }
      if (isTimestamp(probe, k) && isTimestamp(probe, o)) {
        System.arraycopy(o, TIMES, k, TIMES, 8);
        Datagrams.put16(k, Datagrams.HEADER + 2, u16(o, Datagrams.HEADER + 2));
        tally.explain(Explained.TIMESTAMP);
      }
      Datagrams.put16(k, 4, Datagrams.id(o));
      Datagrams.put16(k, 10, u16(o, 10));
      if (Arrays.equals(k, o)) {
        tally.explain(Explained.IDENTIFICATION);
        return "";
      }
    }
    if (quotesAnswer(probe, k, o)) {
      tally.explain(Explained.QUOTED_ANSWER);
      return "";
    }
    if (isByOtherSide(probe, k, o)) {
      tally.explain(Explained.IDENTIFIER_SIDE);
      return "";
    }
    return byPort(probe, k, o);
  }

  /**
   * Whether vpcrig sends back to where the client is, and the kernel to where its table says the
   * client's address is.
   */
  private static boolean returns(Probe probe, Seen kernel, Seen ours) {
    if (made(probe, kernel.datagram())) {
      return made(probe, ours.datagram()) && ours.segment() == probe.segment(World.VPCRIG);
    }
    boolean toClient =
        probe.step.kind() == Step.Kind.SERVER || probe.step.kind() == Step.Kind.ERROR_TO_CLIENT;
    return toClient && ours.segment() == probe.conversation.talk.segment();
  }

  /**
   * Whether the kernel's error is translated as if what it quotes answered the connection that the
   * far end began, with addresses it was not sent to; vpcrig's quotes what was sent.
   */
  private static boolean quotesAnswer(Probe probe, byte[] k, byte[] o) {
    if (probe.step.kind() != Step.Kind.CLIENT
        || !Datagrams.isIcmpError(k)
        || !Datagrams.isIcmpError(o)
        || i32(k, 12) != i32(o, 12)
        || i32(k, 16) != i32(o, 16)
        || Datagrams.icmpType(k) != Datagrams.icmpType(o)) {
      return false;
    }
    Flow answer =
        probe
            .conversation
            .nearOfKernel()
            .map(seen -> Conversation.reply(Datagrams.flow(seen)))
            .orElse(probe.conversation.talk.flow());
    return Datagrams.flow(Datagrams.quote(o)).equals(Datagrams.flow(probe.sent(World.VPCRIG)[0]))
        && Datagrams.flow(Datagrams.quote(k)).equals(answer);
  }

  /** Errors about a ping whose identifier was changed, that differ in who sends them. */
  private static boolean isByOtherSide(Probe probe, byte[] k, byte[] o) {
    boolean aboutPing =
        Datagrams.isIcmpError(k)
            && Datagrams.isIcmpError(o)
            && probe.conversation.talk.flow().protocol() == Protocol.ICMP;
    boolean changed =
        probe.conversation.differs()
            || Datagrams.source(k) == probe.conversation.talk.flow().destination();
    return aboutPing
        && changed
        && Datagrams.source(k) != Datagrams.source(o)
        && Datagrams.destination(k) == Datagrams.destination(o)
        && Datagrams.icmpType(k) == Datagrams.icmpType(o);
  }

  /** Whether the router made it: an answer, or an error of its own about the probe. */
  private static boolean made(Probe probe, byte[] d) {
    boolean answer =
        Datagrams.protocol(d) == Protocol.ICMP
            && Datagrams.source(d) == Datagrams.destination(probe.sent(World.KERNEL)[0]);
    boolean error = Datagrams.isIcmpError(d) && Datagrams.id(Datagrams.quote(d)) == probe.token;
    return answer || error;
  }

  /** The same but for the port that was chosen for the client. */
  private String byPort(Probe probe, byte[] k, byte[] o) {
    Flow sent = probe.conversation.talk.flow();
    boolean leaving = probe.step.kind() == Step.Kind.CLIENT && !made(probe, k);
    int known = probe.conversation.translatedPort(World.KERNEL);
    int theirs = leaving ? Conversation.sourcePort(Datagrams.flow(k)) : known;
    int knownToUs = probe.conversation.translatedPort(World.VPCRIG);
    int mine = leaving ? Conversation.sourcePort(Datagrams.flow(o)) : knownToUs;
    if (leaving && isRangeClash(sent, Datagrams.flow(k), Datagrams.flow(o))) {
      part(probe, o, Explained.RANGE_CLASH);
      return "";
    }
    if (beginsAnew(probe, k, o)) {
      part(probe, o, Explained.PORT_CHOICE);
      return "";
    }
    boolean asLearnt = leaving || portOfClient(k) == theirs && portOfClient(o) == mine;
    if (theirs == mine || !asLearnt || !Arrays.equals(plain(k, leaving), plain(o, leaving))) {
      return what(k, o);
    }
    if (leaving && (theirs != known || mine != knownToUs)) {
      int asked = Conversation.sourcePort(sent);
      List<Integer> source = List.of(sent.protocol(), sent.source(), asked, Datagrams.source(k));
      boolean others = chosen.contains(mapping(k, asked));
      chosen.add(mapping(k, theirs));
      chosen.add(mapping(o, mine));
      boolean again = !mappings.computeIfAbsent(source, any -> new HashSet<>()).add(theirs);
      if (theirs == asked || mine == asked) {
        if (mine == asked && again) {
          tally.explain(Explained.SAME_MAPPING);
        } else if (apart.contains(far(k)) || others) {
          tally.explain(Explained.AFTERMATH);
        } else {
          return "port: only one keeps it";
        }
        apart.add(far(k));
        return "";
      }
      if (sent.protocol() != Protocol.ICMP && classOf(theirs) != classOf(mine)) {
        return "class of the port";
      }
    }
    if (!leaving && !Datagrams.isIcmpError(k)) {
      // The connection is over; to the far end's next packet the client's port is just a port.
      part(probe, o, Explained.PORT_CHOICE);
      return "";
    }
    tally.explain(Explained.PORT_CHOICE);
    return "";
  }

  /**
   * Whether the far end's packet belongs to no connection any more and begins one of its own, which
   * leaves with another source, and by a clash both chose a port for it.
   */
  private static boolean beginsAnew(Probe probe, byte[] k, byte[] o) {
    Flow sent = Datagrams.flow(probe.sent(World.KERNEL)[0]);
    Flow theirs = Datagrams.flow(k);
    Flow ours = Datagrams.flow(o);
    return probe.step.kind() == Step.Kind.SERVER
        && !made(probe, k)
        && sent.protocol() != Protocol.ICMP
        && theirs.source() != sent.source()
        && theirs.sourcePort() != sent.sourcePort()
        && ours.sourcePort() != sent.sourcePort()
        && classOf(theirs.sourcePort()) == classOf(ours.sourcePort())
        && Arrays.equals(plain(k, true), plain(o, true));
  }

  /** Ends a conversation that is not the same on both sides any more. */
  private void part(Probe probe, byte[] d, Explained why) {
    probe.conversation.abandon(probe);
    apart.add(far(d));
    tally.explain(why);
  }

  private static List<Integer> mapping(byte[] d, int port) {
    return List.of(Datagrams.protocol(d), Datagrams.source(d), port, Datagrams.destination(d));
  }

  private static List<Integer> far(byte[] d) {
    return List.of(Datagrams.protocol(d), Datagrams.destination(d));
  }

  /** Another port of a forwarded range on the kernel's side, another source port on ours. */
  private boolean isRangeClash(Flow sent, Flow k, Flow o) {
    return k.destinationPort() != o.destinationPort()
        && k.sourcePort() == sent.sourcePort()
        && (o.sourcePort() != sent.sourcePort()
            || apart.contains(List.of(o.protocol(), o.destination())))
        && vpc.portForwards().stream()
            .anyMatch(
                forward ->
                    forward.publicAddress() == sent.destination()
                        && forward.ports().size() > 1
                        && forward.ports().contains(sent.destinationPort())
                        && forward.to().contains(k.destinationPort()));
  }

  private static int classOf(int port) {
    return port < 512 ? 0 : port < 1024 ? 1 : 2;
  }

  /**
   * Without checksums, and with 0 for the client's port: the source's of what leaves, the
   * destination's of what the far end sends, or an error quotes.
   */
  private static byte[] plain(byte[] d, boolean leaving) {
    byte[] copy = d.clone();
    Datagrams.put16(copy, 10, 0);
    if (Datagrams.isIcmpError(d)) {
      blank16(copy, Datagrams.HEADER + 2);
      blank(copy, Datagrams.HEADER + 8, false);
    } else {
      blank(copy, 0, leaving);
    }
    return copy;
  }

  /** The client's port in what the far end sends, or in what an error quotes of that. */
  private static int portOfClient(byte[] d) {
    Flow flow = Datagrams.flow(Datagrams.isIcmpError(d) ? Datagrams.quote(d) : d);
    return flow.protocol() == Protocol.ICMP ? flow.icmpId() : flow.destinationPort();
  }

  private static void blank(byte[] d, int at, boolean source) {
    int l4 = at + Datagrams.HEADER;
    blank16(d, at + 10);
    switch (d[at + 9] & 0xff) {
      case Protocol.TCP -> {
        blank16(d, source ? l4 : l4 + 2);
        blank16(d, l4 + 16);
      }
      case Protocol.UDP -> {
        blank16(d, source ? l4 : l4 + 2);
        blank16(d, l4 + 6);
      }
      case Protocol.ICMP -> {
        blank16(d, l4 + 2);
        if (Datagrams.isQuery(d[l4] & 0xff)) {
          blank16(d, l4 + 4);
        }
      }
      default -> {}
    }
  }

  private static void blank16(byte[] d, int at) {
    if (at + 2 <= d.length) {
      Datagrams.put16(d, at, 0);
    }
  }

  /** What sort of difference it is. */
  private static String what(byte[] k, byte[] o) {
    if (Datagrams.protocol(k) != Datagrams.protocol(o)) {
      return "what is sent";
    }
    if (i32(k, 12) != i32(o, 12)) {
      return "source address";
    }
    if (i32(k, 16) != i32(o, 16)) {
      return "destination address";
    }
    if (k[8] != o[8]) {
      return "TTL";
    }
    if (k.length != o.length) {
      return "length";
    }
    if (!Arrays.equals(k, 0, Datagrams.HEADER, o, 0, Datagrams.HEADER)) {
      return "IPv4 header";
    }
    return i32(k, Datagrams.HEADER) != i32(o, Datagrams.HEADER) ? "ports or type" : "content";
  }
}
