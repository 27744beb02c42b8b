package io.vpcrig.query.cases;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.LinkType;
import io.vpcrig.frame.Verdict;
import io.vpcrig.io.OutputLayout;
import io.vpcrig.io.PcapngWriter;
import io.vpcrig.model.Flow;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Vpc;
import io.vpcrig.query.Packet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Writes packets as a capture of what comes to the router: one interface for each segment, each
 * frame with the rule it is for as its comment. Frames are so far apart that no session of an
 * earlier one is left, and have source ports of their own.
 */
public final class ReachCapture {
  /** Longer than any session that one packet makes lasts, by Linux's time-outs: 600 s and more. */
  private static final long STEP_NS = 1_000_000_000_000L;

  private static final long START_NS = 1_700_000_000_000_000_000L;
  private static final int FIRST_PORT = 40_000;
  private static final int PORTS = 20_000;

  private ReachCapture() {}

  /**
   * Writes a file, whole or not at all.
   *
   * @return frames written
   */
  public static long write(String file, Vpc vpc, Map<Coverage.RuleName, Packet> packets)
      throws IOException {
    List<Segment> segments = vpc.segments();
    List<String> names = segments.stream().map(Segment::name).toList();
    Coverage.RuleName[] current = new Coverage.RuleName[1];
    ProbeFrames frames = new ProbeFrames(vpc.vxlan());
    long number = 0;
    PcapngWriter writer =
        new PcapngWriter(
            file,
            new OutputLayout(names, LinkType.ETHERNET),
            (batch, i) ->
                (current[0].list() + " #" + current[0].number()).getBytes(StandardCharsets.UTF_8),
            false,
            false);
    try (FrameBatch batch = new FrameBatch(4)) {
      for (Map.Entry<Coverage.RuleName, Packet> entry : packets.entrySet()) {
        current[0] = entry.getKey();
        Packet packet = distinct(entry.getValue(), (int) (number % PORTS));
        int in = names.indexOf(packet.in());
        batch.clear();
        int i = batch.add(ProbeFrames.length(packet, segments.get(in)));
        frames.write(batch.bytes, batch.start[i], packet, segments.get(in));
        batch.number[i] = ++number;
        batch.timestampNs[i] = START_NS + number * STEP_NS;
        batch.missing[i] = 0;
        batch.link[i] = LinkType.ETHERNET;
        batch.outSegment[i] = in;
        batch.verdict[i] = Verdict.FORWARD;
        writer.write(batch, i);
      }
    } catch (IOException | RuntimeException e) {
      writer.abort();
      throw e;
    }
    writer.close();
    return number;
  }

  private static Packet distinct(Packet packet, int k) {
    Flow flow = packet.flow();
    int high =
        switch (flow.protocol()) {
          case Protocol.TCP, Protocol.UDP -> FIRST_PORT + k;
          default -> k + 1;
        };
    Flow other =
        Flow.of(
            flow.protocol(),
            flow.source(),
            flow.destination(),
            high << 16 | flow.ports() & 0xffff,
            flow.via());
    return Packet.of(packet.in(), other, packet.tcpFlags(), packet.ttl(), packet.timeNs());
  }
}
