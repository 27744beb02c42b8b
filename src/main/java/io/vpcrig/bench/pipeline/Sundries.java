package io.vpcrig.bench.pipeline;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.LinkType;
import io.vpcrig.header.Icmp;
import io.vpcrig.header.Ipv4;
import io.vpcrig.header.Tcp;
import io.vpcrig.tunnel.SegmentTable;

/**
 * Frames that do not go the usual way, one after the other, over and over: one that a list denies,
 * an echo request to the router, one between two hosts of a tier, a datagram in two fragments, and
 * a fragment whose rest never comes. Thread: one reader.
 */
final class Sundries implements AutoCloseable {
  /** What there is, in this order. */
  enum Kind {
    DENIED,
    ECHO,
    SWITCHED,
    FIRST_FRAGMENT,
    LAST_FRAGMENT,
    ORPHAN
  }

  private static final Kind[] KINDS = Kind.values();

  /** A port that no list mentions. */
  private static final int DENIED_PORT = 9;

  private static final int FIRST_NUMBER_BIT = 40;

  /** Bytes of the datagram that comes in fragments, and of its first one's data. */
  private static final int DATAGRAM = Ipv4.MIN_LENGTH + 40;

  private static final int FIRST_DATA = 24;
  private static final int GUEST_FRAME = 14 + DATAGRAM;

  private final Bytes bytes = Bytes.allocate(KINDS.length * FlowFrames.HEAD);
  private final int length;
  private long count;

  Sundries(Scenario scenario, SegmentTable segments) {
    FlowFrames frames = new FlowFrames(segments, scenario.size());
    Flow flow =
        new Flow(
            new Scenario(
                Variant.VXLAN_VXLAN,
                1,
                scenario.size(),
                scenario.tiers(),
                scenario.rules(),
                0,
                scenario.batch()));
    flow.number(0);
    length = GUEST_FRAME + frames.around(flow.clientSegment);
    for (Kind kind : KINDS) {
      // A source port for each, that no other flow has.
      flow.number(0);
      flow.clientPort = 1 + kind.ordinal();
      int at = kind.ordinal() * FlowFrames.HEAD;
      write(kind, at, frames, flow, segments);
    }
  }

  /** Frames of a kind among those added until now. */
  long count(Kind kind) {
    return (count + KINDS.length - 1 - kind.ordinal()) / KINDS.length;
  }

  /** Adds the next, both fragments of a datagram at once; the batch must have room for two. */
  void addTo(FrameBatch batch, long nowNs) {
    boolean first = count % KINDS.length == Kind.FIRST_FRAGMENT.ordinal();
    addOne(batch, nowNs);
    if (first) {
      addOne(batch, nowNs);
    }
  }

  private void addOne(FrameBatch batch, long nowNs) {
    int kind = (int) (count % KINDS.length);
    int i = batch.add(length);
    batch.bytes.put(batch.start[i], bytes, kind * FlowFrames.HEAD, length);
    batch.number[i] = (1L << FIRST_NUMBER_BIT) + count++;
    batch.timestampNs[i] = nowNs;
    batch.missing[i] = 0;
    batch.link[i] = LinkType.ETHERNET;
    batch.inputInterface[i] = 0;
  }

  @Override
  public void close() {
    bytes.close();
  }

  private void write(Kind kind, int at, FlowFrames frames, Flow flow, SegmentTable segments) {
    switch (kind) {
      case DENIED -> flow.dialledPort = DENIED_PORT;
      case SWITCHED -> flow.dialled = flow.client ^ 1;
      case ECHO -> flow.dialled = segments.routerAddress(flow.clientSegment);
      case FIRST_FRAGMENT, LAST_FRAGMENT -> flow.clientPort = 1 + Kind.FIRST_FRAGMENT.ordinal();
      case ORPHAN -> {}
    }
    int l3 = frames.fromClient(bytes, at, flow, Tcp.SYN, length);
    int l4 = l3 + Ipv4.MIN_LENGTH;
    switch (kind) {
      case ECHO -> {
        Ipv4.setProtocol(bytes, l3, Ipv4.ICMP);
        bytes.putI32(l4, Icmp.ECHO_REQUEST << 24);
        bytes.putI32(l4 + 4, 1 << 16 | 1);
        bytes.fill(l4 + 8, DATAGRAM - Ipv4.MIN_LENGTH - 8, 0);
        Icmp.updateChecksum(bytes, l4, DATAGRAM - Ipv4.MIN_LENGTH);
      }
      case FIRST_FRAGMENT, ORPHAN -> {
        Ipv4.setId(bytes, l3, 1 + kind.ordinal());
        Ipv4.setFragment(bytes, l3, Ipv4.MORE_FRAGMENTS);
        Ipv4.setTotalLength(bytes, l3, Ipv4.MIN_LENGTH + FIRST_DATA);
      }
      case LAST_FRAGMENT -> {
        Ipv4.setId(bytes, l3, 1 + Kind.FIRST_FRAGMENT.ordinal());
        Ipv4.setFragment(bytes, l3, FIRST_DATA / 8);
        Ipv4.setTotalLength(bytes, l3, DATAGRAM - FIRST_DATA);
        bytes.fill(l4, DATAGRAM - Ipv4.MIN_LENGTH - FIRST_DATA, 0);
      }
      default -> {}
    }
    Ipv4.updateChecksum(bytes, l3);
  }
}
