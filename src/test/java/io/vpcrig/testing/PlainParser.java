package io.vpcrig.testing;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.header.PlainChecksum;

/**
 * Fills the columns of untagged Ethernet frames with IPv4 or ARP, and judges datagrams: byte by
 * byte, with none of the product's accessors. For tests of stages behind decapsulation.
 */
public final class PlainParser {
  private PlainParser() {}

  /** Fills what decapsulation would, and the way out unchanged. */
  public static void parse(FrameBatch batch, int i, int segment) {
    int start = batch.start[i];
    byte[] frame = batch.bytes.copy(start, batch.length[i]);
    batch.segment[i] = segment;
    batch.l2[i] = start;
    batch.sourceMac[i] = (long) u16(frame, 6) << 32 | i32(frame, 8) & 0xffff_ffffL;
    batch.remoteEndpoint[i] = 0;
    batch.l3[i] = start + 14;
    batch.l4[i] = FrameBatch.NONE;
    batch.l3End[i] = start + frame.length;
    batch.family[i] = 0;
    batch.ports[i] = 0;
    batch.protocol[i] = 0;
    batch.tcpFlags[i] = 0;
    batch.fragment[i] = 0;
    batch.generation[i] = 0;
    if (u16(frame, 12) != 0x0800) {
      return;
    }
    batch.family[i] = 4;
    batch.sourceAddress[i] = i32(frame, 26);
    batch.destinationAddress[i] = i32(frame, 30);
    batch.protocol[i] = frame[23] & 0xff;
    batch.fragment[i] = u16(frame, 20);
    batch.l3End[i] = start + 14 + u16(frame, 16);
    int l4 = 14 + (frame[14] & 15) * 4;
    int there = frame.length - l4;
    int protocol = batch.protocol[i];
    int needed = protocol == 6 ? 20 : protocol == 17 || protocol == 1 ? 8 : 0;
    if ((batch.fragment[i] & 0x1fff) == 0 && there >= needed) {
      batch.l4[i] = start + l4;
      batch.ports[i] = ports(frame, l4, protocol);
      batch.tcpFlags[i] = protocol == 6 ? frame[l4 + 13] & 0xff : 0;
    }
    keep(batch, i);
  }

  /** Parses every live frame. */
  public static void parseAll(FrameBatch batch, int segment) {
    for (int k = 0; k < batch.liveCount; k++) {
      parse(batch, batch.live[k], segment);
    }
  }

  /** What is wrong with a whole datagram's lengths and checksums; empty if nothing is. */
  public static String wrong(byte[] datagram) {
    int header = (datagram[0] & 15) * 4;
    if (u16(datagram, 2) != datagram.length) {
      return "total length " + u16(datagram, 2) + " of " + datagram.length;
    }
    if (PlainChecksum.sum(datagram, 0, header) != 0xffff) {
      return "header checksum";
    }
    int protocol = datagram[9] & 0xff;
    int length = datagram.length - header;
    int sum = PlainChecksum.sum(datagram, header, length);
    boolean none = protocol == 17 && u16(datagram, header + 6) == 0;
    if ((protocol == 6 || protocol == 17 || protocol == 136 || protocol == 33) && !none) {
      int pseudo =
          PlainChecksum.pseudoHeader(i32(datagram, 12), i32(datagram, 16), protocol, length);
      return PlainChecksum.add(sum, pseudo) == 0xffff ? "" : "transport checksum";
    }
    return protocol != 1 || sum == 0xffff ? "" : "ICMP checksum";
  }

  /** The datagram of a frame or extra as it stands. */
  public static byte[] datagram(FrameBatch batch, int i) {
    return batch.bytes.copy(batch.l3[i], batch.l3End[i] - batch.l3[i]);
  }

  public static int u16(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
  }

  public static int i32(byte[] bytes, int at) {
    return u16(bytes, at) << 16 | u16(bytes, at + 2);
  }

  private static int ports(byte[] frame, int l4, int protocol) {
    if (protocol == 6 || protocol == 17) {
      return i32(frame, l4);
    }
    if (protocol != 1) {
      return 0;
    }
    int type = frame[l4] & 0xff;
    boolean query = type == 0 || type == 8 || type >= 13 && type <= 18;
    return (query ? u16(frame, l4 + 4) << 16 : 0) | u16(frame, l4);
  }

  private static void keep(FrameBatch batch, int i) {
    batch.newSource[i] = batch.sourceAddress[i];
    batch.newDestination[i] = batch.destinationAddress[i];
    batch.newPorts[i] = batch.ports[i];
  }
}
