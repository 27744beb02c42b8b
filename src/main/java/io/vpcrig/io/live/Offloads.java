package io.vpcrig.io.live;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.header.Checksum;
import io.vpcrig.header.Ethernet;
import io.vpcrig.header.Ipv4;
import io.vpcrig.header.Tcp;
import io.vpcrig.header.Udp;
import io.vpcrig.header.Vlan;
import io.vpcrig.header.Vxlan;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Does what a sender left to its hardware, which a veth or tap has not: completes checksums, and
 * cuts TCP segments longer than the wire's (TSO), by the virtio header that the kernel puts before
 * each frame (virtio 1.2, 5.1.6; linux/virtio_net.h). That header says nothing of tunnels: a long
 * segment inside VXLAN looks as one outside, and is told by its outer UDP header. Other segments
 * (UDP, IPv6) are refused and counted.
 *
 * <p>A long segment is cut over several batches if need be. Thread: the port's, but for the
 * counters.
 */
final class Offloads {
  /** Length of the virtio header. */
  static final int HEADER = 10;

  private static final int NEEDS_CHECKSUM = 1;
  private static final int KIND_MASK = 0x7f;
  private static final int KIND_NONE = 0;
  private static final int KIND_TCPV4 = 1;
  private static final int SEGMENT_SIZE = 4;
  private static final int CHECKSUM_START = 6;
  private static final int CHECKSUM_OFFSET = 8;
  private static final int MACS = 12;
  private static final int NONE = -1;

  /** From the outer UDP header to the inner IPv4 header. */
  private static final int TUNNEL = Udp.LENGTH + Vxlan.LENGTH + Ethernet.LENGTH;

  private final AtomicLong received = new AtomicLong();
  private final AtomicLong cut = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();

  /** The long segment being cut; it stays where it is until all of it is handed on. */
  private final Bytes segment = Bytes.allocate(1 << 17);

  private int segmentLength;
  private int headers;
  private int l3;
  private int l4;
  private int size;
  private int tags;
  private long tagWords;
  private int done;

  long received() {
    return received.get();
  }

  long cut() {
    return cut.get();
  }

  long refused() {
    return refused.get();
  }

  /**
   * Adds one frame, or the first part of it.
   *
   * @param header where its virtio header is, {@link #HEADER} bytes
   * @param tag VLAN id to put before it, 0 for none
   * @param stripped type and tag that the kernel took off, 0 for none
   * @return false if the batch has no room; nothing was done then
   */
  boolean add(
      FrameBatch batch, Bytes from, int header, int frame, int length, int tag, int stripped) {
    int kind = from.u8(header + 1) & KIND_MASK;
    int count = (tag == 0 ? 0 : 1) + (stripped == 0 ? 0 : 1);
    long words =
        stripped == 0
            ? tagWord(tag)
            : tag == 0
                ? Integer.toUnsignedLong(stripped)
                : tagWord(tag) << 32 | stripped & 0xffff_ffffL;
    if (kind != KIND_NONE) {
      return begin(batch, from, header, frame, length, kind, count, words);
    }
    int i = batch.add(length + count * Vlan.LENGTH);
    if (i == FrameBatch.NONE) {
      return false;
    }
    int at = batch.start[i];
    int body = at + MACS + count * Vlan.LENGTH;
    batch.bytes.put(at, from, frame, MACS);
    putTags(batch.bytes, at + MACS, count, words);
    batch.bytes.put(body, from, frame + MACS, length - MACS);
    if ((from.u8(header) & NEEDS_CHECKSUM) != 0) {
      complete(
          batch.bytes,
          body - MACS,
          length,
          from.u16Le(header + CHECKSUM_START),
          from.u16Le(header + CHECKSUM_OFFSET));
    }
    received.lazySet(received.get() + 1);
    return true;
  }

  private static long tagWord(int tag) {
    return tag == 0 ? 0 : (long) Ethernet.ETHERTYPE_VLAN << 16 | tag;
  }

  private static void putTags(Bytes bytes, int at, int count, long words) {
    if (count == 2) {
      bytes.putI64(at, words);
    } else if (count == 1) {
      bytes.putI32(at, (int) words);
    }
  }

  /**
   * Completes a checksum: the field holds the sum of the pseudo header, what follows is added.
   *
   * @param frame where the frame would begin without tags of ours: offsets count from there
   */
  private static void complete(Bytes bytes, int frame, int length, int start, int offset) {
    if (start + offset + 2 > length || start < Ethernet.LENGTH) {
      return; // The sender's header makes no sense; the checksum test will find the frame.
    }
    int at = frame + start;
    int sum = Checksum.of(bytes, at, length - start);
    bytes.putU16(at + offset, sum == 0 ? 0xffff : sum);
  }

  // --- long segments ---

  private boolean begin(
      FrameBatch batch,
      Bytes from,
      int header,
      int frame,
      int length,
      int kind,
      int count,
      long words) {
    int ip = kind == KIND_TCPV4 ? tcpDatagram(from, frame, length) : NONE;
    boolean fits = ip != NONE;
    int transport = fits ? ip + Ipv4.headerLength(from, frame + ip) : 0;
    fits = fits && length >= transport + Tcp.MIN_LENGTH;
    int before = fits ? transport + Tcp.headerLength(from, frame + transport) : 0;
    int piece = from.u16Le(header + SEGMENT_SIZE);
    if (!fits || before > length || piece == 0 || length > segment.capacity()) {
      refused.lazySet(refused.get() + 1);
      return true;
    }
    segment.put(0, from, frame, length);
    segmentLength = length;
    l3 = ip;
    l4 = transport;
    headers = before;
    size = piece;
    tags = count;
    tagWords = words;
    done = 0;
    cut.lazySet(cut.get() + 1);
    drain(batch);
    return true;
  }

  /** Where the IPv4 header of a TCP segment is, counted from the frame; NONE if it is none. */
  private static int tcpDatagram(Bytes from, int frame, int length) {
    int outer = datagram(from, frame, Ethernet.LENGTH, length);
    if (outer == NONE || Ipv4.protocol(from, frame + outer) == Ipv4.TCP) {
      return outer;
    }
    if (Ipv4.protocol(from, frame + outer) != Ipv4.UDP) {
      return NONE;
    }
    int inner = outer + Ipv4.headerLength(from, frame + outer) + TUNNEL;
    int found = datagram(from, frame, inner, length);
    return found == NONE || Ipv4.protocol(from, frame + found) == Ipv4.TCP ? found : NONE;
  }

  /** {@code at} if there is an IPv4 header behind an Ethernet header without tags, else NONE. */
  private static int datagram(Bytes from, int frame, int at, int length) {
    return length >= at + Ipv4.MIN_LENGTH
            && from.u16(frame + at - 2) == Ethernet.ETHERTYPE_IPV4
            && Ipv4.isValid(from, frame + at, length - at)
        ? at
        : NONE;
  }

  /**
   * Hands on what is left of a long segment; false if something is left still, the batch being
   * full.
   */
  boolean drain(FrameBatch batch) {
    while (headers + done < segmentLength) {
      int payload = Math.min(size, segmentLength - headers - done);
      int i = batch.add(headers + payload + tags * Vlan.LENGTH);
      if (i == FrameBatch.NONE) {
        return false;
      }
      piece(batch.bytes, batch.start[i], payload);
      done += payload;
      received.lazySet(received.get() + 1);
    }
    segmentLength = 0;
    headers = 0;
    done = 0;
    return true;
  }

  /**
   * Writes one piece: the headers of the whole with its own length, number, flags and checksums.
   */
  private void piece(Bytes to, int at, int payload) {
    int shift = at + tags * Vlan.LENGTH;
    to.put(at, segment, 0, MACS);
    putTags(to, at + MACS, tags, tagWords);
    to.put(shift + MACS, segment, MACS, headers - MACS);
    to.put(shift + headers, segment, headers + done, payload);
    int ip = shift + l3;
    int tcp = shift + l4;
    int datagram = headers - l3 + payload;
    boolean first = done == 0;
    boolean last = headers + done + payload == segmentLength;
    Ipv4.setTotalLength(to, ip, datagram);
    Ipv4.setId(to, ip, Ipv4.id(segment, l3) + done / size & 0xffff);
    Ipv4.updateChecksum(to, ip);
    to.putI32(tcp + Tcp.SEQUENCE, Tcp.sequence(segment, l4) + done);
    int flags = Tcp.flags(segment, l4);
    if (!last) {
      flags &= ~(Tcp.FIN | Tcp.PSH);
    }
    if (!first) {
      flags &= ~Tcp.CWR;
    }
    to.putU8(tcp + Tcp.FLAGS, flags);
    Tcp.updateChecksum(
        to, tcp, datagram - (l4 - l3), Ipv4.source(to, ip), Ipv4.destination(to, ip));
    if (l3 != Ethernet.LENGTH) {
      tunnel(to, shift + Ethernet.LENGTH, headers - Ethernet.LENGTH + payload);
    }
  }

  /** Gives the tunnel packet around a piece its own length, number and checksums. */
  private void tunnel(Bytes to, int ip, int length) {
    Ipv4.setTotalLength(to, ip, length);
    Ipv4.setId(to, ip, Ipv4.id(segment, Ethernet.LENGTH) + done / size & 0xffff);
    Ipv4.updateChecksum(to, ip);
    int udp = ip + Ipv4.headerLength(to, ip);
    boolean summed = Udp.checksum(to, udp) != 0;
    Udp.setLength(to, udp, length - (udp - ip));
    if (summed) {
      Udp.updateChecksum(to, udp, Ipv4.source(to, ip), Ipv4.destination(to, ip));
    }
  }

  void close() {
    segment.close();
  }
}
