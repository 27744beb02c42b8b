package io.vpcrig.tunnel;

import static io.vpcrig.frame.FrameBatch.NONE;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameRow;
import io.vpcrig.frame.LinkType;
import io.vpcrig.header.Checksum;
import io.vpcrig.header.Ipv4;
import io.vpcrig.header.Tcp;

/**
 * The frames that nearly all are, in one tight loop: whole Ethernet with one tag or one VXLAN
 * tunnel around, IPv4 without options and unfragmented, TCP or UDP, everything right, on the way to
 * another segment. Whatever else a frame is, or if anything at all is not as it should be, it is
 * left to the gates in a row, which tell why; for what is taken here they would fill every column
 * alike, as a test proves with random frames.
 *
 * <pre>
 *    0           12 14                   34    38       42      46    50           62 64
 *   | MACs 12   |08 00|45 .. IPv4 20    |ports|len|csum| VXLAN 8     | MACs 12    |08 00|45 .. IPv4 20 | TCP, UDP ...
 *    0           12 14  16 18
 *   | MACs 12   |81 00| tag|08 00|45 .. IPv4 20 | TCP, UDP ...
 * </pre>
 *
 * All reads are of eight bytes where that saves one, in little-endian order since that is how they
 * lie in a register; a constant compared with them so shows its bytes from right to left. Thread:
 * one worker.
 */
final class PlainGate {
  private static final int TUNNEL = 64;
  private static final int TAGGED = 18;
  private static final int LEAST_DATAGRAM = 28;
  private static final int MOST_TUNNELLED = 0xffff - 50;

  /** Type and first byte of IPv4 in bytes 0 to 2. */
  private static final long IPV4_PLAIN = 0x45_0008;

  /** Flags but "do not fragment", and offset, in bytes 0 and 1; protocol in byte 3. */
  private static final long FRAGMENT_AND_PROTOCOL = 0xff00_ffbfL;

  private static final long UDP_UNFRAGMENTED = (long) Ipv4.UDP << 24;

  /** UDP checksum in bytes 4 and 5, VXLAN's flag I in byte 6. */
  private static final long CHECKSUM_AND_FLAG = 0x08_ffff_0000_0000L;

  private static final long NO_CHECKSUM_AND_FLAG = 0x08_0000_0000_0000L;

  /** First byte of IPv4 in byte 0; flags but "do not fragment", and offset, in bytes 6 and 7. */
  private static final long VERSION_AND_FRAGMENT = 0xffbf_0000_0000_00ffL;

  private final SegmentTable table;

  PlainGate(SegmentTable table) {
    this.table = table;
  }

  /**
   * Fills the columns of the plain ones among all frames read, and {@link FrameBatch#plain} of
   * each.
   */
  void take(FrameBatch batch) {
    find(batch);
    checkTransport(batch);
  }

  /** As {@link #take}, but that frames with a wrong TCP or UDP checksum are taken too. */
  void find(FrameBatch batch) {
    int size = batch.size;
    Bytes bytes = batch.bytes;
    int[] starts = batch.start;
    int[] lengths = batch.length;
    int[] links = batch.link;
    int[] missing = batch.missing;
    byte[] plain = batch.plain;
    int[] segmentColumn = batch.segment;
    int[] fragments = batch.fragment;
    SegmentTable segments = table;
    for (int i = 0; i < size; i++) {
      plain[i] = 0;
      int start = starts[i];
      int length = lengths[i];
      if (length < TAGGED + LEAST_DATAGRAM || (links[i] ^ LinkType.ETHERNET | missing[i]) != 0) {
        continue;
      }
      long frame = bytes.window(start, length);
      int segment;
      int l3;
      int end;
      int endpoint;
      long macAndType;
      long typeAndFirst = Bytes.raw64(frame + 12);
      if ((typeAndFirst & 0xff_ffff) == IPV4_PLAIN && length >= TUNNEL + LEAST_DATAGRAM) {
        long b = Bytes.raw64(frame + 20);
        long c = Bytes.raw64(frame + 28);
        long d = Bytes.raw64(frame + 36);
        int ipEnd = 14 + Bytes.swap16((int) (typeAndFirst >>> 32));
        end = 34 + Bytes.swap16((int) (d >>> 16));
        int first = (int) (b >>> 48) & 0xff;
        if ((b & FRAGMENT_AND_PROTOCOL) != UDP_UNFRAGMENTED
            || (d & CHECKSUM_AND_FLAG) != NO_CHECKSUM_AND_FLAG
            || ipEnd > length
            || end > ipEnd
            || isNoHost(first)
            || !segments.acceptsVxlanPort(Bytes.swap16((int) d))) {
          continue;
        }
        if (!Checksum.isRight(
            Checksum.sum(typeAndFirst >>> 16)
                + Checksum.sum(b)
                + Checksum.sum(c & 0xffff_ffff_ffffL))) {
          continue;
        }
        segment = segments.byVni(Integer.reverseBytes(Bytes.raw32(frame + 46)) >>> 8);
        macAndType = Bytes.raw64(frame + 56);
        if (macAndType >>> 48 != 0x0008) {
          continue;
        }
        l3 = TUNNEL;
        endpoint = Integer.reverseBytes((int) (b >>> 48 | c << 16));
      } else if ((typeAndFirst & 0xffff_0000_ffffL) == 0x0008_0000_0081L) {
        int id = Bytes.swap16((int) (typeAndFirst >>> 16)) & 0xfff;
        if (id == 0) {
          continue;
        }
        segment = segments.byVlan(id);
        macAndType = Bytes.raw64(frame + 6);
        l3 = TAGGED;
        end = length;
        endpoint = 0;
      } else {
        continue;
      }
      long ip = frame + l3;
      long first = Bytes.raw64(ip);
      long second = Bytes.raw64(ip + 8);
      int third = Bytes.raw32(ip + 16);
      long portsAndMore = Bytes.raw64(ip + 20);
      int total = Bytes.swap16((int) (first >>> 16));
      int destination = Integer.reverseBytes(third);
      if (segment == NONE
          || (first & VERSION_AND_FRAGMENT) != 0x45
          || total < LEAST_DATAGRAM
          || total > MOST_TUNNELLED
          || l3 + total > end
          || isNoHost((int) (second >>> 32) & 0xff)
          || isNoHost(third & 0xff)
          || segments.contains(segment, destination) && !segments.isOwn(destination)) {
        continue;
      }
      if (!Checksum.isRight(Checksum.sum(first) + Checksum.sum(second) + (third & 0xffff_ffffL))) {
        continue;
      }
      int protocol = (int) (second >>> 8) & 0xff;
      int ports = Integer.reverseBytes((int) portsAndMore);
      int flags = 0;
      if (protocol == Ipv4.UDP) {
        if (Bytes.swap16((int) (portsAndMore >>> 32)) != total - 20
            || endpoint == 0 && segments.hasVxlan() && segments.acceptsVxlanPort(ports & 0xffff)) {
          continue;
        }
      } else if (protocol == Ipv4.TCP && total >= 40) {
        int offsetAndFlags = Bytes.raw16(ip + 32);
        int headerLength = offsetAndFlags >>> 2 & 0x3c;
        flags = offsetAndFlags >>> 8;
        if (headerLength < Tcp.MIN_LENGTH
            || headerLength > total - 20
            || !Tcp.areFlagsLegal(flags)) {
          continue;
        }
      } else {
        continue;
      }
      long row = batch.row(i);
      Bytes.putRaw32(row + FrameRow.SOURCE, Integer.reverseBytes((int) (second >>> 32)));
      Bytes.putRaw32(row + FrameRow.DESTINATION, destination);
      Bytes.putRaw32(row + FrameRow.PORTS, ports);
      Bytes.putRaw32(row + FrameRow.PROTOCOL_FLAGS, protocol | flags << 8);
      Bytes.putRaw32(row + FrameRow.L3, start + l3);
      Bytes.putRaw32(row + FrameRow.L3_END, start + l3 + total);
      Bytes.putRaw32(row + FrameRow.ENDPOINT, endpoint);
      Bytes.putRaw32(row + FrameRow.SEGMENT, segment);
      Bytes.putRaw64(row + FrameRow.MAC, Long.reverseBytes(macAndType) >>> 16);
      plain[i] = 1;
      segmentColumn[i] = segment;
      fragments[i] = 0;
    }
  }

  /** Takes plain back from frames whose TCP or UDP checksum is wrong. */
  static void checkTransport(FrameBatch batch) {
    int size = batch.size;
    Bytes bytes = batch.bytes;
    byte[] plain = batch.plain;
    for (int i = 0; i < size; i++) {
      if (plain[i] != 0) {
        long row = batch.row(i);
        int l3 = Bytes.raw32(row + FrameRow.L3);
        int length = Bytes.raw32(row + FrameRow.L3_END) - l3 - 20;
        long ip = bytes.window(l3, length + 20);
        int protocol = Bytes.raw16(ip + 8) >>> 8;
        // Addresses, protocol, length, and the rest of the datagram.
        long sum =
            Checksum.sum(Bytes.raw64(ip + 12))
                + (protocol << 8)
                + Bytes.swap16(length)
                + Checksum.rawSum(ip + 20, length);
        if (!Checksum.isRight(sum) && (protocol != Ipv4.UDP || Bytes.raw16(ip + 26) != 0)) {
          plain[i] = 0;
        }
      }
    }
  }

  /** Whether an address that begins with this byte is none of the usual ones of hosts. */
  private static boolean isNoHost(int first) {
    return first == 0 || first == 127 || first > 223;
  }
}
