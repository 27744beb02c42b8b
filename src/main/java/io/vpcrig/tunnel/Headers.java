package io.vpcrig.tunnel;

import io.vpcrig.frame.Bytes;
import io.vpcrig.header.Checksum;
import io.vpcrig.header.Ethernet;
import io.vpcrig.header.Ipv4;
import io.vpcrig.header.Udp;
import io.vpcrig.header.Vlan;
import io.vpcrig.header.Vxlan;
import io.vpcrig.model.Segment;

/**
 * What stands before the IPv4 header of a frame that leaves, made once for each segment: a line of
 * 64 bytes that is copied to just before the header, with all but what depends on the frame. Of a
 * tagged or plain frame only the end of the line counts.
 *
 * <pre>
 *   0           14      30 34   48    50   58        64
 *   | Ethernet  | IPv4 20 | UDP 8 | VXLAN 8 | Ethernet |   VXLAN
 *                            42      | Ethernet, S- and C-tag |
 *                               46   | Ethernet, tag          |
 *                                  50| Ethernet               |
 * </pre>
 *
 * A line for each next hop would have the MACs and the endpoint too; but with some thousand next
 * hops those lines miss the second-level cache, which takes longer than putting the addresses in
 * (measured with 4,000: 20 ns a frame).
 *
 * <p>Thread: one worker.
 */
public final class Headers implements AutoCloseable {
  /** Bytes of a line. */
  public static final int LINE = 64;

  private static final int ROW_SHIFT = 7;

  /**
   * Behind the line: bytes pushed; sum of the outer IPv4 header so far; the network's multicast
   * group.
   */
  private static final int LENGTH = 64;

  private static final int SUM = 68;
  private static final int GROUP = 72;

  /** Outer IPv4, UDP, VXLAN and inner Ethernet. */
  private static final int OUTER = Ipv4.MIN_LENGTH + Udp.LENGTH + Vxlan.LENGTH + Ethernet.LENGTH;

  private static final int MOST = 0xffff;

  private Bytes rows = Bytes.allocate(1 << ROW_SHIFT);
  private SegmentTable table;

  /** Goes by a table; before anything else, and between batches. */
  // Tables are never compared by what is in them.
  @SuppressWarnings("ReferenceEquality")
  public void use(SegmentTable next) {
    if (next == table) {
      return;
    }
    table = next;
    rows.close();
    rows = Bytes.allocate(Math.max(1, next.size()) << ROW_SHIFT);
    for (int segment = 0; segment < next.size(); segment++) {
      make(segment << ROW_SHIFT, segment);
    }
  }

  /** The row of a segment, a {@link Bytes#window}. */
  private long row(int segment) {
    return rows.window(segment << ROW_SHIFT, 1 << ROW_SHIFT);
  }

  /**
   * Writes everything that stands before an IPv4 header.
   *
   * @param at where the line goes, a window of {@link #LINE} bytes that ends at the IPv4 header
   * @param segment segment that the frame leaves by
   * @param mac next hop's
   * @param endpoint far tunnel endpoint; 0: the network's multicast group
   * @param datagram bytes of the datagram; where a tunnel packet is longer than 65535 bytes its
   *     length fields are 0
   * @param flowHash {@link #flowHash}
   * @return bytes that count, 14..64
   */
  public int write(long at, int segment, long mac, int endpoint, int datagram, int flowHash) {
    long row = row(segment);
    int length = Bytes.raw32(row + LENGTH);
    long to = Long.reverseBytes(mac) >>> 16;
    if (length == LINE) {
      tunnel(at, row, to, endpoint, datagram, flowHash);
      return length;
    }
    Bytes.putRaw64(at + 40, Bytes.raw64(row + 40));
    Bytes.putRaw64(at + 48, Bytes.raw64(row + 48));
    Bytes.putRaw64(at + 56, Bytes.raw64(row + 56));
    long ethernet = at + LINE - length;
    Bytes.putRaw32(ethernet, (int) to);
    Bytes.putRaw16(ethernet + 4, (int) (to >>> 32));
    return length;
  }

  /** Fields are put in by OR: they are 0 in the line. */
  private static void tunnel(
      long at, long row, long innerMac, int endpoint, int datagram, int flowHash) {
    int to = endpoint != 0 ? endpoint : Bytes.raw32(row + GROUP);
    long mac = Addresses.isMulticast(to) ? Ethernet.multicastMac(to) : Segment.derivedMac(to);
    int total = datagram + OUTER;
    int udpLength = total - Ipv4.MIN_LENGTH;
    if (total > MOST) {
      total = 0;
      udpLength = 0;
    }
    int checksum =
        Checksum.finish((long) Bytes.raw32(row + SUM) + total + (to >>> 16) + (to & 0xffff));
    int port = Vxlan.FIRST_SOURCE_PORT | flowHash & 0x3fff;
    long toSwapped = Integer.reverseBytes(to) & 0xffff_ffffL;
    Bytes.putRaw64(at, Bytes.raw64(row) | Long.reverseBytes(mac) >>> 16);
    Bytes.putRaw64(at + 8, Bytes.raw64(row + 8));
    Bytes.putRaw64(at + 16, Bytes.raw64(row + 16) | Bytes.swap16(total));
    Bytes.putRaw64(at + 24, Bytes.raw64(row + 24) | Bytes.swap16(checksum) | toSwapped << 48);
    Bytes.putRaw64(
        at + 32,
        Bytes.raw64(row + 32)
            | toSwapped >>> 16
            | (long) Bytes.swap16(port) << 16
            | (long) Bytes.swap16(udpLength) << 48);
    Bytes.putRaw64(at + 40, Bytes.raw64(row + 40));
    Bytes.putRaw64(at + 48, Bytes.raw64(row + 48) | innerMac << 16);
    Bytes.putRaw64(at + 56, Bytes.raw64(row + 56));
  }

  private void make(int at, int segment) {
    int end = at + LINE;
    int tag = table.tags[segment];
    long source = table.routerMacs[segment];
    int length;
    switch (table.encapsulations[segment]) {
      case SegmentTable.VXLAN -> {
        length = LINE;
        tunnel(at, tag);
        Ethernet.write(rows, end - Ethernet.LENGTH, 0, source, Ethernet.ETHERTYPE_IPV4);
      }
      case SegmentTable.VLAN -> {
        length = Ethernet.LENGTH + Vlan.LENGTH;
        Ethernet.write(rows, end - length, 0, source, Ethernet.ETHERTYPE_VLAN);
        rows.putI32(end - 4, tag << 16 | Ethernet.ETHERTYPE_IPV4);
      }
      case SegmentTable.QINQ -> {
        length = Ethernet.LENGTH + 2 * Vlan.LENGTH;
        Ethernet.write(rows, end - length, 0, source, Ethernet.ETHERTYPE_SERVICE_VLAN);
        rows.putI32(end - 8, tag >>> 12 << 16 | Ethernet.ETHERTYPE_VLAN);
        rows.putI32(end - 4, (tag & Vlan.ID_MASK) << 16 | Ethernet.ETHERTYPE_IPV4);
      }
      default -> {
        length = Ethernet.LENGTH;
        Ethernet.write(rows, end - length, 0, source, Ethernet.ETHERTYPE_IPV4);
      }
    }
    Bytes.putRaw32(rows.window(at + LENGTH, 4), length);
  }

  /** Writes the outer Ethernet, IPv4, UDP and VXLAN headers but for what depends on the frame. */
  private void tunnel(int at, int vni) {
    int from = table.localEndpoint();
    Ethernet.write(rows, at, 0, Segment.derivedMac(from), Ethernet.ETHERTYPE_IPV4);
    int ip = at + Ethernet.LENGTH;
    rows.putI32(ip, 0x4500_0000);
    rows.putI32(ip + Ipv4.ID, Ipv4.DONT_FRAGMENT);
    rows.putI32(ip + Ipv4.TTL, 0x4011_0000);
    rows.putI32(ip + Ipv4.SOURCE, from);
    rows.putU16(ip + Ipv4.MIN_LENGTH + Udp.DESTINATION_PORT, table.vxlanPort());
    Vxlan.write(rows, ip + Ipv4.MIN_LENGTH + Udp.LENGTH, vni);
    int sum = 0x4500 + Ipv4.DONT_FRAGMENT + 0x4011 + (from >>> 16) + (from & 0xffff);
    Bytes.putRaw32(rows.window(at + SUM, 4), sum);
    Bytes.putRaw32(rows.window(at + GROUP, 4), group(vni));
  }

  /** The group Linux and CloudStack use for a network: 239 and the identifier's three bytes. */
  private static int group(int vni) {
    return 239 << 24 | vni;
  }

  /**
   * Hash of a flow as it leaves, for the UDP source port (RFC 7348 5): addresses, protocol and
   * ports.
   *
   * @param ports 0 for fragments, so that all of a datagram take one way, and without ports
   */
  public static int flowHash(int source, int destination, int ports, int protocol) {
    int hash = source * 0x9e37_79b9;
    hash = (hash ^ destination) * 0x85eb_ca6b;
    hash = (hash ^ hash >>> 15 ^ ports) * 0xc2b2_ae35;
    hash = (hash ^ hash >>> 13 ^ protocol) * 0x9e37_79b9;
    return hash >>> 16;
  }

  @Override
  public void close() {
    rows.close();
  }
}
