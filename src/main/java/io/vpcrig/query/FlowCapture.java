package io.vpcrig.query;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.LinkType;
import io.vpcrig.frame.Verdict;
import io.vpcrig.header.Ethernet;
import io.vpcrig.header.Icmp;
import io.vpcrig.header.Ipv4;
import io.vpcrig.header.Tcp;
import io.vpcrig.header.Udp;
import io.vpcrig.io.FrameComment;
import io.vpcrig.io.MemorySource;
import io.vpcrig.io.OutputLayout;
import io.vpcrig.io.PcapngWriter;
import io.vpcrig.model.Flow;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Segment;
import java.io.IOException;
import java.util.List;

/**
 * Writes flows as a capture: for each the first frame of its connection, untagged Ethernet, a
 * microsecond apart from 1970 on. TCP begins with a SYN; everything else has no data.
 */
public final class FlowCapture {
  private static final int TTL = 64;
  private static final int WINDOW = 0xffff;
  private static final int BATCH = 256;

  private FlowCapture() {}

  /**
   * @param file where to; it appears whole or not at all
   */
  public static void write(String file, List<Flow> flows) throws IOException {
    OutputLayout layout = new OutputLayout(List.of("flows"), LinkType.ETHERNET);
    try (MemorySource source = MemorySource.of(flows.stream().map(FlowCapture::frame).toList());
        FrameBatch batch = new FrameBatch(BATCH)) {
      PcapngWriter writer = new PcapngWriter(file, layout, FrameComment.NONE, false, false);
      try {
        for (int read = source.read(batch); read > 0; read = source.read(batch)) {
          for (int i = 0; i < batch.size; i++) {
            batch.verdict[i] = Verdict.FORWARD;
            batch.outSegment[i] = 0;
            writer.write(batch, i);
          }
          batch.clear();
        }
      } catch (IOException e) {
        writer.abort();
        throw e;
      }
      writer.close();
    }
  }

  /** The frame that opens a flow. */
  static byte[] frame(Flow flow) {
    int l4Length = l4Length(flow.protocol());
    int length = Ethernet.LENGTH + Ipv4.MIN_LENGTH + l4Length;
    try (Bytes bytes = Bytes.allocate(length)) {
      Ethernet.write(
          bytes,
          0,
          Segment.derivedMac(flow.destination()),
          Segment.derivedMac(flow.source()),
          Ethernet.ETHERTYPE_IPV4);
      Ipv4.write(
          bytes,
          Ethernet.LENGTH,
          Ipv4.MIN_LENGTH + l4Length,
          0,
          Ipv4.DONT_FRAGMENT,
          TTL,
          flow.protocol(),
          flow.source(),
          flow.destination());
      transport(bytes, Ethernet.LENGTH + Ipv4.MIN_LENGTH, flow);
      byte[] frame = new byte[length];
      bytes.get(0, frame, 0, length);
      return frame;
    }
  }

  private static int l4Length(int protocol) {
    return switch (protocol) {
      case Protocol.TCP -> Tcp.MIN_LENGTH;
      case Protocol.UDP -> Udp.LENGTH;
      case Protocol.ICMP -> Icmp.LENGTH;
      default -> 0;
    };
  }

  private static void transport(Bytes bytes, int l4, Flow flow) {
    switch (flow.protocol()) {
      case Protocol.TCP -> {
        bytes.fill(l4, Tcp.MIN_LENGTH, 0);
        Tcp.setPorts(bytes, l4, flow.ports());
        bytes.putI32(l4 + Tcp.DATA_OFFSET, Tcp.MIN_LENGTH << 26 | Tcp.SYN << 16 | WINDOW);
        Tcp.updateChecksum(bytes, l4, Tcp.MIN_LENGTH, flow.source(), flow.destination());
      }
      case Protocol.UDP -> {
        Udp.setPorts(bytes, l4, flow.ports());
        Udp.setLength(bytes, l4, Udp.LENGTH);
        Udp.updateChecksum(bytes, l4, flow.source(), flow.destination());
      }
      case Protocol.ICMP -> {
        bytes.fill(l4, Icmp.LENGTH, 0);
        Icmp.setTypeCode(bytes, l4, flow.icmpType() << 8 | flow.icmpCode());
        Icmp.setIdentifier(bytes, l4, flow.icmpId());
        Icmp.updateChecksum(bytes, l4, Icmp.LENGTH);
      }
      default -> {}
    }
  }
}
