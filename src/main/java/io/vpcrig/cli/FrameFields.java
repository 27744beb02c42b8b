package io.vpcrig.cli;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.LinkType;
import io.vpcrig.header.Arp;
import io.vpcrig.header.Ethernet;
import io.vpcrig.header.Icmp;
import io.vpcrig.header.Ipv4;
import io.vpcrig.header.Tcp;
import io.vpcrig.header.Udp;
import io.vpcrig.header.Vlan;
import io.vpcrig.header.Vxlan;
import io.vpcrig.model.Ipv4Text;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The fields of a frame by name, in wire order, so that two frames can be compared field by field.
 * Headers inside VXLAN have names that begin with {@code inner}. What is left, or can't be read, is
 * the payload, in hexadecimal.
 */
final class FrameFields {
  private final Bytes bytes;
  private final List<Integer> vxlanPorts;
  private final Map<String, String> fields = new LinkedHashMap<>();
  private final int end;
  private String prefix = "";

  private FrameFields(Bytes bytes, int end, List<Integer> vxlanPorts) {
    this.bytes = bytes;
    this.end = end;
    this.vxlanPorts = vxlanPorts;
  }

  /**
   * @param link {@link LinkType}; anything but Ethernet is read as payload, IP excepted
   * @param vxlanPorts UDP destination ports whose payload is read as VXLAN
   */
  static Map<String, String> of(
      Bytes bytes, int start, int length, int link, List<Integer> vxlanPorts) {
    FrameFields reader = new FrameFields(bytes, start + length, vxlanPorts);
    int at = start;
    if (link == LinkType.ETHERNET) {
      reader.ethernet(at);
    } else if (link == LinkType.RAW || link == LinkType.IPV4) {
      reader.ipv4(at);
    } else {
      reader.payload(at);
    }
    return reader.fields;
  }

  private void ethernet(int at) {
    if (!Ethernet.isValid(bytes, at, end - at)) {
      payload(at);
      return;
    }
    put("ethernet.destination", Ipv4Text.formatMac(Ethernet.destination(bytes, at)));
    put("ethernet.source", Ipv4Text.formatMac(Ethernet.source(bytes, at)));
    int type = Ethernet.type(bytes, at);
    int next = at + Ethernet.TYPE;
    for (int tag = 1; Vlan.isTag(type) && Vlan.isValid(bytes, next, end - next); tag++) {
      put("vlan." + tag, "%d (0x%04x)".formatted(Vlan.id(bytes, next), type));
      type = Vlan.nextType(bytes, next);
      next += Vlan.LENGTH;
    }
    next += Ethernet.LENGTH - Ethernet.TYPE;
    put("ethernet.type", "0x%04x".formatted(type));
    switch (type) {
      case Ethernet.ETHERTYPE_IPV4 -> ipv4(next);
      case Ethernet.ETHERTYPE_ARP -> arp(next);
      default -> payload(next);
    }
  }

  private void arp(int at) {
    if (!Arp.isValid(bytes, at, end - at)) {
      payload(at);
      return;
    }
    put("arp.operation", Integer.toString(Arp.operation(bytes, at)));
    put("arp.sender.mac", Ipv4Text.formatMac(Arp.senderMac(bytes, at)));
    put("arp.sender", Ipv4Text.format(Arp.senderAddress(bytes, at)));
    put("arp.target", Ipv4Text.format(Arp.targetAddress(bytes, at)));
    payload(at + Arp.LENGTH);
  }

  private void ipv4(int at) {
    if (!Ipv4.isValid(bytes, at, end - at)) {
      payload(at);
      return;
    }
    put("ip.source", Ipv4Text.format(Ipv4.source(bytes, at)));
    put("ip.destination", Ipv4Text.format(Ipv4.destination(bytes, at)));
    put("ip.length", Integer.toString(Ipv4.totalLength(bytes, at)));
    put("ip.id", Integer.toString(Ipv4.id(bytes, at)));
    put("ip.fragment", "0x%04x".formatted(Ipv4.fragment(bytes, at)));
    put("ip.ttl", Integer.toString(Ipv4.ttl(bytes, at)));
    put("ip.protocol", Integer.toString(Ipv4.protocol(bytes, at)));
    put("ip.checksum", "0x%04x".formatted(Ipv4.checksum(bytes, at)));
    int next = at + Ipv4.headerLength(bytes, at);
    boolean first = Ipv4.fragmentOffset(Ipv4.fragment(bytes, at)) == 0;
    switch (first ? Ipv4.protocol(bytes, at) : -1) {
      case Ipv4.TCP -> tcp(next);
      case Ipv4.UDP -> udp(next);
      case Ipv4.ICMP -> icmp(next);
      default -> payload(next);
    }
  }

  private void tcp(int at) {
    if (end - at < Tcp.MIN_LENGTH) {
      payload(at);
      return;
    }
    put("tcp.source", Integer.toString(Tcp.sourcePort(bytes, at)));
    put("tcp.destination", Integer.toString(Tcp.destinationPort(bytes, at)));
    put("tcp.sequence", Integer.toUnsignedString(Tcp.sequence(bytes, at)));
    put("tcp.acknowledgement", Integer.toUnsignedString(Tcp.acknowledgement(bytes, at)));
    put("tcp.flags", "0x%02x".formatted(Tcp.flags(bytes, at)));
    put("tcp.checksum", "0x%04x".formatted(Tcp.checksum(bytes, at)));
    payload(at + Tcp.MIN_LENGTH);
  }

  private void udp(int at) {
    if (end - at < Udp.LENGTH) {
      payload(at);
      return;
    }
    int port = Udp.destinationPort(bytes, at);
    put("udp.source", Integer.toString(Udp.sourcePort(bytes, at)));
    put("udp.destination", Integer.toString(port));
    put("udp.length", Integer.toString(Udp.length(bytes, at)));
    put("udp.checksum", "0x%04x".formatted(Udp.checksum(bytes, at)));
    int next = at + Udp.LENGTH;
    if (prefix.isEmpty() && vxlanPorts.contains(port) && Vxlan.isValid(bytes, next, end - next)) {
      put("vxlan.vni", Integer.toString(Vxlan.vni(bytes, next)));
      prefix = "inner ";
      ethernet(next + Vxlan.LENGTH);
    } else {
      payload(next);
    }
  }

  private void icmp(int at) {
    if (end - at < Icmp.LENGTH) {
      payload(at);
      return;
    }
    put("icmp.type", Integer.toString(Icmp.type(bytes, at)));
    put("icmp.code", Integer.toString(Icmp.code(bytes, at)));
    put("icmp.identifier", Integer.toString(Icmp.identifier(bytes, at)));
    put("icmp.checksum", "0x%04x".formatted(Icmp.checksum(bytes, at)));
    payload(at + Icmp.LENGTH);
  }

  private void payload(int at) {
    StringBuilder text = new StringBuilder();
    for (int k = at; k < end; k++) {
      text.append("%02x".formatted(bytes.u8(k)));
    }
    put("payload (" + Math.max(0, end - at) + " bytes)", text.toString());
  }

  private void put(String name, String value) {
    fields.put(prefix + name, value);
  }
}
