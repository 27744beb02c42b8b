package io.vpcrig.testing;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.LinkType;
import io.vpcrig.header.PlainChecksum;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Segment;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds test frames with right lengths and checksums, and with wrong ones where asked. Starts with
 * the inside ({@link #tcp}, {@link #udp}, {@link #icmp}, {@link #arp}, {@link #ipv4}, {@link
 * #raw}); {@link #vlan} and {@link #vxlan} wrap it, in this order from inside to outside: Ethernet,
 * VXLAN, tags of the underlay or, without VXLAN, tags of the frame. Uses no accessor of the
 * product, so that errors do not cancel out.
 */
public final class FrameBuilder {
  private static final byte[] NOTHING = {};

  private int type = 0x0800;
  private byte[] rawBody;
  private int protocol;
  private int source;
  private int destination;
  private int sourcePort;
  private int destinationPort;
  private int flags = 0x10;
  private int sequence = 1;
  private int acknowledgement = 1;
  private byte[] tcpOptions = NOTHING;
  private int icmpTypeCode;
  private int icmpRest;
  private byte[] payload = NOTHING;

  private int version = 4;
  private int headerWords = -1;
  private int totalLength = -1;
  private int id = 0x1234;
  private int fragment;
  private int ttl = 64;
  private int tos;
  private byte[] ipOptions = NOTHING;
  private int headerDamage;
  private int transportDamage;
  private boolean noUdpChecksum;
  private int udpLength = -1;
  private int dataOffset = -1;

  private long sourceMac = -1;
  private long destinationMac = -1;
  private int link = LinkType.ETHERNET;
  private final List<int[]> tags = new ArrayList<>();
  private final List<int[]> innerTags = new ArrayList<>();
  private int padding;

  private int vni = -1;
  private int vxlanPort = 4789;
  private int vxlanFlags = 0x08;
  private int underlaySource = Ipv4Text.parse("192.0.2.2");
  private int underlayDestination = Ipv4Text.parse("192.0.2.1");
  private boolean underlayChecksum;

  private FrameBuilder() {}

  // --- the inside ---

  /** A TCP segment with flag ACK, sequence and acknowledgement 1. */
  public static FrameBuilder tcp(String source, int sourcePort, String destination, int port) {
    FrameBuilder builder = ipv4(source, destination, 6);
    builder.sourcePort = sourcePort;
    builder.destinationPort = port;
    return builder;
  }

  public static FrameBuilder udp(String source, int sourcePort, String destination, int port) {
    FrameBuilder builder = ipv4(source, destination, 17);
    builder.sourcePort = sourcePort;
    builder.destinationPort = port;
    return builder;
  }

  /**
   * An ICMP message.
   *
   * @param rest bytes 4..7: identifier and sequence number of a query
   */
  public static FrameBuilder icmp(String source, String destination, int type, int code, int rest) {
    FrameBuilder builder = ipv4(source, destination, 1);
    builder.icmpTypeCode = type << 8 | code;
    builder.icmpRest = rest;
    return builder;
  }

  /** An echo request. */
  public static FrameBuilder echo(String source, String destination, int id, int sequence) {
    return icmp(source, destination, 8, 0, id << 16 | sequence);
  }

  /** An ICMP error about a datagram, of which the header and eight bytes are quoted. */
  public static FrameBuilder icmpError(
      String source, String destination, int type, int code, FrameBuilder about) {
    byte[] datagram = about.datagram();
    byte[] quote = new byte[Math.min(datagram.length, about.ipHeaderLength() + 8)];
    System.arraycopy(datagram, 0, quote, 0, quote.length);
    return icmp(source, destination, type, code, 0).payload(quote);
  }

  /** An IPv4 datagram of any protocol; 6, 17 and 1 get their headers, others are all payload. */
  public static FrameBuilder ipv4(String source, String destination, int protocol) {
    FrameBuilder builder = new FrameBuilder();
    builder.source = Ipv4Text.parse(source);
    builder.destination = Ipv4Text.parse(destination);
    builder.protocol = protocol;
    return builder;
  }

  /** An ARP request (operation 1) or reply (2) from the sender's derived MAC. */
  public static FrameBuilder arp(int operation, String sender, String target) {
    int from = Ipv4Text.parse(sender);
    int to = Ipv4Text.parse(target);
    Out out = new Out();
    out.u16(1).u16(0x0800).u8(6).u8(4).u16(operation);
    out.mac(Segment.derivedMac(from)).i32(from);
    out.mac(operation == 1 ? 0 : Segment.derivedMac(to)).i32(to);
    FrameBuilder builder = raw(0x0806, out.bytes());
    builder.source = from;
    builder.destination = to;
    builder.padding = 18;
    if (operation == 1) {
      builder.destinationMac = 0xffff_ffff_ffffL;
    }
    return builder;
  }

  /** Any Ethernet type and body. */
  public static FrameBuilder raw(int type, byte[] body) {
    FrameBuilder builder = new FrameBuilder();
    builder.type = type;
    builder.rawBody = body;
    return builder;
  }

  public FrameBuilder payload(byte[] bytes) {
    payload = bytes;
    return this;
  }

  /** A payload of {@code length} bytes 0, 1, 2... */
  public FrameBuilder payload(int length) {
    payload = new byte[length];
    for (int k = 0; k < length; k++) {
      payload[k] = (byte) k;
    }
    return this;
  }

  /** TCP flags octet. */
  public FrameBuilder flags(int octet) {
    flags = octet;
    return this;
  }

  public FrameBuilder sequence(int value) {
    sequence = value;
    return this;
  }

  public FrameBuilder acknowledgement(int value) {
    acknowledgement = value;
    return this;
  }

  /** TCP options; a multiple of four bytes. */
  public FrameBuilder tcpOptions(byte... options) {
    tcpOptions = options;
    return this;
  }

  public FrameBuilder ttl(int value) {
    ttl = value;
    return this;
  }

  public FrameBuilder tos(int value) {
    tos = value;
    return this;
  }

  public FrameBuilder id(int value) {
    id = value;
    return this;
  }

  /** Sets DF. */
  public FrameBuilder dontFragment() {
    fragment |= 0x4000;
    return this;
  }

  /** IPv4 options; a multiple of four bytes. */
  public FrameBuilder ipOptions(byte... options) {
    ipOptions = options;
    return this;
  }

  // --- things that are wrong ---

  /** Flips these bits of the IPv4 header checksum. */
  public FrameBuilder damageHeaderChecksum(int bits) {
    headerDamage = bits;
    return this;
  }

  /** Flips these bits of the TCP, UDP or ICMP checksum. */
  public FrameBuilder damageTransportChecksum(int bits) {
    transportDamage = bits;
    return this;
  }

  /** UDP without a checksum: the field is 0. */
  public FrameBuilder noUdpChecksum() {
    noUdpChecksum = true;
    return this;
  }

  public FrameBuilder version(int value) {
    version = value;
    return this;
  }

  public FrameBuilder headerWords(int value) {
    headerWords = value;
    return this;
  }

  public FrameBuilder totalLength(int value) {
    totalLength = value;
    return this;
  }

  public FrameBuilder udpLength(int value) {
    udpLength = value;
    return this;
  }

  /** TCP data offset in words. */
  public FrameBuilder dataOffset(int words) {
    dataOffset = words;
    return this;
  }

  // --- the outside ---

  public FrameBuilder macs(long from, long to) {
    sourceMac = from;
    destinationMac = to;
    return this;
  }

  /** Adds an 802.1Q tag inside those there are; with VXLAN, of the underlay. */
  public FrameBuilder vlan(int vlanId) {
    return tag(0x8100, vlanId);
  }

  /** Adds a service tag and a customer tag. */
  public FrameBuilder qinq(int outer, int inner) {
    return tag(0x88a8, outer).tag(0x8100, inner);
  }

  /** Adds a tag of any kind and control information. */
  public FrameBuilder tag(int tagType, int control) {
    tags.add(new int[] {tagType, control});
    return this;
  }

  /** Adds a tag to the frame inside the VXLAN tunnel. */
  public FrameBuilder innerTag(int tagType, int control) {
    innerTags.add(new int[] {tagType, control});
    return this;
  }

  public FrameBuilder vxlan(int identifier) {
    vni = identifier;
    return this;
  }

  public FrameBuilder vxlanPort(int port) {
    vxlanPort = port;
    return this;
  }

  public FrameBuilder vxlanFlags(int octet) {
    vxlanFlags = octet;
    return this;
  }

  /** Tunnel endpoints. */
  public FrameBuilder underlay(String from, String to) {
    underlaySource = Ipv4Text.parse(from);
    underlayDestination = Ipv4Text.parse(to);
    return this;
  }

  /** Gives the outer UDP header a checksum; without, it is 0. */
  public FrameBuilder underlayChecksum() {
    underlayChecksum = true;
    return this;
  }

  /** Zero bytes behind the datagram. */
  public FrameBuilder padding(int length) {
    padding = length;
    return this;
  }

  /** Link type of what {@link #build} makes; cooked and raw frames have no tags. */
  public FrameBuilder link(int linkType) {
    link = linkType;
    return this;
  }

  // --- the bytes ---

  /** The frame. */
  public byte[] build() {
    if (link != LinkType.ETHERNET) {
      return cooked();
    }
    if (vni < 0) {
      return ethernet(tags, type, body(), padding);
    }
    byte[] inner = ethernet(innerTags, type, body(), padding);
    byte[] vxlan = new Out().u8(vxlanFlags).u8(0).u16(0).i32(vni << 8).bytes(inner).bytes();
    FrameBuilder outer = new FrameBuilder();
    outer.source = underlaySource;
    outer.destination = underlayDestination;
    outer.protocol = 17;
    outer.sourcePort = 50_000;
    outer.destinationPort = vxlanPort;
    outer.payload = vxlan;
    outer.noUdpChecksum = !underlayChecksum;
    outer.id = 0;
    outer.fragment = 0x4000;
    outer.tags.addAll(tags);
    return outer.build();
  }

  /** Adds the frame to a batch, pending and live, with the next number; returns its index. */
  public int addTo(FrameBatch batch, long timestampNs) {
    return add(batch, build(), link, timestampNs);
  }

  /** Adds any bytes to a batch, pending and live, with the next number; returns their index. */
  public static int add(FrameBatch batch, byte[] frame, int linkType, long timestampNs) {
    int i = batch.add(frame.length);
    if (i == FrameBatch.NONE) {
      throw new IllegalStateException("the batch is full");
    }
    batch.bytes.put(batch.start[i], frame, 0, frame.length);
    batch.number[i] = i + 1;
    batch.timestampNs[i] = timestampNs;
    batch.missing[i] = 0;
    batch.link[i] = linkType;
    batch.inputInterface[i] = 0;
    batch.addLive(i);
    return i;
  }

  /** The IPv4 datagram or ARP message without anything before it or padding behind. */
  public byte[] datagram() {
    return body();
  }

  /** Splits the datagram: the fragment of {@code length} payload bytes from {@code offset} on. */
  public FrameBuilder fragment(int offset, int length, boolean more) {
    byte[] whole = transport();
    byte[] part = new byte[length];
    System.arraycopy(whole, offset, part, 0, length);
    Out out = new Out();
    ipHeader(out, length, fragment & 0xe000 | (more ? 0x2000 : 0) | offset / 8);
    FrameBuilder piece = raw(0x0800, out.bytes(part).bytes());
    piece.source = source;
    piece.destination = destination;
    piece.sourceMac = sourceMac;
    piece.destinationMac = destinationMac;
    piece.link = link;
    piece.tags.addAll(tags);
    piece.innerTags.addAll(innerTags);
    piece.vni = vni;
    piece.vxlanPort = vxlanPort;
    piece.underlaySource = underlaySource;
    piece.underlayDestination = underlayDestination;
    return piece;
  }

  /** Bytes of transport header and payload. */
  public int transportLength() {
    return transport().length;
  }

  private int ipHeaderLength() {
    return 20 + ipOptions.length;
  }

  private byte[] ethernet(List<int[]> ownTags, int innerType, byte[] body, int pad) {
    Out out = new Out();
    out.mac(destinationMac >= 0 ? destinationMac : Segment.derivedMac(destination));
    out.mac(sourceMac >= 0 ? sourceMac : Segment.derivedMac(source));
    for (int[] tag : ownTags) {
      out.u16(tag[0]).u16(tag[1]);
    }
    return out.u16(innerType).bytes(body).bytes(new byte[pad]).bytes();
  }

  private byte[] cooked() {
    long mac = sourceMac >= 0 ? sourceMac : Segment.derivedMac(source);
    Out out = new Out();
    switch (link) {
      case LinkType.LINUX_SLL -> out.u16(0).u16(1).u16(6).mac(mac).u16(0).u16(type);
      case LinkType.LINUX_SLL2 -> out.u16(type).u16(0).i32(2).u16(1).u8(0).u8(6).mac(mac).u16(0);
      default -> {}
    }
    return out.bytes(body()).bytes(new byte[padding]).bytes();
  }

  private byte[] body() {
    if (rawBody != null) {
      return rawBody;
    }
    byte[] transport = transport();
    Out out = new Out();
    ipHeader(out, transport.length, fragment);
    return out.bytes(transport).bytes();
  }

  private void ipHeader(Out out, int dataLength, int fragmentWord) {
    Out header = new Out();
    int words = headerWords >= 0 ? headerWords : ipHeaderLength() / 4;
    int total = totalLength >= 0 ? totalLength : ipHeaderLength() + dataLength;
    header.u8(version << 4 | words).u8(tos).u16(total).u16(id).u16(fragmentWord);
    header.u8(ttl).u8(protocol).u16(0).i32(source).i32(destination).bytes(ipOptions);
    byte[] bytes = header.bytes();
    int checksum = PlainChecksum.finish(PlainChecksum.sum(bytes, 0, bytes.length));
    put16(bytes, 10, checksum ^ headerDamage);
    out.bytes(bytes);
  }

  private byte[] transport() {
    return switch (protocol) {
      case 1 -> {
        byte[] message = new Out().u16(icmpTypeCode).u16(0).i32(icmpRest).bytes(payload).bytes();
        yield withChecksum(message, 2, 0);
      }
      case 6 -> {
        int words = dataOffset >= 0 ? dataOffset : 5 + tcpOptions.length / 4;
        Out out = new Out().u16(sourcePort).u16(destinationPort).i32(sequence).i32(acknowledgement);
        out.u8(words << 4).u8(flags).u16(0xffff).i32(0).bytes(tcpOptions).bytes(payload);
        byte[] segment = out.bytes();
        yield withChecksum(segment, 16, pseudo(segment.length));
      }
      case 17 -> {
        int length = udpLength >= 0 ? udpLength : 8 + payload.length;
        byte[] datagram =
            new Out()
                .u16(sourcePort)
                .u16(destinationPort)
                .u16(length)
                .u16(0)
                .bytes(payload)
                .bytes();
        if (noUdpChecksum) {
          yield datagram;
        }
        int covered = Math.min(length, datagram.length);
        int sum = PlainChecksum.add(pseudo(length), PlainChecksum.sum(datagram, 0, covered));
        int checksum = PlainChecksum.finish(sum);
        put16(datagram, 6, (checksum == 0 ? 0xffff : checksum) ^ transportDamage);
        yield datagram;
      }
      default -> payload;
    };
  }

  private int pseudo(int length) {
    return PlainChecksum.pseudoHeader(source, destination, protocol, length);
  }

  private byte[] withChecksum(byte[] message, int at, int pseudoSum) {
    int sum = PlainChecksum.add(pseudoSum, PlainChecksum.sum(message, 0, message.length));
    put16(message, at, PlainChecksum.finish(sum) ^ transportDamage);
    return message;
  }

  private static void put16(byte[] bytes, int at, int value) {
    bytes[at] = (byte) (value >>> 8);
    bytes[at + 1] = (byte) value;
  }

  /** Bytes in network order, one behind the other. */
  private static final class Out {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Out u8(int value) {
      out.write(value);
      return this;
    }

    Out u16(int value) {
      return u8(value >>> 8).u8(value);
    }

    Out i32(int value) {
      return u16(value >>> 16).u16(value);
    }

    Out mac(long mac) {
      return u16((int) (mac >>> 32)).i32((int) mac);
    }

    Out bytes(byte[] more) {
      out.write(more, 0, more.length);
      return this;
    }

    byte[] bytes() {
      return out.toByteArray();
    }
  }
}
