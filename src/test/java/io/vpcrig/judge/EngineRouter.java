package io.vpcrig.judge;

import io.vpcrig.engine.PacketPath;
import io.vpcrig.engine.PathOptions;
import io.vpcrig.engine.Snapshot;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.Verdict;
import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Vpc;
import io.vpcrig.session.SessionTable;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.testing.FrameBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** vpcrig's whole data path as the router of one VPC whose segments are all VLANs. */
final class EngineRouter implements AutoCloseable {
  private static final int LINK_ETHERNET = 1;
  private static final int PREFIX = 18;
  private static final int BATCH = 256;

  private final Snapshot snapshot;
  private final PacketPath path = new PacketPath(new PathOptions(1 << 16, false, Optional.empty()));
  private final FrameBatch batch = new FrameBatch(BATCH);
  private final byte[][] prefixes;

  EngineRouter(Vpc vpc) {
    snapshot = Snapshot.compile(vpc, 1, Optional.empty());
    prefixes = vpc.segments().stream().map(EngineRouter::prefix).toArray(byte[][]::new);
  }

  /** Ethernet header and 802.1Q tag of frames that come by a segment. */
  static byte[] prefix(Segment segment) {
    byte[] prefix = new byte[PREFIX];
    Datagrams.put16(prefix, 0, 0x0200);
    Datagrams.put32(prefix, 2, 1);
    Datagrams.put16(prefix, 6, 0x0200);
    Datagrams.put32(prefix, 8, 2);
    Datagrams.put16(prefix, 12, 0x8100);
    Datagrams.put16(prefix, 14, ((Encapsulation.Vlan) segment.encapsulation()).id());
    Datagrams.put16(prefix, 16, 0x0800);
    return prefix;
  }

  /** Sends datagrams, in order, and notes each one's reason in its probe; what leaves. */
  List<Seen> send(List<Probe> probes, long timeNs) {
    List<Seen> seen = new ArrayList<>();
    List<Probe> owners = new ArrayList<>();
    batch.clear();
    for (Probe probe : probes) {
      for (byte[] datagram : probe.sent(World.VPCRIG)) {
        if (batch.size == BATCH) {
          process(owners, seen);
        }
        byte[] prefix = prefixes[probe.segment(World.VPCRIG)];
        byte[] frame = new byte[PREFIX + datagram.length];
        System.arraycopy(prefix, 0, frame, 0, PREFIX);
        System.arraycopy(datagram, 0, frame, PREFIX, datagram.length);
        FrameBuilder.add(batch, frame, LINK_ETHERNET, timeNs);
        owners.add(probe);
      }
    }
    process(owners, seen);
    return seen;
  }

  private void process(List<Probe> owners, List<Seen> seen) {
    path.process(batch, snapshot);
    for (int i = 0; i < batch.size; i++) {
      note(owners.get(i), i, seen);
    }
    for (int e = 0; e < batch.extras; e++) {
      int i = batch.capacity + e;
      int cause = i;
      while (cause >= batch.capacity) {
        cause = batch.parent[cause];
      }
      note(owners.get(cause), i, seen);
    }
    batch.clear();
    owners.clear();
  }

  private void note(Probe probe, int i, List<Seen> seen) {
    batch.spread(i);
    byte verdict = batch.verdict[i];
    if (verdict == Verdict.FORWARD || verdict == Verdict.ORIGINATED) {
      byte[] datagram = batch.bytes.copy(batch.l3[i], batch.l3End[i] - batch.l3[i]);
      seen.add(new Seen(batch.outSegment[i], datagram));
    }
    if (verdict != Verdict.ORIGINATED) {
      probe.decided(verdict, Reason.of(batch.reason[i]));
    }
  }

  SessionTable sessions() {
    return path.sessions();
  }

  @Override
  public void close() {
    path.close();
    batch.close();
  }
}
