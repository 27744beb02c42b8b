package io.vpcrig.query;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.LinkType;
import io.vpcrig.frame.Verdict;
import io.vpcrig.header.ChecksumPolicy;
import io.vpcrig.header.Ethernet;
import io.vpcrig.header.Icmp;
import io.vpcrig.header.Ipv4;
import io.vpcrig.header.Vlan;
import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Flow;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Vpc;
import io.vpcrig.session.FragmentStage;
import io.vpcrig.session.FragmentTable;
import io.vpcrig.stage.StageContext;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.telemetry.TraceRing;
import io.vpcrig.tunnel.DecapStage;
import io.vpcrig.tunnel.SegmentCompiler;
import java.util.List;
import java.util.Optional;

/**
 * Takes frames off their tunnels, as the data path does, and gives the packets in them to the
 * reference router, until it comes to the frame whose story is wanted. One thread.
 */
public final class FrameStories implements AutoCloseable {
  private static final int QUOTED_PORTS = 4;

  private final Vpc vpc;
  private final List<Segment> segments;
  private final long wanted;
  private final ReferenceRouter router;
  private final DecapStage decap;
  private final FragmentTable fragments = new FragmentTable();
  private final FragmentStage reassembly = new FragmentStage(fragments);
  private final StageContext context = new StageContext(new TraceRing(1));

  /** The datagram that the next fragment in a batch belongs to. */
  private Story datagram;

  private Optional<FrameStory> found = Optional.empty();

  /**
   * @param untagged segment of all untagged frames; empty: by their source address
   * @param wanted number of the frame, from 1
   * @throws IllegalArgumentException if no segment has that name
   */
  public FrameStories(Vpc vpc, Optional<String> untagged, ChecksumPolicy checksums, long wanted) {
    this.vpc = vpc;
    this.segments = vpc.segments();
    this.wanted = wanted;
    this.router = new ReferenceRouter(vpc);
    this.decap = new DecapStage(SegmentCompiler.compile(vpc, untagged), checksums);
  }

  /**
   * Has the router know a connection: its first packet came, as this flow by the segment it names,
   * and its answer went back. Before the first frame.
   *
   * @param timeNs of the first frame, nanoseconds since the epoch
   * @return the story of the first packet: if it is not forwarded, there is no connection
   */
  public Story open(Flow flow, long timeNs) {
    return new Explainer(vpc).open(router, flow, timeNs);
  }

  /** Takes the next frames of the input, in order; those behind the wanted one are left alone. */
  public void take(FrameBatch batch) {
    batch.liveCount = 0;
    for (int i = 0; i < batch.size; i++) {
      if (batch.number[i] <= wanted) {
        batch.addLive(i);
      }
    }
    int before = batch.liveCount;
    decap.process(batch, context);
    batch.spreadAll();
    // Frames that decap has decided still have a story, if there is a packet in them.
    batch.liveCount = 0;
    for (int i = 0; i < before; i++) {
      if (isPending(batch, i)) {
        batch.addLive(i);
      } else {
        decided(batch, i);
      }
    }
    reassembly.process(batch, context);
    for (int i = 0; i < before; i++) {
      if (batch.verdict[i] == Verdict.HELD || isDroppedFragment(batch, i)) {
        undecoded(batch, i);
      }
    }
    for (int k = 0; k < batch.liveCount; k++) {
      pass(batch, batch.live[k]);
    }
  }

  /** The story wanted, once its frame has come. */
  public Optional<FrameStory> found() {
    return found;
  }

  @Override
  public void close() {
    fragments.close();
  }

  private static boolean isPending(FrameBatch batch, int i) {
    return batch.verdict[i] == Verdict.PENDING;
  }

  private boolean isDroppedFragment(FrameBatch batch, int i) {
    return batch.verdict[i] == Verdict.DROP
        && Reason.of(batch.reason[i]).owner().equals("session")
        && found.isEmpty();
  }

  /** A frame that decap switched or dropped: neither changes the router. */
  private void decided(FrameBatch batch, int i) {
    if (batch.number[i] != wanted) {
      return;
    }
    Reason reason = Reason.of(batch.reason[i]);
    if (reason == Reason.SWITCHED || reason == Reason.MULTICAST) {
      tell(batch, i, router.send(packet(batch, i)));
    } else {
      undecoded(batch, i);
    }
  }

  private void undecoded(FrameBatch batch, int i) {
    if (batch.number[i] == wanted) {
      found =
          Optional.of(
              new FrameStory(
                  wanted,
                  came(batch, i),
                  segment(batch, i).map(Segment::name),
                  batch.verdict[i],
                  Reason.of(batch.reason[i]),
                  Optional.empty()));
    }
  }

  /** Of fragments, the first asks the router; the others share its fate. */
  private void pass(FrameBatch batch, int i) {
    boolean fragment = batch.family[i] == 4 && Ipv4.isFragment(batch.fragment[i]);
    if (!fragment || batch.l4[i] != FrameBatch.NONE) {
      datagram = router.send(packet(batch, i));
    }
    if (batch.number[i] == wanted) {
      tell(batch, i, datagram);
    }
  }

  private void tell(FrameBatch batch, int i, Story story) {
    List<String> notes =
        batch.family[i] == 4 && Ipv4.isFragment(batch.fragment[i])
            ? List.of("completes a datagram that came in fragments; all of them share its fate")
            : List.of();
    found =
        Optional.of(
            new FrameStory(
                wanted,
                came(batch, i),
                segment(batch, i).map(Segment::name),
                story.verdict(),
                story.reason(),
                Optional.of(new Explainer(vpc).explain(router, story, notes))));
  }

  private Optional<Segment> segment(FrameBatch batch, int i) {
    int index = batch.segment[i];
    return index < 0 ? Optional.empty() : Optional.of(segments.get(index));
  }

  private String came(FrameBatch batch, int i) {
    Optional<Segment> segment = segment(batch, i);
    if (segment.isEmpty()) {
      return "in no segment of the VPC";
    }
    boolean tunnelled = batch.remoteEndpoint[i] != 0;
    if (!tunnelled && !isTagged(batch, i)) {
      return "untagged, segment " + segment.get().name();
    }
    String tag =
        switch (segment.get().encapsulation()) {
          case Encapsulation.Vlan vlan -> "VLAN " + vlan.id();
          case Encapsulation.QinQ both -> "VLANs " + both.outer() + " and " + both.inner();
          case Encapsulation.Vxlan vxlan ->
              "VXLAN " + vxlan.vni() + " from " + Ipv4Text.format(batch.remoteEndpoint[i]);
          case Encapsulation.Untagged untagged -> "no tag";
        };
    return "by " + tag + ", segment " + segment.get().name();
  }

  private static boolean isTagged(FrameBatch batch, int i) {
    return batch.link[i] == LinkType.ETHERNET
        && batch.length[i] >= Ethernet.LENGTH
        && Vlan.isTag(Ethernet.type(batch.bytes, batch.start[i]));
  }

  private Packet packet(FrameBatch batch, int i) {
    String in = segments.get(batch.segment[i]).name();
    int source = batch.sourceAddress[i];
    int destination = batch.destinationAddress[i];
    if (batch.family[i] == 0) {
      return Packet.arp(in, source, destination, batch.timestampNs[i]);
    }
    Flow flow = Flow.of(batch.protocol[i], source, destination, batch.ports[i], Optional.empty());
    return new Packet(
        in,
        flow,
        batch.tcpFlags[i],
        Ipv4.ttl(batch.bytes, batch.l3[i]),
        batch.timestampNs[i],
        about(batch, i),
        false);
  }

  /** The flow that an ICMP error quotes. */
  private static Optional<Flow> about(FrameBatch batch, int i) {
    if (batch.protocol[i] != Ipv4.ICMP
        || batch.l4[i] == FrameBatch.NONE
        || Ipv4.isFragment(batch.fragment[i])
        || !Icmp.isError(batch.ports[i] >>> 8 & 0xff)) {
      return Optional.empty();
    }
    Bytes bytes = batch.bytes;
    int end = Math.min(batch.l3End[i], batch.start[i] + batch.length[i]);
    int inner = batch.l4[i] + Icmp.QUOTE;
    if (!Ipv4.isValid(bytes, inner, end - inner)
        || Ipv4.fragmentOffset(Ipv4.fragment(bytes, inner)) != 0) {
      return Optional.empty();
    }
    int protocol = Ipv4.protocol(bytes, inner);
    int transport = inner + Ipv4.headerLength(bytes, inner);
    int ports = 0;
    if (protocol == Ipv4.TCP || protocol == Ipv4.UDP) {
      if (end - transport < QUOTED_PORTS) {
        return Optional.empty();
      }
      ports = bytes.i32(transport);
    } else if (protocol == Ipv4.ICMP) {
      if (end - transport < Icmp.LENGTH || !Icmp.hasIdentifier(Icmp.type(bytes, transport))) {
        return Optional.empty();
      }
      ports = Icmp.identifier(bytes, transport) << 16 | Icmp.typeCode(bytes, transport);
    }
    return Optional.of(
        Flow.of(
            protocol,
            Ipv4.source(bytes, inner),
            Ipv4.destination(bytes, inner),
            ports,
            Optional.empty()));
  }
}
