package io.vpcrig.query.cases;

import io.vpcrig.acl.RuleTable;
import io.vpcrig.engine.PacketPath;
import io.vpcrig.engine.PathOptions;
import io.vpcrig.engine.Snapshot;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.LinkType;
import io.vpcrig.frame.Verdict;
import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Flow;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Quirk;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Vpc;
import io.vpcrig.query.Outcome;
import io.vpcrig.query.Packet;
import io.vpcrig.telemetry.Reason;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The data path, asked packet by packet: each becomes a frame and goes all the way. One thread. */
final class EngineProbe implements AutoCloseable {
  private static final int SESSIONS = 1 << 12;

  private final Vpc vpc;
  private final ProbeFrames frames;
  private final Map<String, Segment> segments = new HashMap<>();
  private final Map<Optional<String>, Snapshot> snapshots = new HashMap<>();
  private final FrameBatch batch = new FrameBatch(4);
  private PacketPath path = path();

  EngineProbe(Vpc vpc) {
    this.vpc = vpc;
    this.frames = new ProbeFrames(vpc.vxlan());
    vpc.segments().forEach(segment -> segments.put(segment.name(), segment));
  }

  private static PacketPath path() {
    return new PacketPath(new PathOptions(SESSIONS, false, Optional.empty()));
  }

  /** Forgets every packet. */
  void restart() {
    path.close();
    path = path();
  }

  /** What becomes of a packet in a router that has seen none. */
  Optional<Outcome> sendAlone(Packet packet) {
    Optional<Outcome> outcome = send(packet);
    path.drain();
    return outcome;
  }

  /** What becomes of the next packet; empty if it can't come as a frame of its own. */
  Optional<Outcome> send(Packet packet) {
    if (!isFrame(packet)) {
      return Optional.empty();
    }
    Segment in = segments.get(packet.in());
    Snapshot snapshot = snapshot(in);
    batch.clear();
    int i = batch.add(ProbeFrames.length(packet, in));
    frames.write(batch.bytes, batch.start[i], packet, in);
    batch.number[i] = 1;
    batch.timestampNs[i] = packet.timeNs();
    batch.missing[i] = 0;
    batch.link[i] = LinkType.ETHERNET;
    batch.inputInterface[i] = 0;
    path.process(batch, snapshot);
    batch.spread(i);
    return Optional.of(outcome(i, snapshot.acls().rules()));
  }

  /**
   * Whether a packet can come as a frame. UDP to a VXLAN port can't but inside a tunnel: everywhere
   * else such frames are tunnels.
   */
  boolean isFrame(Packet packet) {
    return packet.flow().protocol() != Protocol.UDP
        || segments.get(packet.in()).encapsulation() instanceof Encapsulation.Vxlan
        || !vpc.vxlan().acceptPorts().contains(packet.flow().destinationPort());
  }

  /** Untagged frames are told by their source, unless a packet says where it comes by. */
  private Snapshot snapshot(Segment in) {
    Optional<String> untagged =
        in.encapsulation() instanceof Encapsulation.Untagged
            ? Optional.of(in.name())
            : Optional.empty();
    return snapshots.computeIfAbsent(untagged, name -> Snapshot.compile(vpc, 1, name));
  }

  private Outcome outcome(int i, RuleTable rules) {
    boolean forwarded = batch.verdict[i] == Verdict.FORWARD;
    return new Outcome(
        Verdict.name(batch.verdict[i]),
        Reason.of(batch.reason[i]),
        forwarded
            ? Optional.of(
                Flow.of(
                    batch.protocol[i],
                    batch.newSource[i],
                    batch.newDestination[i],
                    batch.newPorts[i],
                    Optional.empty()))
            : Optional.empty(),
        forwarded ? Optional.of(vpc.segments().get(batch.outSegment[i]).name()) : Optional.empty(),
        batch.list[i] < 0 ? Optional.empty() : Optional.of(rules.list(batch.list[i]).name()),
        batch.rule[i] < 0
            ? OptionalInt.empty()
            : OptionalInt.of(rules.rule(batch.rule[i]).number()),
        Quirk.values()[batch.quirk[i]]);
  }

  @Override
  public void close() {
    path.close();
    batch.close();
  }
}
