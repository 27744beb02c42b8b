package io.vpcrig.cli;

import io.vpcrig.engine.Snapshot;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameSink;
import io.vpcrig.model.Flow;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Vpc;
import io.vpcrig.query.Packet;
import io.vpcrig.query.ReferenceRouter;
import io.vpcrig.query.Story;
import io.vpcrig.telemetry.Reason;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gathers the headers that the lists were asked about, and how often: all that go into their
 * answers, so the source port, which no list looks at, is left out. Thread: the writer.
 */
final class StoriesSink implements FrameSink {
  /** Different headers that are kept; those beyond are counted, not told. */
  static final int MOST = 1 << 20;

  /** What is done with a header. */
  @FunctionalInterface
  interface Reader {
    void take(Story story, long packets);
  }

  private final Vpc vpc;
  private final List<Segment> segments;
  private final Map<Packet, Long> asked = new HashMap<>();
  private long left;

  StoriesSink(Snapshot snapshot) {
    vpc = snapshot.vpc();
    segments = vpc.segments();
  }

  @Override
  public void write(FrameBatch batch, int i) {
    switch (Reason.of(batch.reason[i])) {
      case ALLOW_RULE, ALLOW_DEFAULT, DENY_RULE, DENY_DEFAULT, DENY_NO_LIST -> add(batch, i);
      default -> {}
    }
  }

  private void add(FrameBatch batch, int i) {
    batch.spread(i);
    int protocol = batch.protocol[i];
    int ports = batch.ports[i] & 0xffff;
    Flow flow =
        Flow.of(
            protocol,
            batch.sourceAddress[i],
            batch.destinationAddress[i],
            ports | 1 << 16,
            Optional.empty());
    Packet packet =
        Packet.of(
            segments.get(batch.segment[i]).name(), flow, protocol == 6 ? Packet.SYN : 0, 64, 0);
    if (asked.size() < MOST || asked.containsKey(packet)) {
      asked.merge(packet, 1L, Long::sum);
    } else {
      left++;
    }
  }

  /** Frames with headers that were too many to keep. */
  long left() {
    return left;
  }

  /** Tells of each header, by the reference, as of the first packet in a new router. */
  void read(Reader reader) {
    asked.forEach((packet, packets) -> reader.take(new ReferenceRouter(vpc).send(packet), packets));
  }

  @Override
  public void close() {}
}
