package io.vpcrig.tunnel;

import static io.vpcrig.frame.FrameBatch.NONE;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.LinkType;
import io.vpcrig.frame.Verdict;
import io.vpcrig.header.Arp;
import io.vpcrig.header.Checksum;
import io.vpcrig.header.ChecksumPolicy;
import io.vpcrig.header.Ethernet;
import io.vpcrig.header.Ipv4;
import io.vpcrig.header.Sll;
import io.vpcrig.header.Sll2;
import io.vpcrig.header.Udp;
import io.vpcrig.header.Vlan;
import io.vpcrig.header.Vxlan;
import io.vpcrig.stage.Stage;
import io.vpcrig.stage.StageContext;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.telemetry.TraceStep;

/**
 * First stage: takes tags and tunnels off, finds the segment, checks every header and fills the
 * columns that {@link FrameBatch} says decap writes. Frames that stay inside their segment are
 * switched here. The bytes are left as they are.
 *
 * <pre>
 *   | Ethernet | tags | IPv4 | UDP | VXLAN | Ethernet | IPv4 | TCP ... |pad|   cut off  |
 *                     ^at           (one level is ours)  ^at            ^end           ^wireEnd
 * </pre>
 *
 * <p>Every column is defined afterwards for every frame, dropped ones too: what was not reached
 * holds its absent value. Thread: one worker; the fields without {@code final} are scratch of the
 * frame at hand.
 */
public final class DecapStage implements Stage {
  private final ChecksumPolicy policy;
  private final NetworkGate gate;
  private SegmentTable table;

  /** Next byte not understood yet, always at or before {@link #end}. */
  private int at;

  /** One past the last byte present that belongs to the frame, or to the inside of its tunnel. */
  private int end;

  /** Where {@link #end} would be if the capture had not cut the frame. */
  private int wireEnd;

  /** Ethernet type of what is at {@link #at}. */
  private int type;

  /** Tags with an id, and their ids, 12 bits each, the outermost highest. */
  private int tagCount;

  private int tagIds;

  public DecapStage(SegmentTable table, ChecksumPolicy policy) {
    this.table = table;
    this.policy = policy;
    this.gate = new NetworkGate(policy);
  }

  /** Takes another generation's table; between batches. */
  public void use(SegmentTable next) {
    table = next;
  }

  @Override
  public void process(FrameBatch batch, StageContext context) {
    int count = batch.liveCount;
    int decided = 0;
    for (int k = 0; k < count; k++) {
      int i = batch.live[k];
      Reason reason = decap(batch, i);
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
    Reason reason = link(batch, i);
    if (reason == null) {
      reason = segment(batch, i);
    } else {
      batch.segment[i] = NONE;
    }
    if (reason == null) {
      if (type == Ethernet.ETHERTYPE_IPV4) {
        reason = gate.ipv4(batch, i, at, end, wireEnd);
        return reason == null ? switched(batch, i) : reason;
      }
      reason = other(batch, i);
      return reason;
    }
    NetworkGate.absent(batch, i);
    return reason;
  }

  /** Takes off the link layer and its tags. */
  private Reason link(FrameBatch batch, int i) {
    Bytes bytes = batch.bytes;
    int start = batch.start[i];
    end = start + batch.length[i];
    wireEnd = end + batch.missing[i];
    tagCount = 0;
    tagIds = 0;
    if (batch.link[i] == LinkType.ETHERNET) {
      if (!Ethernet.isValid(bytes, start, end - start)) {
        return noLink(batch, i, Reason.ETHERNET_SHORT);
      }
      batch.l2[i] = start;
      batch.sourceMac[i] = Ethernet.source(bytes, start);
      type = Ethernet.type(bytes, start);
      at = start + Ethernet.LENGTH;
    } else {
      Reason reason = rare(batch, i, start);
      if (reason != null) {
        return reason;
      }
    }
    return Vlan.isTag(type) ? tags(bytes) : null;
  }

  /** Link types other than Ethernet. */
  private Reason rare(FrameBatch batch, int i, int start) {
    Bytes bytes = batch.bytes;
    noLink(batch, i, null);
    switch (batch.link[i]) {
      case LinkType.RAW -> {
        boolean six = end > start && bytes.u8(start) >>> 4 == 6;
        type = six ? Ethernet.ETHERTYPE_IPV6 : Ethernet.ETHERTYPE_IPV4;
        at = start;
      }
      case LinkType.IPV4 -> {
        type = Ethernet.ETHERTYPE_IPV4;
        at = start;
      }
      case LinkType.IPV6 -> {
        type = Ethernet.ETHERTYPE_IPV6;
        at = start;
      }
      case LinkType.LINUX_SLL -> {
        if (!Sll.isValid(bytes, start, end - start)) {
          return Reason.ETHERNET_SHORT;
        }
        type = Sll.hasType(Sll.hardware(bytes, start)) ? Sll.type(bytes, start) : 0;
        batch.sourceMac[i] = Sll.source(bytes, start);
        at = start + Sll.LENGTH;
      }
      case LinkType.LINUX_SLL2 -> {
        if (!Sll2.isValid(bytes, start, end - start)) {
          return Reason.ETHERNET_SHORT;
        }
        type = Sll.hasType(Sll2.hardware(bytes, start)) ? Sll2.type(bytes, start) : 0;
        batch.sourceMac[i] = Sll2.source(bytes, start);
        at = start + Sll2.LENGTH;
      }
      default -> {
        return Reason.LINK_UNSUPPORTED;
      }
    }
    return null;
  }

  private static Reason noLink(FrameBatch batch, int i, Reason reason) {
    batch.l2[i] = NONE;
    batch.sourceMac[i] = 0;
    return reason;
  }

  /** Takes off all tags; those of id 0 only carry a priority and count for nothing. */
  private Reason tags(Bytes bytes) {
    do {
      if (end - at < Vlan.LENGTH) {
        return Reason.VLAN_SHORT;
      }
      int id = bytes.u16(at) & Vlan.ID_MASK;
      if (id != 0) {
        tagCount++;
        tagIds = tagIds << 12 | id;
      }
      type = bytes.u16(at + 2);
      at += Vlan.LENGTH;
    } while (Vlan.isTag(type));
    return null;
  }

  /** Finds the segment, by tunnel, tags or source address. */
  private Reason segment(FrameBatch batch, int i) {
    if (type == Ethernet.ETHERTYPE_IPV4 && table.hasVxlan()) {
      int udp = tunnelHeader(batch.bytes);
      if (udp != NONE) {
        batch.segment[i] = NONE;
        return tunnel(batch, i, udp);
      }
    }
    int segment;
    if (tagCount == 0) {
      segment = untagged(batch.bytes);
      batch.segment[i] = segment;
      boolean placeable = type == Ethernet.ETHERTYPE_IPV4 || type == Ethernet.ETHERTYPE_ARP;
      return segment == NONE && placeable ? Reason.SEGMENT_UNTAGGED : null;
    }
    if (tagCount == 1) {
      segment = table.byVlan(tagIds);
    } else {
      segment = tagCount == 2 ? table.byQinq(tagIds >>> 12, tagIds & Vlan.ID_MASK) : NONE;
    }
    batch.segment[i] = segment;
    return segment == NONE ? Reason.VLAN_UNKNOWN : null;
  }

  private int untagged(Bytes bytes) {
    int present = end - at;
    if (type == Ethernet.ETHERTYPE_IPV4 && present >= Ipv4.MIN_LENGTH) {
      return table.untagged(Ipv4.source(bytes, at));
    }
    if (type == Ethernet.ETHERTYPE_ARP && present >= Arp.LENGTH) {
      int sender = Arp.senderAddress(bytes, at);
      return table.untagged(sender != 0 ? sender : Arp.targetAddress(bytes, at));
    }
    return table.untagged();
  }

  /** The UDP header of what may be a tunnel packet by its ports, or NONE. */
  private int tunnelHeader(Bytes bytes) {
    if (!Ipv4.isValid(bytes, at, end - at)
        || Ipv4.protocol(bytes, at) != Ipv4.UDP
        || (Ipv4.fragment(bytes, at) & Ipv4.FRAGMENT_OFFSET_MASK) != 0) {
      return NONE;
    }
    int udp = at + Ipv4.headerLength(bytes, at);
    if (end - udp < Udp.LENGTH || !table.acceptsVxlanPort(Udp.destinationPort(bytes, udp))) {
      return NONE;
    }
    return udp;
  }

  /** Takes off the tunnel; leaves {@link #at}, {@link #end} and {@link #type} inside it. */
  private Reason tunnel(FrameBatch batch, int i, int udp) {
    Bytes bytes = batch.bytes;
    int ipEnd = at + Ipv4.totalLength(bytes, at);
    int udpEnd = udp + Udp.length(bytes, udp);
    if (Ipv4.isFragment(Ipv4.fragment(bytes, at))
        || ipEnd > wireEnd
        || !Udp.isValid(bytes, udp, ipEnd - udp)
        || !Addresses.isUnicast(Ipv4.source(bytes, at))
        || policy == ChecksumPolicy.VERIFY && !isOuterRight(bytes, udp, udpEnd)) {
      return Reason.VXLAN_OUTER;
    }
    batch.remoteEndpoint[i] = Ipv4.source(bytes, at);
    wireEnd = udpEnd;
    end = Math.min(end, udpEnd);
    int vxlan = udp + Udp.LENGTH;
    if (!Vxlan.isValid(bytes, vxlan, end - vxlan)) {
      return Reason.VXLAN_SHORT;
    }
    if (!Vxlan.hasVni(bytes, vxlan)) {
      return Reason.VXLAN_FLAGS;
    }
    int segment = table.byVni(Vxlan.vni(bytes, vxlan));
    if (segment == NONE) {
      return Reason.VNI_UNKNOWN;
    }
    batch.segment[i] = segment;
    int inner = vxlan + Vxlan.LENGTH;
    if (!Ethernet.isValid(bytes, inner, end - inner)) {
      return noLink(batch, i, Reason.ETHERNET_SHORT);
    }
    batch.l2[i] = inner;
    batch.sourceMac[i] = Ethernet.source(bytes, inner);
    type = Ethernet.type(bytes, inner);
    at = inner + Ethernet.LENGTH;
    return Vlan.isTag(type) ? Reason.VXLAN_INNER_TAG : null;
  }

  private boolean isOuterRight(Bytes bytes, int udp, int udpEnd) {
    return Ipv4.isChecksumRight(bytes, at)
        && (Udp.checksum(bytes, udp) == 0
            || udpEnd > end
            || Checksum.isTransportRight(bytes, at, udp, udpEnd));
  }

  /** Everything that is not IPv4. */
  private Reason other(FrameBatch batch, int i) {
    NetworkGate.absent(batch, i);
    if (type == Ethernet.ETHERTYPE_IPV6) {
      batch.family[i] = 6;
      batch.l3[i] = at;
      batch.l3End[i] = end;
      return Reason.IPV6;
    }
    if (type != Ethernet.ETHERTYPE_ARP) {
      return Reason.ETHERTYPE;
    }
    Bytes bytes = batch.bytes;
    if (!Arp.isValid(bytes, at, end - at)) {
      return Reason.ARP_MALFORMED;
    }
    int target = Arp.targetAddress(bytes, at);
    batch.l3[i] = at;
    batch.l3End[i] = at + Arp.LENGTH;
    batch.sourceAddress[i] = Arp.senderAddress(bytes, at);
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
