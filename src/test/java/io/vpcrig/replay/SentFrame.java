package io.vpcrig.replay;

import io.vpcrig.engine.Snapshot;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameSource;
import io.vpcrig.frame.LinkType;
import io.vpcrig.header.ChecksumPolicy;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.stage.StageContext;
import io.vpcrig.telemetry.TraceRing;
import io.vpcrig.tunnel.DecapStage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A frame that left a router, without its tag or tunnel.
 *
 * @param segment by its tag; "" if no segment has it
 * @param tunnelTo far tunnel endpoint, "" if there is no tunnel
 * @param macs destination and source MAC of the frame inside, hexadecimal
 * @param arp whether it is ARP, else IPv4
 * @param packet from the IPv4 header to the end by its total length, or the ARP body
 */
record SentFrame(String segment, String tunnelTo, String macs, boolean arp, String packet) {

  /** All frames of a capture; those without any tag are left out if they are ARP. */
  static List<SentFrame> read(FrameSource source, Snapshot snapshot) throws IOException {
    List<SentFrame> all = new ArrayList<>();
    DecapStage decap = new DecapStage(snapshot.segments(), ChecksumPolicy.VERIFY);
    StageContext mute = new StageContext(new TraceRing(1));
    try (FrameBatch batch = new FrameBatch(256)) {
      while (source.read(batch) > 0) {
        batch.startAll();
        decap.process(batch, mute);
        batch.spreadAll();
        for (int i = 0; i < batch.size; i++) {
          if (!isUnderlayArp(batch, i)) {
            all.add(of(batch, i, snapshot));
          }
        }
        batch.clear();
      }
    }
    return all;
  }

  private static boolean isUnderlayArp(FrameBatch batch, int i) {
    return batch.bytes.u16(batch.start[i] + 12) == 0x0806;
  }

  private static SentFrame of(FrameBatch batch, int i, Snapshot snapshot) {
    if (batch.link[i] != LinkType.ETHERNET || batch.l3[i] < 0 || batch.l2[i] < 0) {
      throw new AssertionError("frame " + batch.number[i] + " is neither IPv4 nor ARP");
    }
    boolean tunnelled = batch.remoteEndpoint[i] != 0;
    return new SentFrame(
        batch.segment[i] < 0 ? "" : snapshot.segments().name(batch.segment[i]),
        tunnelled ? Ipv4Text.format(batch.bytes.i32(batch.start[i] + 14 + 16)) : "",
        HexFormat.of().formatHex(batch.bytes.copy(batch.l2[i], 12)),
        batch.family[i] == 0,
        HexFormat.of().formatHex(batch.bytes.copy(batch.l3[i], batch.l3End[i] - batch.l3[i])));
  }

  /** As {@link #packet} without what a router is free to choose: IPv4 identification and sums. */
  SentFrame withoutIdentification() {
    return new SentFrame(
        segment,
        tunnelTo,
        macs,
        arp,
        arp
            ? packet
            : packet.substring(0, 8)
                + "----"
                + packet.substring(12, 20)
                + "----"
                + packet.substring(24));
  }

  SentFrame withoutTunnel() {
    return new SentFrame(segment, "", macs, arp, packet);
  }

  int u8(int at) {
    return Integer.parseInt(packet, 2 * at, 2 * at + 2, 16);
  }

  /** ARP operation: 1 request, 2 reply. */
  int operation() {
    return u8(7);
  }

  boolean isTcpReset() {
    return !arp && u8(9) == 6 && (u8((u8(0) & 15) * 4 + 13) & 4) != 0;
  }
}
