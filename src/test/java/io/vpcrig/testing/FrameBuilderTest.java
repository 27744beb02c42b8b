package io.vpcrig.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.header.PlainChecksum;
import org.junit.jupiter.api.Test;
import org.pcap4j.packet.EthernetPacket;
import org.pcap4j.packet.IpV4Packet;
import org.pcap4j.packet.TcpPacket;
import org.pcap4j.packet.UdpPacket;

class FrameBuilderTest {
  @Test
  void pcap4jReadsItsTcpFrames() throws Exception {
    byte[] frame =
        FrameBuilder.tcp("10.1.2.3", 1025, "10.1.2.4", 443).vlan(7).payload(11).padding(3).build();
    EthernetPacket packet = EthernetPacket.newPacket(frame, 0, frame.length);
    IpV4Packet ip = packet.get(IpV4Packet.class);
    TcpPacket tcp = packet.get(TcpPacket.class);
    assertTrue(ip.getHeader().hasValidChecksum(false));
    assertTrue(
        tcp.hasValidChecksum(ip.getHeader().getSrcAddr(), ip.getHeader().getDstAddr(), false));
    assertEquals(443, tcp.getHeader().getDstPort().valueAsInt());
  }

  @Test
  void pcap4jReadsItsUdpFrames() throws Exception {
    byte[] frame = FrameBuilder.udp("10.1.2.3", 1025, "10.1.2.4", 53).payload(5).build();
    EthernetPacket packet = EthernetPacket.newPacket(frame, 0, frame.length);
    IpV4Packet ip = packet.get(IpV4Packet.class);
    UdpPacket udp = packet.get(UdpPacket.class);
    assertTrue(
        udp.hasValidChecksum(ip.getHeader().getSrcAddr(), ip.getHeader().getDstAddr(), false));
  }

  @Test
  void aVxlanFrameIsFiftyBytesLonger() {
    FrameBuilder inner = FrameBuilder.echo("10.1.2.3", "10.1.2.4", 1, 2).payload(32);
    int plain = inner.build().length;
    assertEquals(plain + 50, inner.vxlan(5001).build().length);
  }

  @Test
  void fragmentsCarryTheWholeDatagram() {
    FrameBuilder whole = FrameBuilder.udp("10.1.2.3", 1025, "10.1.2.4", 53).payload(100);
    byte[] first = whole.fragment(0, 64, true).datagram();
    byte[] second = whole.fragment(64, 44, false).datagram();
    assertEquals(108, whole.transportLength());
    assertEquals(84, first.length);
    assertEquals(64, second.length);
    assertEquals(0xffff, PlainChecksum.sum(second, 0, 20));
  }
}
