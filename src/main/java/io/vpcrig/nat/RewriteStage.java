package io.vpcrig.nat;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.header.Checksum;
import io.vpcrig.header.Icmp;
import io.vpcrig.header.Ipv4;
import io.vpcrig.header.Tcp;
import io.vpcrig.header.Udp;
import io.vpcrig.stage.Stage;
import io.vpcrig.stage.StageContext;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.telemetry.TraceStep;

/**
 * Writes what was decided into the headers of live IPv4 frames: addresses, ports or ICMP
 * identifier, a TTL of one less, and the checksums brought up to date by what changed (RFC 1624,
 * equation 3).
 *
 * <p>Left alone: ARP, frames of the router's own making, and everything behind the IPv4 header of
 * ICMP errors, which {@code session} translates together with the datagram they quote. A wrong
 * checksum stays as wrong as it was.
 *
 * <p>Takes for granted that the TTL is 2 or more: whoever decided to forward has looked.
 */
public final class RewriteStage implements Stage {
  /** Change of a header's sum when its TTL, the high half of a word, sinks by one. */
  private static final int TTL_DELTA = 0xffff - 0x0100;

  /** One in the TTL, the first of eight bytes. */
  private static final long TTL_ONE = 1L << 56;

  private static final int UDP_LITE = 136;
  private static final int DCCP = 33;

  /** UDP-Lite (RFC 3828 3.1) and DCCP (RFC 4340 5.1) keep their checksum where UDP does. */
  private static final int MIN_LITE_OR_DCCP = 8;

  private static final int ORIGINATED = Reason.ORIGINATED.number();
  private static final int RELATED = Reason.RELATED.number();

  private final boolean repair;

  /**
   * @param repair compute the checksums of whole datagrams anew, for captures made with checksum
   *     offload
   */
  public RewriteStage(boolean repair) {
    this.repair = repair;
  }

  @Override
  public void process(FrameBatch batch, StageContext context) {
    for (int k = 0; k < batch.liveCount; k++) {
      int i = batch.live[k];
      if (batch.family[i] == 4 && batch.reason[i] != ORIGINATED) {
        rewrite(batch, i);
        context.trace(
            batch,
            i,
            TraceStep.REWRITE,
            batch.newSource[i],
            batch.newDestination[i],
            batch.newPorts[i],
            batch.protocol[i]);
      }
    }
  }

  private void rewrite(FrameBatch batch, int i) {
    Bytes bytes = batch.bytes;
    int l3 = batch.l3[i];
    int newSource = batch.newSource[i];
    int newDestination = batch.newDestination[i];
    int addresses =
        Checksum.delta(batch.sourceAddress[i], newSource)
            + Checksum.delta(batch.destinationAddress[i], newDestination);
    // TTL, protocol, checksum and source lie together: one load, one store.
    long word = bytes.i64(l3 + Ipv4.TTL);
    long checksum = Checksum.updated((int) (word >>> 32) & 0xffff, addresses + TTL_DELTA);
    bytes.putI64(
        l3 + Ipv4.TTL,
        (word & 0xffff_0000_0000_0000L) - TTL_ONE | checksum << 32 | newSource & 0xffff_ffffL);
    bytes.putI32(l3 + Ipv4.DESTINATION, newDestination);
    int l4 = batch.reason[i] == RELATED ? FrameBatch.NONE : batch.l4[i];
    if (l4 != FrameBatch.NONE) {
      transport(batch, i, l4, addresses);
    }
    if (repair && batch.l3End[i] <= batch.start[i] + batch.length[i]) {
      Checksum.repair(bytes, l3, l4, batch.l3End[i]);
    }
  }

  private static void transport(FrameBatch batch, int i, int l4, int addresses) {
    Bytes bytes = batch.bytes;
    int ports = batch.ports[i];
    int newPorts = batch.newPorts[i];
    switch (batch.protocol[i]) {
      case Ipv4.TCP -> {
        int checksum = bytes.u16(l4 + Tcp.CHECKSUM);
        bytes.putU16(
            l4 + Tcp.CHECKSUM,
            Checksum.updated(checksum, addresses + Checksum.delta(ports, newPorts)));
        bytes.putI32(l4, newPorts);
      }
      case Ipv4.UDP -> {
        int checksum = bytes.u16(l4 + Udp.CHECKSUM);
        if (checksum != 0) {
          Udp.setChecksum(
              bytes, l4, Checksum.updated(checksum, addresses + Checksum.delta(ports, newPorts)));
        }
        bytes.putI32(l4, newPorts);
      }
      case Ipv4.ICMP -> {
        // No pseudo-header. Without an identifier both halves are 0 and nothing changes.
        int change = (ports ^ newPorts) >>> 16;
        int identifier = bytes.u16(l4 + Icmp.IDENTIFIER);
        int checksum = bytes.u16(l4 + Icmp.CHECKSUM);
        int delta = (identifier ^ 0xffff) + (identifier ^ change);
        bytes.putU16(l4 + Icmp.CHECKSUM, Checksum.updated(checksum, delta));
        bytes.putU16(l4 + Icmp.IDENTIFIER, identifier ^ change);
      }
      case UDP_LITE, DCCP -> {
        if (Math.min(batch.l3End[i], batch.start[i] + batch.length[i]) - l4 >= MIN_LITE_OR_DCCP) {
          int checksum = bytes.u16(l4 + Udp.CHECKSUM);
          bytes.putU16(l4 + Udp.CHECKSUM, Checksum.updated(checksum, addresses));
        }
      }
      default -> {}
    }
  }
}
