package io.vpcrig.tunnel;

import io.vpcrig.frame.Bytes;
import io.vpcrig.header.Ethernet;
import io.vpcrig.header.Ipv4;
import io.vpcrig.header.Udp;
import io.vpcrig.header.Vlan;
import io.vpcrig.header.Vxlan;
import io.vpcrig.model.Segment;
import java.util.Arrays;

/**
 * Everything that stands before the IPv4 header of a frame that leaves, made once for each next
 * hop: a line of 64 bytes that is copied to just before the header, and four fields filled in. Of a
 * tagged or plain frame only the end of the line counts.
 *
 * <pre>
 *   0           14      30 34   48    50   58        64
 *   | Ethernet  | IPv4 20 | UDP 8 | VXLAN 8 | Ethernet |   VXLAN: total length (16), checksum (24), UDP source port
 *                                                          (34) and length (38) are 0
 *                            42      | Ethernet, S- and C-tag |
 *                               46   | Ethernet, tag          |
 *                                  50| Ethernet               |
 * </pre>
 *
 * A direct-mapped cache: two next hops may fall on one line and make each other anew, which only
 * costs time. Thread: one worker.
 */
public final class HeaderCache implements AutoCloseable {
  /** Bytes of a line. */
  public static final int LINE = 64;

  private static final int LINE_SHIFT = 6;
  private static final int BITS = 12;
  private static final long EMPTY = -1;

  private final Bytes lines = Bytes.allocate(LINE << BITS);

  /** MAC in the high 48 bits, segment in the low 16. */
  private final long[] keys = new long[1 << BITS];

  private final int[] endpoints = new int[1 << BITS];

  /** Bytes pushed. */
  private final int[] lengths = new int[1 << BITS];

  /** Sum of the outer IPv4 header. */
  private final int[] sums = new int[1 << BITS];

  private SegmentTable table;
  private long outerMac;

  /**
   * Goes by a table; what was made by another one is forgotten. Before anything else, and between
   * batches.
   */
  // Tables are never compared by what is in them.
  @SuppressWarnings("ReferenceEquality")
  public void use(SegmentTable next) {
    if (next != table) {
      table = next;
      outerMac = Segment.derivedMac(next.localEndpoint());
      Arrays.fill(keys, EMPTY);
    }
  }

  /**
   * The row of a next hop.
   *
   * @param segment segment that the frame leaves by, 0..65534
   * @param mac next hop's
   * @param endpoint far tunnel endpoint; 0: the network's multicast group
   */
  public int row(int segment, long mac, int endpoint) {
    long key = mac << 16 | segment;
    int row = (int) ((key ^ (long) endpoint << 20) * 0x9e37_79b9_7f4a_7c15L >>> 64 - BITS);
    if (keys[row] != key || endpoints[row] != endpoint) {
      make(row, key, segment, mac, endpoint);
    }
    return row;
  }

  /** Place of a row's 64 bytes, a {@link Bytes#window}. */
  public long line(int row) {
    return lines.window(row << LINE_SHIFT, LINE);
  }

  /** Writes what counts of a row to just before {@code l3}. */
  void copy(int row, Bytes bytes, int l3) {
    int length = lengths[row];
    bytes.put(l3 - length, lines, (row + 1 << LINE_SHIFT) - length, length);
  }

  /** Bytes that stand before the IPv4 header, 14..64; 64 only with VXLAN. */
  public int length(int row) {
    return lengths[row];
  }

  /** Sum of the outer IPv4 header with a total length of 0. */
  public int sum(int row) {
    return sums[row];
  }

  private void make(int row, long key, int segment, long mac, int endpoint) {
    int end = (row << LINE_SHIFT) + LINE;
    int tag = table.tags[segment];
    long source = table.routerMacs[segment];
    lines.fill(end - LINE, LINE, 0);
    int length;
    switch (table.encapsulations[segment]) {
      case SegmentTable.VXLAN -> {
        length = LINE;
        sums[row] = tunnel(end - LINE, tag, endpoint);
        Ethernet.write(lines, end - 14, mac, source, Ethernet.ETHERTYPE_IPV4);
      }
      case SegmentTable.VLAN -> {
        length = Ethernet.LENGTH + Vlan.LENGTH;
        Ethernet.write(lines, end - length, mac, source, Ethernet.ETHERTYPE_VLAN);
        lines.putI32(end - 4, tag << 16 | Ethernet.ETHERTYPE_IPV4);
      }
      case SegmentTable.QINQ -> {
        length = Ethernet.LENGTH + 2 * Vlan.LENGTH;
        Ethernet.write(lines, end - length, mac, source, Ethernet.ETHERTYPE_SERVICE_VLAN);
        lines.putI32(end - 8, tag >>> 12 << 16 | Ethernet.ETHERTYPE_VLAN);
        lines.putI32(end - 4, (tag & Vlan.ID_MASK) << 16 | Ethernet.ETHERTYPE_IPV4);
      }
      default -> {
        length = Ethernet.LENGTH;
        Ethernet.write(lines, end - length, mac, source, Ethernet.ETHERTYPE_IPV4);
      }
    }
    lengths[row] = length;
    keys[row] = key;
    endpoints[row] = endpoint;
  }

  /** Writes the outer Ethernet, IPv4, UDP and VXLAN headers; the sum of the IPv4 header. */
  private int tunnel(int at, int vni, int endpoint) {
    int to = endpoint != 0 ? endpoint : EncapStage.group(vni);
    int from = table.localEndpoint();
    long mac = Addresses.isMulticast(to) ? Ethernet.multicastMac(to) : Segment.derivedMac(to);
    Ethernet.write(lines, at, mac, outerMac, Ethernet.ETHERTYPE_IPV4);
    int ip = at + Ethernet.LENGTH;
    lines.putI32(ip, 0x4500_0000);
    lines.putI32(ip + 4, Ipv4.DONT_FRAGMENT);
    lines.putI32(ip + 8, 0x4011_0000);
    lines.putI32(ip + 12, from);
    lines.putI32(ip + 16, to);
    lines.putU16(ip + Ipv4.MIN_LENGTH + Udp.DESTINATION_PORT, table.vxlanPort());
    Vxlan.write(lines, ip + Ipv4.MIN_LENGTH + Udp.LENGTH, vni);
    return 0x4500
        + Ipv4.DONT_FRAGMENT
        + 0x4011
        + (from >>> 16)
        + (from & 0xffff)
        + (to >>> 16)
        + (to & 0xffff);
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

  /** UDP source port of a flow's tunnel packets. */
  public static int sourcePort(int flowHash) {
    return Vxlan.FIRST_SOURCE_PORT | flowHash & 0x3fff;
  }

  @Override
  public void close() {
    lines.close();
  }
}
