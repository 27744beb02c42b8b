package io.vpcrig.tunnel;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.LinkType;
import io.vpcrig.header.Ethernet;
import io.vpcrig.header.Ipv4;
import io.vpcrig.stage.Stage;
import io.vpcrig.stage.StageContext;
import io.vpcrig.telemetry.TraceStep;

/**
 * Last stage: wraps every live frame for the segment it leaves by. What stood before the IPv4 or
 * ARP header is written over, padding behind the datagram is left away, and the frame is Ethernet
 * from now on. Reads l3, l3End, family, outSegment, nextHopMac and nextHopEndpoint (of extras too);
 * writes start, length, missing and link. Verdicts are not touched.
 *
 * <p>Outer headers are of the IPv4 datagram as it was on the wire, also where the capture cut it. A
 * tunnel packet longer than 65535 bytes (only captures made with segmentation offload have such)
 * carries 0 in both outer length fields, as Linux' BIG TCP does. Thread: one worker.
 */
public final class EncapStage implements Stage {
  private final Headers headers;
  private final SegmentTable table;

  /**
   * @param headers the worker's, whatever table it was used with before
   */
  public EncapStage(Headers headers, SegmentTable table) {
    this.headers = headers;
    this.table = table;
  }

  @Override
  public void process(FrameBatch batch, StageContext context) {
    headers.use(table);
    int count = batch.liveCount;
    for (int k = 0; k < count; k++) {
      int i = batch.live[k];
      encap(batch, i);
      if (batch.trace[i] != 0) {
        context.trace(batch, i, TraceStep.ENCAP, batch.outSegment[i], 0, 0, 0);
      }
    }
  }

  private void encap(FrameBatch batch, int i) {
    Bytes bytes = batch.bytes;
    int l3 = batch.l3[i];
    int datagram = batch.l3End[i] - l3;
    int present = Math.min(batch.start[i] + batch.length[i] - l3, datagram);
    boolean ipv4 = batch.family[i] == 4;
    int length =
        headers.write(
            bytes.window(l3 - Headers.LINE, Headers.LINE),
            batch.outSegment[i],
            batch.nextHopMac[i],
            batch.nextHopEndpoint[i],
            datagram,
            ipv4 ? flowHash(bytes, l3, present) : 0);
    if (!ipv4) {
      bytes.putU16(l3 - 2, Ethernet.ETHERTYPE_ARP);
    }
    batch.start[i] = l3 - length;
    batch.length[i] = length + present;
    batch.missing[i] = datagram - present;
    batch.link[i] = LinkType.ETHERNET;
  }

  /**
   * The hash of the datagram at {@code l3}: of addresses and protocol only if it has no ports, or
   * is a fragment.
   */
  private static int flowHash(Bytes bytes, int l3, int present) {
    int protocol = Ipv4.protocol(bytes, l3);
    int l4 = Ipv4.headerLength(bytes, l3);
    boolean ported =
        (protocol == Ipv4.TCP || protocol == Ipv4.UDP)
            && !Ipv4.isFragment(Ipv4.fragment(bytes, l3))
            && present >= l4 + 4;
    return Headers.flowHash(
        Ipv4.source(bytes, l3),
        Ipv4.destination(bytes, l3),
        ported ? bytes.i32(l3 + l4) : 0,
        protocol);
  }
}
