package io.vpcrig.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vpcrig.acl.RuleTable;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.Verdict;
import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Flow;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Quirk;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Vpc;
import io.vpcrig.query.Outcome;
import io.vpcrig.query.Packet;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.testing.FrameBuilder;
import io.vpcrig.testing.PlainParser;
import io.vpcrig.testing.ProbeRouter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The real engine as a router for probes: each packet becomes a frame with its segment's tags, goes
 * all the way, and what leaves is read back from the bytes, all lengths and checksums verified.
 */
final class EngineRouter implements ProbeRouter {
  private final PacketPath path;
  private final FrameBatch batch;
  private Vpc vpc;
  private Snapshot snapshot;
  private long sent;

  EngineRouter(Vpc vpc) {
    this(vpc, 256);
  }

  EngineRouter(Vpc vpc, int batchCapacity) {
    this.vpc = vpc;
    snapshot = Snapshot.compile(vpc, 1, Optional.empty());
    path = new PacketPath(new PathOptions(1 << 16, false, Optional.empty()));
    batch = new FrameBatch(batchCapacity);
  }

  @Override
  public void apply(Vpc next) {
    vpc = next;
    snapshot = Snapshot.compile(next, snapshot.generation() + 1, Optional.empty());
  }

  @Override
  public Outcome send(Packet packet) {
    return sendAll(List.of(packet)).getFirst();
  }

  /** Judges from now on by another snapshot. */
  void use(Snapshot next) {
    vpc = next.vpc();
    snapshot = next;
  }

  /** Sends all in one batch. */
  @Override
  public List<Outcome> sendAll(List<Packet> packets) {
    batch.clear();
    for (Packet packet : packets) {
      frame(packet).addTo(batch, packet.timeNs());
    }
    int traced = (int) (sent++ % packets.size());
    path.trace(traced + 1);
    path.process(batch, snapshot);
    TraceCheck.assertTellsWhatHappened(path, batch, traced);
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < batch.size; i++) {
      outcomes.add(outcome(i));
    }
    for (int e = 0; e < batch.extras; e++) {
      assertWhole(batch.capacity + e);
    }
    return outcomes;
  }

  PacketPath path() {
    return path;
  }

  private Outcome outcome(int i) {
    RuleTable rules = snapshot.acls().rules();
    batch.spread(i);
    int verdict = batch.verdict[i];
    boolean forwarded = verdict == Verdict.FORWARD;
    if (forwarded) {
      assertWhole(i);
    }
    return new Outcome(
        Verdict.name(verdict),
        Reason.of(batch.reason[i]),
        forwarded ? Optional.of(sent(i)) : Optional.empty(),
        forwarded
            ? Optional.of(snapshot.vpc().segments().get(batch.outSegment[i]).name())
            : Optional.empty(),
        batch.list[i] < 0 ? Optional.empty() : Optional.of(rules.list(batch.list[i]).name()),
        batch.rule[i] < 0
            ? OptionalInt.empty()
            : OptionalInt.of(rules.rule(batch.rule[i]).number()),
        Quirk.values()[batch.quirk[i]]);
  }

  private void assertWhole(int i) {
    if (batch.family[i] == 4) {
      assertEquals("", PlainParser.wrong(PlainParser.datagram(batch, i)), "frame that leaves");
    }
  }

  /** The flow as it stands in the bytes that leave. */
  private Flow sent(int i) {
    byte[] datagram = PlainParser.datagram(batch, i);
    int l4 = (datagram[0] & 15) * 4;
    int protocol = datagram[9] & 0xff;
    int ports =
        switch (protocol) {
          case Protocol.TCP, Protocol.UDP -> PlainParser.i32(datagram, l4);
          case Protocol.ICMP -> {
            boolean query = (datagram[l4] & 0xff) >= 13 || (datagram[l4] & 0xf7) == 0;
            yield (query ? PlainParser.u16(datagram, l4 + 4) << 16 : 0)
                | PlainParser.u16(datagram, l4);
          }
          default -> 0;
        };
    return Flow.of(
        protocol,
        PlainParser.i32(datagram, 12),
        PlainParser.i32(datagram, 16),
        ports,
        Optional.empty());
  }

  private FrameBuilder frame(Packet packet) {
    Flow flow = packet.flow();
    String source = Ipv4Text.format(flow.source());
    String destination = Ipv4Text.format(flow.destination());
    FrameBuilder builder;
    if (packet.arp()) {
      builder = FrameBuilder.arp(1, source, destination);
    } else if (packet.about().isPresent()) {
      builder =
          FrameBuilder.icmpError(
              source,
              destination,
              flow.icmpType(),
              flow.icmpCode(),
              datagram(packet.about().get()));
    } else {
      builder = datagram(flow).flags(packet.tcpFlags());
    }
    if (!packet.arp()) {
      builder.ttl(packet.ttl());
    }
    return tagged(builder, packet.in());
  }

  private static FrameBuilder datagram(Flow flow) {
    String source = Ipv4Text.format(flow.source());
    String destination = Ipv4Text.format(flow.destination());
    return switch (flow.protocol()) {
      case Protocol.TCP ->
          FrameBuilder.tcp(source, flow.sourcePort(), destination, flow.destinationPort());
      case Protocol.UDP ->
          FrameBuilder.udp(source, flow.sourcePort(), destination, flow.destinationPort())
              .payload(9);
      case Protocol.ICMP ->
          FrameBuilder.icmp(
              source, destination, flow.icmpType(), flow.icmpCode(), flow.icmpId() << 16 | 1);
      default -> FrameBuilder.ipv4(source, destination, flow.protocol()).payload(12);
    };
  }

  private FrameBuilder tagged(FrameBuilder builder, String in) {
    for (Segment segment : vpc.segments()) {
      if (segment.name().equals(in)) {
        return switch (segment.encapsulation()) {
          case Encapsulation.Untagged() -> builder;
          case Encapsulation.Vlan(int id) -> builder.vlan(id);
          case Encapsulation.QinQ(int outer, int inner) -> builder.qinq(outer, inner);
          case Encapsulation.Vxlan(int vni) -> builder.vxlan(vni);
        };
      }
    }
    throw new IllegalArgumentException("no segment " + in);
  }

  @Override
  public void close() {
    batch.close();
    path.close();
  }
}
