package io.vpcrig.tunnel;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.LinkType;
import io.vpcrig.frame.Verdict;
import io.vpcrig.header.ChecksumPolicy;
import io.vpcrig.header.PlainChecksum;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Segment;
import io.vpcrig.model.StaticRoute;
import io.vpcrig.model.Vpc;
import io.vpcrig.telemetry.Reason;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Decapsulation written to be read, one frame at a time from the model itself: the oracle for
 * {@link DecapStage}. Allocates, throws, compares text; shares no code with the product but enums
 * and model.
 */
final class PlainDecap {
  private static final Set<String> LEGAL_TCP_FLAGS =
      Set.of("S", "SU", "SA", "R", "RA", "FA", "FAU", "A", "AU");
  private static final Set<Integer> TAG_TYPES = Set.of(0x8100, 0x88a8, 0x9100);
  private static final Set<Integer> WITH_IDENTIFIER = Set.of(0, 8, 13, 14, 15, 16, 17, 18);

  private final Vpc vpc;
  private final List<Segment> segments;
  private final Set<Integer> own = new HashSet<>();
  private final boolean verify;
  private final byte[] frame;

  // The record under construction; positions count from the frame's first byte.
  private int segment = -1;
  private int l2 = -1;
  private long sourceMac;
  private int remoteEndpoint;
  private int l3 = -1;
  private int l4 = -1;
  private int l3End = -1;
  private int family;
  private int source;
  private int destination;
  private int ports;
  private int protocol;
  private int tcpFlags;
  private int fragment;

  private PlainDecap(Vpc vpc, ChecksumPolicy policy, byte[] frame) {
    this.vpc = vpc;
    this.segments = vpc.segments();
    segments.forEach(s -> own.add(s.address()));
    own.addAll(vpc.publicAddresses());
    own.addAll(vpc.virtualAddresses().keySet());
    this.verify = policy == ChecksumPolicy.VERIFY;
    this.frame = frame;
  }

  /** What becomes of a frame of which the capture cut off {@code missing} bytes. */
  static Decapped of(Vpc vpc, ChecksumPolicy policy, byte[] frame, int link, int missing) {
    PlainDecap decap = new PlainDecap(vpc, policy, frame);
    try {
      decap.link(link, missing);
    } catch (Decided decided) {
      return decap.record(decided.reason);
    }
    return decap.record(null);
  }

  private Decapped record(Reason reason) {
    byte verdict =
        reason == null
            ? Verdict.PENDING
            : reason == Reason.SWITCHED ? Verdict.SWITCH : Verdict.DROP;
    return new Decapped(
        verdict,
        reason,
        segment,
        l2,
        sourceMac,
        remoteEndpoint,
        l3,
        l4,
        l3End,
        family,
        source,
        destination,
        ports,
        protocol,
        tcpFlags,
        fragment,
        verdict == Verdict.SWITCH ? segment : FrameBatch.NONE);
  }

  private void link(int link, int missing) {
    int end = frame.length;
    int wireEnd = end + missing;
    switch (link) {
      case LinkType.ETHERNET -> {
        need(end, 14, Reason.ETHERNET_SHORT);
        l2 = 0;
        sourceMac = mac(6);
        tags(u16(12), 14, end, wireEnd);
      }
      case LinkType.RAW -> tags(end > 0 && u8(0) >> 4 == 6 ? 0x86dd : 0x0800, 0, end, wireEnd);
      case LinkType.IPV4 -> tags(0x0800, 0, end, wireEnd);
      case LinkType.IPV6 -> tags(0x86dd, 0, end, wireEnd);
      case LinkType.LINUX_SLL -> {
        need(end, 16, Reason.ETHERNET_SHORT);
        sourceMac = u16(4) == 6 ? mac(6) : 0;
        tags(cookedType(u16(2), u16(14)), 16, end, wireEnd);
      }
      case LinkType.LINUX_SLL2 -> {
        need(end, 20, Reason.ETHERNET_SHORT);
        sourceMac = u8(11) == 6 ? mac(12) : 0;
        tags(cookedType(u16(8), u16(0)), 20, end, wireEnd);
      }
      default -> throw new Decided(Reason.LINK_UNSUPPORTED);
    }
  }

  private static int cookedType(int hardware, int type) {
    return Set.of(770, 803, 824).contains(hardware) ? 0 : type;
  }

  private void tags(int firstType, int from, int end, int wireEnd) {
    List<Integer> ids = new ArrayList<>();
    int type = firstType;
    int at = from;
    while (TAG_TYPES.contains(type)) {
      need(end, at + 4, Reason.VLAN_SHORT);
      if (u16(at) % 4096 != 0) {
        ids.add(u16(at) % 4096);
      }
      type = u16(at + 2);
      at += 4;
    }
    if (type == 0x0800 && isTunnelPacket(at, end)) {
      tunnel(at, end, wireEnd);
      return;
    }
    if (ids.isEmpty()) {
      segment = untagged(type, at, end);
      if (segment < 0 && (type == 0x0800 || type == 0x0806)) {
        throw new Decided(Reason.SEGMENT_UNTAGGED);
      }
    } else {
      segment = tagged(ids);
      if (segment < 0) {
        throw new Decided(Reason.VLAN_UNKNOWN);
      }
    }
    network(type, at, end, wireEnd);
  }

  private int tagged(List<Integer> ids) {
    Encapsulation wanted =
        switch (ids.size()) {
          case 1 -> ids.get(0) > 4094 ? null : new Encapsulation.Vlan(ids.get(0));
          case 2 ->
              ids.get(0) > 4094 || ids.get(1) > 4094
                  ? null
                  : new Encapsulation.QinQ(ids.get(0), ids.get(1));
          default -> null;
        };
    return wanted == null ? -1 : find(wanted);
  }

  private int find(Encapsulation wanted) {
    for (Segment candidate : segments) {
      if (candidate.encapsulation().equals(wanted)) {
        return segments.indexOf(candidate);
      }
    }
    return -1;
  }

  private int untagged(int type, int at, int end) {
    if (type == 0x0800 && end - at >= 20) {
      return owner(i32(at + 12));
    }
    if (type == 0x0806 && end - at >= 28) {
      return owner(i32(at + 14) != 0 ? i32(at + 14) : i32(at + 24));
    }
    return bare();
  }

  private int owner(int address) {
    int best = -1;
    int longest = -1;
    for (int k = 0; k < segments.size(); k++) {
      Cidr subnet = segments.get(k).subnet();
      if (subnet.contains(address) && subnet.length() > longest) {
        best = k;
        longest = subnet.length();
      }
    }
    for (StaticRoute route : vpc.staticRoutes()) {
      if (route.cidr().contains(address) && route.cidr().length() > longest) {
        longest = route.cidr().length();
        for (int k = 0; k < segments.size(); k++) {
          best = segments.get(k).name().equals(route.gateway()) ? k : best;
        }
      }
    }
    return best >= 0 ? best : bare();
  }

  private int bare() {
    if (vpc.publics().isEmpty()) {
      return find(new Encapsulation.Untagged());
    }
    for (Segment.Public candidate : vpc.publics()) {
      if (candidate.encapsulation() instanceof Encapsulation.Untagged) {
        return segments.indexOf(candidate);
      }
    }
    return 0;
  }

  private boolean isTunnelPacket(int at, int end) {
    boolean any = segments.stream().anyMatch(s -> s.encapsulation() instanceof Encapsulation.Vxlan);
    if (!any || end - at < 20 || u8(at) >> 4 != 4) {
      return false;
    }
    int header = (u8(at) & 15) * 4;
    return header >= 20
        && end - at >= header + 8
        && u16(at + 2) >= header
        && u8(at + 9) == 17
        && u16(at + 6) % 8192 == 0
        && vpc.vxlan().acceptPorts().contains(u16(at + header + 2));
  }

  private void tunnel(int ip, int end, int wireEnd) {
    int udp = ip + (u8(ip) & 15) * 4;
    int ipEnd = ip + u16(ip + 2);
    int udpEnd = udp + u16(udp + 4);
    boolean good =
        (u16(ip + 6) & 0x2000) == 0
            && ipEnd <= wireEnd
            && u16(udp + 4) >= 8
            && udpEnd <= ipEnd
            && isHost(i32(ip + 12));
    if (good && verify) {
      good = PlainChecksum.sum(frame, ip, udp - ip) == 0xffff;
      if (good && u16(udp + 6) != 0 && udpEnd <= end) {
        good = transportSum(ip, udp, udpEnd - udp) == 0xffff;
      }
    }
    if (!good) {
      throw new Decided(Reason.VXLAN_OUTER);
    }
    remoteEndpoint = i32(ip + 12);
    int innerEnd = Math.min(end, udpEnd);
    int vxlan = udp + 8;
    need(innerEnd, vxlan + 8, Reason.VXLAN_SHORT);
    if ((u8(vxlan) & 8) == 0) {
      throw new Decided(Reason.VXLAN_FLAGS);
    }
    int vni = u16(vxlan + 4) * 256 + u8(vxlan + 6);
    segment = vni > 16_777_214 ? -1 : find(new Encapsulation.Vxlan(vni));
    if (segment < 0) {
      throw new Decided(Reason.VNI_UNKNOWN);
    }
    l2 = -1;
    sourceMac = 0;
    need(innerEnd, vxlan + 8 + 14, Reason.ETHERNET_SHORT);
    l2 = vxlan + 8;
    sourceMac = mac(l2 + 6);
    int type = u16(l2 + 12);
    if (TAG_TYPES.contains(type)) {
      throw new Decided(Reason.VXLAN_INNER_TAG);
    }
    network(type, l2 + 14, innerEnd, udpEnd);
  }

  private void network(int type, int at, int end, int wireEnd) {
    switch (type) {
      case 0x0800 -> ipv4(at, end, wireEnd);
      case 0x0806 -> arp(at, end);
      case 0x86dd -> {
        family = 6;
        l3 = at;
        l3End = end;
        throw new Decided(Reason.IPV6);
      }
      default -> throw new Decided(Reason.ETHERTYPE);
    }
  }

  private void arp(int at, int end) {
    need(end, at + 28, Reason.ARP_MALFORMED);
    boolean good = u16(at) == 1 && u16(at + 2) == 0x0800 && u8(at + 4) == 6 && u8(at + 5) == 4;
    if (!good || u16(at + 6) != 1 && u16(at + 6) != 2) {
      throw new Decided(Reason.ARP_MALFORMED);
    }
    l3 = at;
    l3End = at + 28;
    source = i32(at + 14);
    destination = i32(at + 24);
    Segment in = segments.get(segment);
    if (in.subnet().contains(destination) && !own.contains(destination)) {
      throw new Decided(Reason.SWITCHED);
    }
  }

  private void ipv4(int at, int end, int wireEnd) {
    if (end - at < 20) {
      throw new Decided(wireEnd - at >= 20 ? Reason.IPV4_TRUNCATED : Reason.IPV4_LENGTH);
    }
    int header = (u8(at) & 15) * 4;
    int total = u16(at + 2);
    if (u8(at) >> 4 != 4 || header < 20) {
      throw new Decided(Reason.IPV4_HEADER);
    }
    if (total < header || wireEnd - at < header) {
      throw new Decided(Reason.IPV4_LENGTH);
    }
    need(end, at + header, Reason.IPV4_TRUNCATED);
    l3 = at;
    l3End = at + total;
    family = 4;
    source = i32(at + 12);
    destination = i32(at + 16);
    protocol = u8(at + 9);
    fragment = u16(at + 6);
    if (l3End > wireEnd) {
      throw new Decided(Reason.IPV4_LENGTH);
    }
    if (verify && PlainChecksum.sum(frame, at, header) != 0xffff) {
      throw new Decided(Reason.IPV4_CHECKSUM);
    }
    boolean asking = source >>> 24 == 0 && destination == -1;
    boolean reachable = destination >>> 24 != 0 && destination >>> 24 != 127;
    if (!asking && (!isHost(source) || !reachable)) {
      throw new Decided(Reason.IPV4_ADDRESS);
    }
    sourceRoute(at + 20, at + header);
    if (fragment % 8192 == 0) {
      transport(at + header, end);
    }
    stay();
  }

  private void sourceRoute(int from, int to) {
    int at = from;
    while (at < to && u8(at) != 0) {
      if (u8(at) == 0x83 || u8(at) == 0x89) {
        throw new Decided(Reason.IPV4_SOURCE_ROUTE);
      }
      if (u8(at) == 1) {
        at++;
      } else if (at + 1 == to || u8(at + 1) < 2) {
        return;
      } else {
        at += u8(at + 1);
      }
    }
  }

  private void transport(int at, int end) {
    boolean more = (fragment & 0x2000) != 0;
    int length = l3End - at;
    int least = protocol == 6 ? 20 : protocol == 17 || protocol == 1 ? 8 : 0;
    if (length < least) {
      throw new Decided(Reason.L4_SHORT);
    }
    need(end, at + least, Reason.IPV4_TRUNCATED);
    l4 = at;
    int covered = length;
    if (protocol == 6) {
      ports = i32(at);
      tcpFlags = u8(at + 13);
      int header = (u8(at + 12) >> 4) * 4;
      if (header < 20 || !LEGAL_TCP_FLAGS.contains(flagLetters(tcpFlags))) {
        throw new Decided(Reason.TCP_HEADER);
      }
      if (header > length) {
        throw new Decided(more ? Reason.L4_SHORT : Reason.TCP_HEADER);
      }
      need(end, at + header, Reason.IPV4_TRUNCATED);
    } else if (protocol == 17) {
      ports = i32(at);
      covered = u16(at + 4);
      if (covered < 8 || covered > length && !more) {
        throw new Decided(Reason.UDP_LENGTH);
      }
    } else if (protocol == 1) {
      int identifier = WITH_IDENTIFIER.contains(u8(at)) ? u16(at + 4) : 0;
      ports = identifier * 65536 + u16(at);
    }
    boolean checked = least > 0 && (protocol != 17 || u16(at + 6) != 0);
    if (verify && checked && !more && l3End <= end && transportSum(l3, at, covered) != 0xffff) {
      throw new Decided(Reason.L4_CHECKSUM);
    }
  }

  private int transportSum(int ip, int at, int length) {
    int sum = PlainChecksum.sum(frame, at, length);
    int number = u8(ip + 9);
    return number == 1
        ? sum
        : PlainChecksum.add(
            sum, PlainChecksum.pseudoHeader(i32(ip + 12), i32(ip + 16), number, length));
  }

  private void stay() {
    Segment in = segments.get(segment);
    Cidr subnet = in.subnet();
    boolean subnetBroadcast = subnet.length() < 31 && destination == subnet.last();
    boolean everybody = destination >>> 28 == 14 || destination == -1;
    boolean fromHere = subnet.contains(source);
    if (in instanceof Segment.Tier && (subnetBroadcast || everybody)) {
      if (protocol != 17 || (ports & 0xffff) != 67) {
        throw new Decided(Reason.SWITCHED);
      }
      return;
    }
    if (everybody || subnetBroadcast && !fromHere) {
      throw new Decided(Reason.MULTICAST);
    }
    if (fromHere
        && subnet.contains(destination)
        && !own.contains(source)
        && !own.contains(destination)) {
      throw new Decided(Reason.SWITCHED);
    }
  }

  /** The flags that matter, as letters. */
  private static String flagLetters(int flags) {
    return ((flags & 1) != 0 ? "F" : "")
        + ((flags & 2) != 0 ? "S" : "")
        + ((flags & 4) != 0 ? "R" : "")
        + ((flags & 16) != 0 ? "A" : "")
        + ((flags & 32) != 0 ? "U" : "");
  }

  private static boolean isHost(int address) {
    String text = Ipv4Text.format(address);
    int first = Integer.parseInt(text.substring(0, text.indexOf('.')));
    return first != 0
        && first != 127
        && (first < 224 || first > 239)
        && !text.equals("255.255.255.255");
  }

  private static void need(int end, int until, Reason otherwise) {
    if (end < until) {
      throw new Decided(otherwise);
    }
  }

  private int u8(int at) {
    return frame[at] & 0xff;
  }

  private int u16(int at) {
    return u8(at) * 256 + u8(at + 1);
  }

  private int i32(int at) {
    return u16(at) << 16 | u16(at + 2);
  }

  private long mac(int at) {
    return (long) u16(at) << 32 | i32(at + 2) & 0xffff_ffffL;
  }

  private static final class Decided extends RuntimeException {
    private static final long serialVersionUID = 1L;
    final transient Reason reason;

    Decided(Reason reason) {
      super(reason.dottedName(), null, false, false);
      this.reason = reason;
    }
  }
}
