package io.vpcrig.io;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameSource;
import io.vpcrig.frame.LinkType;
import io.vpcrig.header.Arp;
import io.vpcrig.header.Checksum;
import io.vpcrig.header.Ethernet;
import io.vpcrig.header.Icmp;
import io.vpcrig.header.Ipv4;
import io.vpcrig.header.Sll;
import io.vpcrig.header.Sll2;
import io.vpcrig.header.Udp;
import io.vpcrig.header.Vlan;
import io.vpcrig.header.Vxlan;
import java.io.IOException;

/**
 * Another source's frames with other addresses: MACs, IPv4 and ARP, the datagram quoted in an ICMP
 * error and the router a redirect names. Checksums gain what the addresses gained (RFC 1624), so
 * that right ones stay right and wrong ones wrong. Headers that were cut off or are no IPv4 stay.
 * The frame inside VXLAN (ports 4789 and 8472) likewise. Not touched: IPv6, IPv4 options, other
 * tunnels, payloads.
 *
 * <p>A frame with an address that {@linkplain AddressChange#placesFramesOf is placed} loses its
 * 802.1Q tags, and so enters the segment that its source address is in. Thread: one reader.
 */
public final class RewrittenSource implements FrameSource {
  private static final int UDP_LITE = 136;
  private static final int DCCP = 33;
  private static final int VXLAN_PORT = 4789;
  private static final int LINUX_VXLAN_PORT = 8472;
  private static final int SHORT_CHECKSUM = 6;
  private static final int TCP_CHECKSUM = 16;
  private static final int REDIRECT_ROUTER = 4;
  private static final int MAC_LENGTH = 6;

  private final FrameSource source;
  private final AddressChange change;

  public RewrittenSource(FrameSource source, AddressChange change) {
    this.source = source;
    this.change = change;
  }

  @Override
  public int read(FrameBatch batch) throws IOException {
    int from = batch.size;
    int read = source.read(batch);
    for (int i = from; i < batch.size; i++) {
      try {
        rewrite(batch, i);
      } catch (SelectionException e) {
        throw new SelectionException("frame " + batch.number[i] + ": " + e.getMessage());
      }
    }
    return read;
  }

  private void rewrite(FrameBatch batch, int i) throws SelectionException {
    Bytes bytes = batch.bytes;
    int start = batch.start[i];
    int end = start + batch.length[i];
    switch (batch.link[i]) {
      case LinkType.ETHERNET -> ethernet(batch, i);
      case LinkType.RAW, LinkType.IPV4 -> datagram(bytes, start, end);
      case LinkType.LINUX_SLL -> {
        if (Sll.isValid(bytes, start, end - start)) {
          if (bytes.u16(start + Sll.ADDRESS_LENGTH) == MAC_LENGTH) {
            mac(bytes, start + Sll.ADDRESS);
          }
          network(bytes, Sll.type(bytes, start), start + Sll.LENGTH, end);
        }
      }
      case LinkType.LINUX_SLL2 -> {
        if (Sll2.isValid(bytes, start, end - start)) {
          if (bytes.u8(start + Sll2.ADDRESS_LENGTH) == MAC_LENGTH) {
            mac(bytes, start + Sll2.ADDRESS);
          }
          network(bytes, Sll2.type(bytes, start), start + Sll2.LENGTH, end);
        }
      }
      default -> {}
    }
  }

  private void ethernet(FrameBatch batch, int i) throws SelectionException {
    Bytes bytes = batch.bytes;
    int start = batch.start[i];
    int end = start + batch.length[i];
    if (!Ethernet.isValid(bytes, start, end - start)) {
      return;
    }
    int tags = frame(bytes, start, end);
    if (tags > 0) {
      bytes.move(start, start + tags, Ethernet.TYPE);
      batch.start[i] = start + tags;
      batch.length[i] -= tags;
    }
  }

  /** Changes an Ethernet frame; returns the octets of the tags it has to lose. */
  private int frame(Bytes bytes, int start, int end) throws SelectionException {
    mac(bytes, start + Ethernet.DESTINATION);
    mac(bytes, start + Ethernet.SOURCE);
    int at = start + Ethernet.TYPE;
    int type = Ethernet.type(bytes, start);
    while (Vlan.isTag(type) && Vlan.isValid(bytes, at, end - at)) {
      type = Vlan.nextType(bytes, at);
      at += Vlan.LENGTH;
    }
    int tags = at - start - Ethernet.TYPE;
    return network(bytes, type, start + tags + Ethernet.LENGTH, end) ? tags : 0;
  }

  private void mac(Bytes bytes, int at) throws SelectionException {
    long old = (long) bytes.u16(at) << 32 | bytes.u32(at + 2);
    if (old != 0 && !AddressMap.isGroup(old)) {
      long changed = change.mac(old);
      bytes.putU16(at, (int) (changed >>> 32));
      bytes.putI32(at + 2, (int) changed);
    }
  }

  private boolean network(Bytes bytes, int type, int at, int end) throws SelectionException {
    if (type == Ethernet.ETHERTYPE_IPV4) {
      return datagram(bytes, at, end);
    }
    if (type != Ethernet.ETHERTYPE_ARP || !Arp.isValid(bytes, at, end - at)) {
      return false;
    }
    mac(bytes, at + Arp.SENDER_MAC);
    mac(bytes, at + Arp.TARGET_MAC);
    boolean placed = isPlaced(bytes, at + Arp.SENDER_ADDRESS, at + Arp.TARGET_ADDRESS);
    address(bytes, at + Arp.SENDER_ADDRESS);
    address(bytes, at + Arp.TARGET_ADDRESS);
    return placed;
  }

  private boolean isPlaced(Bytes bytes, int one, int other) {
    return change.placesFramesOf(bytes.i32(one)) || change.placesFramesOf(bytes.i32(other));
  }

  /** Changes an address; returns what a checksum's sum over it gains, 0 if it stays. */
  private int address(Bytes bytes, int at) throws SelectionException {
    int old = bytes.i32(at);
    int changed = change.address(old);
    if (changed == old) {
      return 0;
    }
    bytes.putI32(at, changed);
    return Checksum.delta(old, changed);
  }

  private static boolean isDatagram(Bytes bytes, int at, int end) {
    return end - at >= Ipv4.MIN_LENGTH
        && Ipv4.version(bytes, at) == 4
        && Ipv4.headerLength(bytes, at) >= Ipv4.MIN_LENGTH;
  }

  /** Whether one of its addresses is placed. */
  private boolean datagram(Bytes bytes, int at, int end) throws SelectionException {
    if (!isDatagram(bytes, at, end)) {
      return false;
    }
    boolean placed = isPlaced(bytes, at + Ipv4.SOURCE, at + Ipv4.DESTINATION);
    int l4 = at + Ipv4.headerLength(bytes, at);
    // Segments that the sender's card was to cut have a total length of 0.
    int total = Ipv4.totalLength(bytes, at);
    int l3End = total == 0 ? end : Math.min(end, at + total);
    header(bytes, at, l3End);
    if (Ipv4.protocol(bytes, at) == Ipv4.ICMP
        && Ipv4.fragmentOffset(Ipv4.fragment(bytes, at)) == 0
        && l3End - l4 >= Icmp.LENGTH) {
      error(bytes, l4, l3End);
    }
    if (Ipv4.protocol(bytes, at) == Ipv4.UDP
        && !Ipv4.isFragment(Ipv4.fragment(bytes, at))
        && l3End - l4 >= Udp.LENGTH + Vxlan.LENGTH) {
      tunnelled(bytes, l4, l3End);
    }
    return placed;
  }

  /** The frame inside VXLAN, which keeps its tags; the outer checksum gains what it gained. */
  private void tunnelled(Bytes bytes, int udp, int end) throws SelectionException {
    int port = Udp.destinationPort(bytes, udp);
    int inner = udp + Udp.LENGTH + Vxlan.LENGTH;
    if (port != VXLAN_PORT && port != LINUX_VXLAN_PORT
        || !Vxlan.hasVni(bytes, udp + Udp.LENGTH)
        || !Ethernet.isValid(bytes, inner, end - inner)) {
      return;
    }
    int before = Checksum.fold(Checksum.sum(bytes, inner, end - inner));
    frame(bytes, inner, end);
    int after = Checksum.fold(Checksum.sum(bytes, inner, end - inner));
    if (before != after && Udp.checksum(bytes, udp) != 0) {
      update(bytes, udp + Udp.CHECKSUM, Checksum.delta(before, after));
      if (Udp.checksum(bytes, udp) == 0) {
        Udp.setChecksum(bytes, udp, 0xffff);
      }
    }
  }

  /**
   * Changes both addresses, the header's checksum and the one of TCP, UDP, UDP-Lite or DCCP;
   * returns what a sum over all of it gains.
   */
  private int header(Bytes bytes, int at, int end) throws SelectionException {
    int delta = address(bytes, at + Ipv4.SOURCE) + address(bytes, at + Ipv4.DESTINATION);
    if (delta == 0) {
      return 0;
    }
    int gained = delta + update(bytes, at + Ipv4.CHECKSUM, delta);
    int protocol = Ipv4.protocol(bytes, at);
    int field =
        switch (protocol) {
          case Ipv4.TCP -> TCP_CHECKSUM;
          case Ipv4.UDP, UDP_LITE, DCCP -> SHORT_CHECKSUM;
          default -> 0;
        };
    int checksum = at + Ipv4.headerLength(bytes, at) + field;
    if (field == 0
        || Ipv4.fragmentOffset(Ipv4.fragment(bytes, at)) != 0
        || checksum + 2 > end
        || protocol == Ipv4.UDP && bytes.u16(checksum) == 0) {
      return gained;
    }
    gained += update(bytes, checksum, delta);
    if (protocol == Ipv4.UDP && bytes.u16(checksum) == 0) {
      // 0 would say that there is none; both are the same number.
      bytes.putU16(checksum, 0xffff);
    }
    return gained;
  }

  /** Changes a checksum; returns what a sum over its field gains. */
  private static int update(Bytes bytes, int at, int delta) {
    int old = bytes.u16(at);
    int changed = Checksum.updated(old, delta);
    bytes.putU16(at, changed);
    return Checksum.delta(old, changed);
  }

  private void error(Bytes bytes, int icmp, int end) throws SelectionException {
    int type = Icmp.type(bytes, icmp);
    if (!Icmp.isError(type)) {
      return;
    }
    int delta = type == Icmp.REDIRECT ? address(bytes, icmp + REDIRECT_ROUTER) : 0;
    if (isDatagram(bytes, icmp + Icmp.QUOTE, end)) {
      delta += header(bytes, icmp + Icmp.QUOTE, end);
    }
    if (delta != 0) {
      update(bytes, icmp + Icmp.CHECKSUM, delta);
    }
  }

  @Override
  public String describe() {
    return source.describe();
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
