package io.vpcrig.bench.pipeline;

import io.vpcrig.bench.AnswerException;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.Verdict;
import io.vpcrig.model.Segment;
import io.vpcrig.tunnel.SegmentTable;
import java.util.Arrays;

/**
 * Whether frames left as they had to: through which network, to which neighbour, with which
 * addresses and ports, TTL and checksums. Reads the frames byte by byte and sums all their words
 * (RFC 1071), without anything that the data path uses.
 */
final class FrameCheck {
  private static final int ETHERNET = 14;
  private static final int TAG = 4;
  private static final int TUNNEL = 50;
  private static final int TCP = 6;
  private static final int UDP = 17;

  private final FlowTraffic traffic;
  private final SegmentTable segments;
  private final Flow flow;
  private byte[] frame;
  private long number;

  FrameCheck(Scenario scenario, FlowTraffic traffic, SegmentTable segments) {
    this.traffic = traffic;
    this.segments = segments;
    this.flow = new Flow(scenario);
  }

  /**
   * Checks every frame of a batch that went all the way.
   *
   * @throws AnswerException about the first that is wrong
   */
  void check(FrameBatch batch) {
    for (int i = 0; i < batch.size; i++) {
      number = batch.number[i];
      require(Verdict.FORWARD, batch.verdict[i], "verdict");
      frame = batch.bytes.copy(batch.start[i], batch.length[i]);
      flow.number(traffic.flow(number));
      boolean opens = traffic.opens(number);
      if (flow.backward && !opens) {
        left(flow.clientSegment, flow.dialled, flow.client, flow.dialledPort, flow.clientPort);
      } else {
        left(flow.serverSegment, flow.seen, flow.server, flow.clientPort, flow.serverPort);
      }
      if (!opens) {
        tunnel(flow.backward ? flow.clientSegment : flow.serverSegment);
      }
    }
  }

  private void left(int segment, int source, int destination, int sourcePort, int destinationPort) {
    boolean vxlan = segments.encapsulation(segment) == SegmentTable.VXLAN;
    int l2 = vxlan ? TUNNEL : 0;
    int l3 = l2 + ETHERNET + (vxlan ? 0 : TAG);
    if (vxlan) {
      require(0x0800, u16(12), "outer EtherType");
      require(UDP, u8(ETHERNET + 9), "outer protocol");
      require(0xffff, sum(ETHERNET, 20), "sum of the outer IPv4 header");
      require(frame.length - ETHERNET, u16(ETHERNET + 2), "outer total length");
      require(frame.length - ETHERNET - 20, u16(ETHERNET + 24), "outer UDP length");
      require(segments.vxlanPort(), u16(ETHERNET + 22), "outer UDP port");
      require(segments.tag(segment), i32(TUNNEL - 4) >>> 8, "network identifier");
    } else {
      require(0x8100, u16(12), "tag's EtherType");
      require(segments.tag(segment), u16(14), "VLAN");
    }
    require(0x0800, u16(l3 - 2), "EtherType");
    int neighbour = segment == 0 ? BenchVpc.PUBLIC_GATEWAY : destination;
    require(Segment.derivedMac(neighbour) >>> 16, i32(l2) & 0xffff_ffffL, "next hop's MAC");
    require(neighbour & 0xffff, u16(l2 + 4), "next hop's MAC");
    require(0x45, u8(l3), "version and length");
    require(frame.length - l3, u16(l3 + 2), "total length");
    require(FlowFrames.TTL - 1, u8(l3 + 8), "TTL");
    require(TCP, u8(l3 + 9), "protocol");
    require(0xffff, sum(l3, 20), "sum of the IPv4 header");
    require(source, i32(l3 + 12), "source");
    require(destination, i32(l3 + 16), "destination");
    int l4 = l3 + 20;
    require(sourcePort, u16(l4), "source port");
    require(destinationPort, u16(l4 + 2), "destination port");
    int length = frame.length - l4;
    require(0xffff, add(add(sum(l3 + 12, 8), add(TCP, length)), sum(l4, length)), "sum of TCP");
  }

  /** Where the far end of a tunnel is known, since its host has sent frames. */
  private void tunnel(int segment) {
    if (segments.encapsulation(segment) == SegmentTable.VXLAN) {
      int host = i32(TUNNEL + ETHERNET + 16);
      require(FlowFrames.endpoint(host), i32(ETHERNET + 16), "tunnel endpoint");
    }
  }

  private void require(long expected, long found, String what) {
    if (expected != found) {
      throw new AnswerException(
          "frame %d, flow %d: %s is %x, not %x; %s"
              .formatted(
                  number,
                  traffic.flow(number),
                  what,
                  found,
                  expected,
                  frame == null ? "" : Arrays.toString(frame)));
    }
  }

  private int u8(int at) {
    return frame[at] & 0xff;
  }

  private int u16(int at) {
    return u8(at) << 8 | u8(at + 1);
  }

  private int i32(int at) {
    return u16(at) << 16 | u16(at + 2);
  }

  /** Ones' complement sum of words; an odd last byte is the high half of one. */
  private int sum(int at, int length) {
    int sum = 0;
    for (int k = 0; k < length; k += 2) {
      sum = add(sum, k + 1 < length ? u16(at + k) : u8(at + k) << 8);
    }
    return sum;
  }

  private static int add(int a, int b) {
    return a + b > 0xffff ? a + b - 0xffff : a + b;
  }
}
