package io.vpcrig.session;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.header.Icmp;
import io.vpcrig.header.Ipv4;
import io.vpcrig.header.Tcp;
import io.vpcrig.testing.FrameBuilder;

/** Fills the columns that decap fills, for plain untagged Ethernet frames. */
final class Columns {
  private Columns() {}

  /** Adds a frame that came by {@code segment} and fills its columns; returns its index. */
  static int add(FrameBatch batch, FrameBuilder frame, int segment, long timestampNs) {
    int i = frame.addTo(batch, timestampNs);
    Bytes bytes = batch.bytes;
    int l3 = batch.start[i] + 14;
    batch.segment[i] = segment;
    batch.l2[i] = batch.start[i];
    batch.sourceMac[i] = bytes.mac(batch.start[i] + 6);
    batch.remoteEndpoint[i] = 0;
    batch.l3[i] = l3;
    batch.family[i] = 4;
    batch.l3End[i] = l3 + Ipv4.totalLength(bytes, l3);
    batch.fragment[i] = Ipv4.fragment(bytes, l3);
    batch.sourceAddress[i] = Ipv4.source(bytes, l3);
    batch.destinationAddress[i] = Ipv4.destination(bytes, l3);
    int protocol = Ipv4.protocol(bytes, l3);
    batch.protocol[i] = protocol;
    int l4 = l3 + Ipv4.headerLength(bytes, l3);
    boolean later = Ipv4.fragmentOffset(batch.fragment[i]) != 0;
    batch.l4[i] = later ? FrameBatch.NONE : l4;
    batch.tcpFlags[i] = protocol == Ipv4.TCP && !later ? Tcp.flags(bytes, l4) : 0;
    batch.ports[i] = later ? 0 : ports(bytes, protocol, l4);
    return i;
  }

  private static int ports(Bytes bytes, int protocol, int l4) {
    return switch (protocol) {
      case Ipv4.TCP, Ipv4.UDP -> bytes.i32(l4);
      case Ipv4.ICMP ->
          (Icmp.hasIdentifier(Icmp.type(bytes, l4)) ? Icmp.identifier(bytes, l4) << 16 : 0)
              | Icmp.typeCode(bytes, l4);
      default -> 0;
    };
  }
}
