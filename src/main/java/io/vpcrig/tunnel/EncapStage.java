package io.vpcrig.tunnel;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.LinkType;
import io.vpcrig.header.Checksum;
import io.vpcrig.header.Ethernet;
import io.vpcrig.header.Ipv4;
import io.vpcrig.header.Udp;
import io.vpcrig.header.Vlan;
import io.vpcrig.header.Vxlan;
import io.vpcrig.model.Segment;
import io.vpcrig.stage.Stage;
import io.vpcrig.stage.StageContext;
import io.vpcrig.telemetry.TraceStep;

/**
 * Last stage: wraps every live frame for the segment it leaves by. What stood before the IPv4 or
 * ARP header is written over, padding behind the datagram is left away, and the frame is Ethernet
 * from now on. Reads l3, l3End, family, outSegment, nextHopMac and nextHopEndpoint (of extras too);
 * writes start, length, missing and link. Verdicts are not touched.
 *
 * <pre>
 *   l3-64          l3-50          l3-30 l3-22   l3-14          l3
 *   | Ethernet 14  | IPv4 20      |UDP 8|VXLAN 8| Ethernet 14  | IPv4 ...    VXLAN
 *                          l3-22  | Ethernet 12 |S-tag 4|C-tag 4|type 2| IPv4 ...    QinQ
 * </pre>
 *
 * Outer headers are of the IPv4 datagram as it was on the wire, also where the capture cut it. A
 * tunnel packet longer than 65535 bytes (only captures made with segmentation offload have such)
 * carries 0 in both outer length fields, as Linux' BIG TCP does. Thread: one worker.
 */
public final class EncapStage implements Stage {
  private static final int UDP_FROM_INNER = Udp.LENGTH + Vxlan.LENGTH + Ethernet.LENGTH;
  private static final int VXLAN_PUSH = Ethernet.LENGTH + Ipv4.MIN_LENGTH + UDP_FROM_INNER;

  private SegmentTable table;
  private long outerMac;

  /** Sum of the outer IPv4 header's constant words and the source address. */
  private long outerSum;

  public EncapStage(SegmentTable table) {
    use(table);
  }

  /** Takes another generation's table; between batches. */
  public void use(SegmentTable next) {
    table = next;
    int local = next.localEndpoint();
    outerMac = Segment.derivedMac(local);
    outerSum = 0x4500 + Ipv4.DONT_FRAGMENT + 0x4011 + (local >>> 16) + (local & 0xffff);
  }

  @Override
  public void process(FrameBatch batch, StageContext context) {
    int count = batch.liveCount;
    for (int k = 0; k < count; k++) {
      int i = batch.live[k];
      encap(batch, i);
      if (batch.trace[i] != 0) {
        context.trace(batch, i, TraceStep.ENCAP, batch.outSegment[i], 0, 0, 0);
      }
    }
  }

  private void encap(FrameBatch batch, int i) {
    Bytes bytes = batch.bytes;
    int segment = batch.outSegment[i];
    int l3 = batch.l3[i];
    int datagram = batch.l3End[i] - l3;
    int present = Math.min(batch.start[i] + batch.length[i] - l3, datagram);
    long destination = batch.nextHopMac[i];
    long source = table.routerMacs[segment];
    int type = batch.family[i] == 4 ? Ethernet.ETHERTYPE_IPV4 : Ethernet.ETHERTYPE_ARP;
    int tag = table.tags[segment];
    int start;
    switch (table.encapsulations[segment]) {
      case SegmentTable.VXLAN -> {
        start = l3 - VXLAN_PUSH;
        int port = Vxlan.FIRST_SOURCE_PORT | flowHash(bytes, l3, present, type) & 0x3fff;
        vxlan(bytes, start, tag, batch.nextHopEndpoint[i], port, datagram, destination);
        bytes.putI64(l3 - 8, source << 16 | type);
      }
      case SegmentTable.VLAN -> {
        start = l3 - Ethernet.LENGTH - Vlan.LENGTH;
        Ethernet.write(bytes, start, destination, source, Ethernet.ETHERTYPE_VLAN);
        bytes.putI32(l3 - 4, tag << 16 | type);
      }
      case SegmentTable.QINQ -> {
        start = l3 - Ethernet.LENGTH - 2 * Vlan.LENGTH;
        Ethernet.write(bytes, start, destination, source, Ethernet.ETHERTYPE_SERVICE_VLAN);
        bytes.putI64(
            l3 - 8,
            (long) (tag >>> 12) << 48
                | (long) Ethernet.ETHERTYPE_VLAN << 32
                | (long) (tag & Vlan.ID_MASK) << 16
                | type);
      }
      default -> {
        start = l3 - Ethernet.LENGTH;
        Ethernet.write(bytes, start, destination, source, type);
      }
    }
    batch.start[i] = start;
    batch.length[i] = l3 + present - start;
    batch.missing[i] = datagram - present;
    batch.link[i] = LinkType.ETHERNET;
  }

  /**
   * Writes outer Ethernet, IPv4, UDP and VXLAN headers and the inner destination MAC: 56 bytes.
   *
   * @param endpoint far tunnel endpoint; 0: the network's multicast group
   * @param datagram bytes of the inner IPv4 datagram on the wire
   */
  private void vxlan(
      Bytes bytes, int start, int vni, int endpoint, int port, int datagram, long innerMac) {
    int to = endpoint != 0 ? endpoint : group(vni);
    long mac = Addresses.isMulticast(to) ? Ethernet.multicastMac(to) : Segment.derivedMac(to);
    int udpLength = UDP_FROM_INNER + datagram;
    int total = Ipv4.MIN_LENGTH + udpLength;
    if (total > 0xffff) {
      total = 0;
      udpLength = 0;
    }
    long from = table.localEndpoint() & 0xffff_ffffL;
    int checksum = Checksum.finish(outerSum + total + (to >>> 16) + (to & 0xffff));
    bytes.putI64(start, mac << 16 | outerMac >>> 32);
    bytes.putI64(start + 8, outerMac << 32 | (long) Ethernet.ETHERTYPE_IPV4 << 16 | 0x4500);
    bytes.putI64(start + 16, (long) total << 48 | (long) Ipv4.DONT_FRAGMENT << 16 | 0x4011);
    bytes.putI64(start + 24, (long) checksum << 48 | from << 16 | to >>> 16);
    bytes.putI64(
        start + 32,
        (long) to << 48 | (long) port << 32 | (long) table.vxlanPort() << 16 | udpLength);
    bytes.putI64(start + 40, (long) Vxlan.FLAG_I << 40 | vni >>> 8);
    bytes.putI64(start + 48, (long) vni << 56 | innerMac);
  }

  /** The group Linux and CloudStack use for a network: 239 and the identifier's three bytes. */
  static int group(int vni) {
    return 239 << 24 | vni;
  }

  /**
   * Hash of the inner flow as it leaves, for the UDP source port (RFC 7348 5): addresses and
   * protocol, and ports except in fragments, so that all fragments of a datagram take one way.
   */
  private static int flowHash(Bytes bytes, int l3, int present, int type) {
    if (type != Ethernet.ETHERTYPE_IPV4) {
      return 0;
    }
    int protocol = Ipv4.protocol(bytes, l3);
    int l4 = Ipv4.headerLength(bytes, l3);
    boolean ported =
        (protocol == Ipv4.TCP || protocol == Ipv4.UDP)
            && !Ipv4.isFragment(Ipv4.fragment(bytes, l3))
            && present >= l4 + 4;
    int hash = Ipv4.source(bytes, l3) * 0x9e37_79b9;
    hash = (hash ^ Ipv4.destination(bytes, l3)) * 0x85eb_ca6b;
    hash = (hash ^ hash >>> 15 ^ (ported ? bytes.i32(l3 + l4) : 0)) * 0xc2b2_ae35;
    hash = (hash ^ hash >>> 13 ^ protocol) * 0x9e37_79b9;
    return hash >>> 16;
  }
}
