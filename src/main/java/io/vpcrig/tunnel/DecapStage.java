package io.vpcrig.tunnel;

import static io.vpcrig.frame.FrameBatch.NONE;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.Verdict;
import io.vpcrig.header.Arp;
import io.vpcrig.header.ChecksumPolicy;
import io.vpcrig.header.Ethernet;
import io.vpcrig.header.Ipv4;
import io.vpcrig.header.Vlan;
import io.vpcrig.stage.Stage;
import io.vpcrig.stage.StageContext;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.telemetry.TraceStep;

/**
 * First stage: takes tags and tunnels off, finds the segment, checks every header and fills the
 * columns that {@link FrameBatch} says decap writes. Frames that stay inside their segment are
 * switched here. The bytes are left as they are.
 *
 * <p>Every column is defined afterwards for every frame, dropped ones too: what was not reached
 * holds its absent value. Thread: one worker.
 */
public final class DecapStage implements Stage {
  private final Cursor cursor = new Cursor();
  private final PlainGate plain;
  private final TunnelGate tunnels;
  private final NetworkGate networks;
  private final SegmentTable table;

  public DecapStage(SegmentTable table, ChecksumPolicy policy) {
    this.table = table;
    this.plain = new PlainGate(table);
    this.tunnels = new TunnelGate(table, policy);
    this.networks = new NetworkGate(policy);
  }

  @Override
  public void process(FrameBatch batch, StageContext context) {
    if (batch.found) {
      PlainGate.checkTransport(batch);
    } else {
      plain.take(batch);
    }
    others(batch, context);
  }

  /**
   * Does the same for somebody who has to tell frames apart before they get here: wrong transport
   * checksums of {@link FrameBatch#plain} frames are not found.
   */
  public void peek(FrameBatch batch, StageContext context) {
    plain.find(batch);
    others(batch, context);
  }

  private void others(FrameBatch batch, StageContext context) {
    int count = batch.liveCount;
    int decided = 0;
    for (int k = 0; k < count; k++) {
      int i = batch.live[k];
      boolean isPlain = batch.plain[i] != 0;
      if (isPlain && batch.trace[i] == 0) {
        continue;
      }
      // The tight loops leave no trace.
      batch.spread(i);
      Reason reason = isPlain ? null : decap(batch, i);
      if (batch.trace[i] != 0) {
        context.trace(
            batch,
            i,
            TraceStep.DECAP,
            batch.segment[i],
            batch.sourceAddress[i],
            batch.destinationAddress[i],
            batch.ports[i]);
      }
      if (reason != null) {
        decided++;
        if (reason == Reason.SWITCHED) {
          batch.outSegment[i] = batch.segment[i];
          context.decide(batch, i, Verdict.SWITCH, reason);
        } else {
          context.drop(batch, i, reason);
        }
      }
    }
    if (decided != 0) {
      batch.keepPending();
    }
  }

  /** Why frame {@code i} is decided already, or null if it goes on. */
  private Reason decap(FrameBatch batch, int i) {
    batch.remoteEndpoint[i] = 0;
    batch.segment[i] = NONE;
    Reason reason = LinkGate.peel(batch, i, cursor);
    if (reason == null) {
      reason = segment(batch, i);
    }
    if (reason != null) {
      NetworkGate.absent(batch, i);
      return reason;
    }
    if (cursor.type != Ethernet.ETHERTYPE_IPV4) {
      return other(batch, i);
    }
    reason = networks.ipv4(batch, i, cursor.at, cursor.end, cursor.wireEnd);
    return reason == null ? switched(batch, i) : reason;
  }

  /** Finds the segment, by tunnel, tags or source address. */
  private Reason segment(FrameBatch batch, int i) {
    if (cursor.type == Ethernet.ETHERTYPE_IPV4 && table.hasVxlan()) {
      Reason reason = tunnels.peel(batch, i, cursor);
      if (reason != null || batch.segment[i] != NONE) {
        return reason;
      }
    }
    int segment;
    if (cursor.tagCount == 0) {
      segment = untagged(batch.bytes);
      batch.segment[i] = segment;
      boolean placeable =
          cursor.type == Ethernet.ETHERTYPE_IPV4 || cursor.type == Ethernet.ETHERTYPE_ARP;
      return segment == NONE && placeable ? Reason.SEGMENT_UNTAGGED : null;
    }
    if (cursor.tagCount == 1) {
      segment = table.byVlan(cursor.tagIds);
    } else {
      segment =
          cursor.tagCount == 2
              ? table.byQinq(cursor.tagIds >>> 12, cursor.tagIds & Vlan.ID_MASK)
              : NONE;
    }
    batch.segment[i] = segment;
    return segment == NONE ? Reason.VLAN_UNKNOWN : null;
  }

  private int untagged(Bytes bytes) {
    int present = cursor.end - cursor.at;
    if (cursor.type == Ethernet.ETHERTYPE_IPV4 && present >= Ipv4.MIN_LENGTH) {
      return table.untagged(Ipv4.source(bytes, cursor.at));
    }
    if (cursor.type == Ethernet.ETHERTYPE_ARP && present >= Arp.LENGTH) {
      int sender = Arp.senderAddress(bytes, cursor.at);
      return table.untagged(sender != 0 ? sender : Arp.targetAddress(bytes, cursor.at));
    }
    return table.untagged();
  }

  /** Everything that is not IPv4. */
  private Reason other(FrameBatch batch, int i) {
    NetworkGate.absent(batch, i);
    if (cursor.type == Ethernet.ETHERTYPE_IPV6) {
      batch.family[i] = 6;
      batch.l3[i] = cursor.at;
      batch.l3End[i] = cursor.end;
      return Reason.IPV6;
    }
    if (cursor.type != Ethernet.ETHERTYPE_ARP) {
      return Reason.ETHERTYPE;
    }
    Bytes bytes = batch.bytes;
    if (!Arp.isValid(bytes, cursor.at, cursor.end - cursor.at)) {
      return Reason.ARP_MALFORMED;
    }
    int target = Arp.targetAddress(bytes, cursor.at);
    batch.l3[i] = cursor.at;
    batch.l3End[i] = cursor.at + Arp.LENGTH;
    batch.sourceAddress[i] = Arp.senderAddress(bytes, cursor.at);
    batch.destinationAddress[i] = target;
    int segment = batch.segment[i];
    boolean between = table.contains(segment, target) && !table.isOwn(target);
    return between ? Reason.SWITCHED : null;
  }

  /** Whether a good IPv4 frame stays in its segment, or goes nowhere. */
  private Reason switched(FrameBatch batch, int i) {
    int segment = batch.segment[i];
    int destination = batch.destinationAddress[i];
    boolean toAll =
        Addresses.isMulticastOrBroadcast(destination) || destination == table.broadcast(segment);
    if (table.contains(segment, destination) || toAll) {
      return inside(batch, i, segment, destination, toAll);
    }
    return null;
  }

  private Reason inside(FrameBatch batch, int i, int segment, int destination, boolean toAll) {
    int source = batch.sourceAddress[i];
    if (toAll) {
      boolean dhcp = batch.protocol[i] == Ipv4.UDP && (batch.ports[i] & 0xffff) == 67;
      if (table.kind(segment) == SegmentTable.TIER) {
        return dhcp ? null : Reason.SWITCHED;
      }
      if (destination != table.broadcast(segment) || !table.contains(segment, source)) {
        return Reason.MULTICAST;
      }
    }
    boolean between =
        table.contains(segment, source) && !table.isOwn(source) && !table.isOwn(destination);
    return between ? Reason.SWITCHED : null;
  }
}
