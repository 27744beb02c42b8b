package io.vpcrig.header;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.frame.Bytes;
import io.vpcrig.testing.FrameBuilder;
import org.junit.jupiter.api.Test;
import org.pcap4j.packet.EthernetPacket;
import org.pcap4j.packet.IcmpV4EchoPacket;
import org.pcap4j.packet.IpV4Packet;
import org.pcap4j.packet.TcpPacket;

/** Accessors against pcap4j's reading, writers against {@link FrameBuilder}'s. */
class HeaderTest {
  @Test
  void readsWhatPcap4jReads() throws Exception {
    byte[] frame =
        FrameBuilder.tcp("198.51.100.200", 40_000, "10.1.2.3", 443)
            .flags(Tcp.SYN | Tcp.CWR)
            .sequence(0x9abc_def0)
            .acknowledgement(0x8000_0001)
            .tcpOptions((byte) 2, (byte) 4, (byte) 5, (byte) 0xb4)
            .ttl(7)
            .id(0xfedc)
            .dontFragment()
            .payload(5)
            .build();
    EthernetPacket packet = EthernetPacket.newPacket(frame, 0, frame.length);
    IpV4Packet.IpV4Header ip = packet.get(IpV4Packet.class).getHeader();
    TcpPacket.TcpHeader tcp = packet.get(TcpPacket.class).getHeader();
    try (Bytes bytes = Bytes.of(frame)) {
      assertTrue(Ethernet.isValid(bytes, 0, frame.length));
      assertEquals(0x0200_0a01_0203L, Ethernet.destination(bytes, 0));
      assertEquals(0x0200_c633_64c8L, Ethernet.source(bytes, 0));
      assertEquals(Ethernet.ETHERTYPE_IPV4, Ethernet.type(bytes, 0));
      assertTrue(Ipv4.isValid(bytes, 14, frame.length - 14));
      assertEquals(4, Ipv4.version(bytes, 14));
      assertEquals(ip.length(), Ipv4.headerLength(bytes, 14));
      assertEquals(ip.getTotalLengthAsInt(), Ipv4.totalLength(bytes, 14));
      assertEquals(ip.getIdentificationAsInt(), Ipv4.id(bytes, 14));
      assertEquals(Ipv4.DONT_FRAGMENT, Ipv4.fragment(bytes, 14));
      assertEquals(ip.getTtlAsInt(), Ipv4.ttl(bytes, 14));
      assertEquals(Ipv4.TCP, Ipv4.protocol(bytes, 14));
      assertEquals(ip.getHeaderChecksum() & 0xffff, Ipv4.checksum(bytes, 14));
      assertArrayEquals(ip.getSrcAddr().getAddress(), bytes.copy(14 + Ipv4.SOURCE, 4));
      assertEquals(0xc633_64c8, Ipv4.source(bytes, 14));
      assertEquals(0x0a01_0203, Ipv4.destination(bytes, 14));
      assertTrue(Tcp.isValid(bytes, 34, frame.length - 34));
      assertEquals(40_000 << 16 | 443, Tcp.ports(bytes, 34));
      assertEquals(tcp.getSrcPort().valueAsInt(), Tcp.sourcePort(bytes, 34));
      assertEquals(tcp.getDstPort().valueAsInt(), Tcp.destinationPort(bytes, 34));
      assertEquals(tcp.getSequenceNumber(), Tcp.sequence(bytes, 34));
      assertEquals(tcp.getAcknowledgmentNumber(), Tcp.acknowledgement(bytes, 34));
      assertEquals(tcp.length(), Tcp.headerLength(bytes, 34));
      assertEquals(Tcp.SYN | Tcp.CWR, Tcp.flags(bytes, 34));
      assertEquals(tcp.getWindowAsInt(), Tcp.window(bytes, 34));
      assertEquals(tcp.getChecksum() & 0xffff, Tcp.checksum(bytes, 34));
    }
  }

  @Test
  void readsIcmpQueries() throws Exception {
    byte[] frame = FrameBuilder.echo("10.1.2.3", "10.1.2.4", 0xabcd, 0x8001).build();
    IcmpV4EchoPacket.IcmpV4EchoHeader echo =
        EthernetPacket.newPacket(frame, 0, frame.length).get(IcmpV4EchoPacket.class).getHeader();
    try (Bytes bytes = Bytes.of(frame)) {
      assertEquals(0x0800, Icmp.typeCode(bytes, 34));
      assertEquals(echo.getIdentifierAsInt(), Icmp.identifier(bytes, 34));
      assertEquals(echo.getSequenceNumberAsInt(), Icmp.sequence(bytes, 34));
    }
    assertTrue(Icmp.hasIdentifier(Icmp.TIMESTAMP));
    assertFalse(Icmp.hasIdentifier(Icmp.UNREACHABLE));
    assertFalse(Icmp.hasIdentifier(40));
    assertTrue(Icmp.isError(Icmp.TIME_EXCEEDED));
    assertFalse(Icmp.isError(Icmp.ECHO_REPLY));
    assertFalse(Icmp.isError(Icmp.UNREACHABLE + 32));
  }

  @Test
  void writesTheHeadersThatTheBuilderWrites() {
    byte[] vxlan =
        FrameBuilder.arp(2, "10.10.1.5", "10.10.1.9").padding(0).vxlan(0xabcdef).vlan(77).build();
    try (Bytes bytes = Bytes.allocate(vxlan.length)) {
      Ethernet.write(bytes, 0, 0x0200_c000_0201L, 0x0200_c000_0202L, Ethernet.ETHERTYPE_VLAN);
      Vlan.write(bytes, 12, Ethernet.ETHERTYPE_VLAN, 77);
      bytes.putU16(16, Ethernet.ETHERTYPE_IPV4);
      int total = vxlan.length - 18;
      Ipv4.write(bytes, 18, total, 0, Ipv4.DONT_FRAGMENT, 64, Ipv4.UDP, 0xc000_0202, 0xc000_0201);
      Udp.setPorts(bytes, 38, 50_000 << 16 | 4789);
      Udp.setLength(bytes, 38, total - 20);
      Udp.clearChecksum(bytes, 38);
      Vxlan.write(bytes, 46, 0xabcdef);
      Ethernet.setDestination(bytes, 54, 0x0200_0a0a_0109L);
      Ethernet.setSource(bytes, 54, 0x0200_0a0a_0105L);
      Ethernet.setType(bytes, 54, Ethernet.ETHERTYPE_ARP);
      Arp.write(
          bytes, 68, Arp.REPLY, 0x0200_0a0a_0105L, 0x0a0a_0105, 0x0200_0a0a_0109L, 0x0a0a_0109);
      assertArrayEquals(vxlan, bytes.copy(0, vxlan.length));
      assertEquals(0xabcdef, Vxlan.vni(bytes, 46));
      assertTrue(Vxlan.hasVni(bytes, 46));
      assertEquals(77, Vlan.id(bytes, 12));
      assertEquals(Ethernet.ETHERTYPE_IPV4, Vlan.nextType(bytes, 12));
      assertTrue(Arp.isValid(bytes, 68, 28));
      assertFalse(Arp.isValid(bytes, 68, 27));
      assertEquals(0x0200_0a0a_0105L, Arp.senderMac(bytes, 68));
      assertEquals(0x0200_0a0a_0109L, Arp.targetMac(bytes, 68));
    }
  }

  @Test
  void aUdpChecksumThatComesOutAsZeroIsSentAsOnes() {
    byte[] datagram = FrameBuilder.udp("10.1.2.3", 1, "10.1.2.4", 2).payload(2).datagram();
    try (Bytes bytes = Bytes.of(datagram)) {
      bytes.putU16(28, 0);
      Udp.updateChecksum(bytes, 20, 0x0a01_0203, 0x0a01_0204);
      bytes.putU16(28, Udp.checksum(bytes, 20));
      Udp.updateChecksum(bytes, 20, 0x0a01_0203, 0x0a01_0204);
      assertEquals(0xffff, Udp.checksum(bytes, 20));
      assertTrue(Checksum.isTransportRight(bytes, 0, 20, datagram.length));
    }
  }

  @Test
  void onlyTheFlagsOfLinuxConntrackAreLegal() {
    int legal = 0;
    for (int flags = 0; flags < 256; flags++) {
      legal += Tcp.areFlagsLegal(flags) ? 1 : 0;
    }
    assertEquals(9 * 8, legal);
    assertTrue(Tcp.areFlagsLegal(Tcp.FIN | Tcp.ACK | Tcp.PSH));
    assertFalse(Tcp.areFlagsLegal(Tcp.FIN));
    assertFalse(Tcp.areFlagsLegal(Tcp.SYN | Tcp.RST));
    assertFalse(Tcp.areFlagsLegal(Tcp.PSH));
  }

  @Test
  void multicastMacsKeepTwentyThreeBits() {
    assertEquals(0x0100_5e7f_0102L, Ethernet.multicastMac(0xefff_0102));
  }
}
