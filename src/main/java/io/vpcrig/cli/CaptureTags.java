package io.vpcrig.cli;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.LinkType;
import io.vpcrig.header.Ethernet;
import io.vpcrig.header.Ipv4;
import io.vpcrig.header.Udp;
import io.vpcrig.header.Vlan;
import io.vpcrig.header.Vxlan;
import io.vpcrig.model.Cidr;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the frames of a capture are tagged, and which /24s their IPv4 sources are in: what one needs
 * to know to write a VPC file for it. Knows nothing of a VPC, so any UDP to port 4789 or 8472 is
 * taken for VXLAN.
 */
final class CaptureTags {
  /** Subnets kept per tag; the rest is counted together. */
  private static final int MAX_SUBNETS = 256;

  /** One way of tagging. */
  static final class Tag {
    private final Map<String, Long> subnets = new TreeMap<>();
    private long frames;
    private long other;

    long frames() {
      return frames;
    }

    /** Frames by /24 of their IPv4 source. */
    Map<String, Long> subnets() {
      return subnets;
    }

    /** Frames that are not IPv4, or in none of {@link #subnets}. */
    long other() {
      return other;
    }
  }

  private final Map<String, Tag> tags = new TreeMap<>();

  Map<String, Tag> tags() {
    return tags;
  }

  /** Counts all frames of a batch. */
  void count(FrameBatch batch) {
    for (int i = 0; i < batch.size; i++) {
      frame(batch.bytes, batch.start[i], batch.start[i] + batch.length[i], batch.link[i]);
    }
  }

  private void frame(Bytes bytes, int start, int end, int link) {
    if (link == LinkType.ETHERNET) {
      ethernet(bytes, start, end, "", true);
    } else {
      boolean raw = link == LinkType.RAW || link == LinkType.IPV4;
      count("untagged", bytes, raw ? start : end, end);
    }
  }

  private void ethernet(Bytes bytes, int start, int end, String outer, boolean mayTunnel) {
    if (!Ethernet.isValid(bytes, start, end - start)) {
      count(outer.isEmpty() ? "untagged" : outer, bytes, end, end);
      return;
    }
    int type = Ethernet.type(bytes, start);
    int at = start + Ethernet.TYPE;
    StringBuilder tag = new StringBuilder(outer);
    while (Vlan.isTag(type) && Vlan.isValid(bytes, at, end - at)) {
      tag.append(tag.isEmpty() ? "" : ", ").append("vlan ").append(Vlan.id(bytes, at));
      type = Vlan.nextType(bytes, at);
      at += Vlan.LENGTH;
    }
    at += Ethernet.LENGTH - Ethernet.TYPE;
    boolean ip = type == Ethernet.ETHERTYPE_IPV4 && Ipv4.isValid(bytes, at, end - at);
    int inner = ip && mayTunnel ? tunnelled(bytes, at, end) : FrameBatch.NONE;
    if (inner != FrameBatch.NONE) {
      tag.append(tag.isEmpty() ? "" : ", ").append("vxlan ");
      tag.append(Vxlan.vni(bytes, inner));
      ethernet(bytes, inner + Vxlan.LENGTH, end, tag.toString(), false);
    } else {
      count(tag.isEmpty() ? "untagged" : tag.toString(), bytes, ip ? at : end, end);
    }
  }

  /** Where the VXLAN header of an IPv4 datagram is; NONE if it has none. */
  private static int tunnelled(Bytes bytes, int ip, int end) {
    int udp = ip + Ipv4.headerLength(bytes, ip);
    if (Ipv4.protocol(bytes, ip) != Ipv4.UDP
        || Ipv4.isFragment(Ipv4.fragment(bytes, ip))
        || end - udp < Udp.LENGTH + Vxlan.LENGTH) {
      return FrameBatch.NONE;
    }
    int port = Udp.destinationPort(bytes, udp);
    int vxlan = udp + Udp.LENGTH;
    boolean tunnel = (port == 4789 || port == 8472) && Vxlan.hasVni(bytes, vxlan);
    return tunnel ? vxlan : FrameBatch.NONE;
  }

  private void count(String name, Bytes bytes, int ip, int end) {
    Tag tag = tags.computeIfAbsent(name, unused -> new Tag());
    tag.frames++;
    if (end - ip < Ipv4.MIN_LENGTH || Ipv4.version(bytes, ip) != 4) {
      tag.other++;
      return;
    }
    Cidr subnet = new Cidr(Ipv4.source(bytes, ip) & Cidr.mask(24), 24);
    String text = subnet.toString();
    if (tag.subnets.size() < MAX_SUBNETS || tag.subnets.containsKey(text)) {
      tag.subnets.merge(text, 1L, Long::sum);
    } else {
      tag.other++;
    }
  }
}
