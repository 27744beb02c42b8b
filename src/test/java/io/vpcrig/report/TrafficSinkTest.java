package io.vpcrig.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.config.VpcFile;
import io.vpcrig.engine.Accounting;
import io.vpcrig.engine.PacketPath;
import io.vpcrig.engine.PathOptions;
import io.vpcrig.engine.Snapshot;
import io.vpcrig.frame.BytesLedger;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameSink;
import io.vpcrig.frame.OutputOrder;
import io.vpcrig.frame.Verdict;
import io.vpcrig.io.CaptureReader;
import io.vpcrig.io.Captures;
import io.vpcrig.io.MemorySource;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.report.HeavyHitters.Total;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.testing.Allocation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Holds what a page shows against the counters of the run, over all shipped captures. */
class TrafficSinkTest {
  private static final long STEP_NS = 700_000_000L;

  private final long held = BytesLedger.heldBytes();
  private final SessionSeries sessions = new SessionSeries(1);
  private Snapshot snapshot;
  private Accounting counts;
  private TrafficSink traffic;
  private PacketPath path;
  private FrameBatch batch;

  @BeforeEach
  void make() throws Exception {
    snapshot = Snapshot.compile(VpcFile.read(Path.of("pcaps/vpc.yaml")), 1, Optional.empty());
    counts = new Accounting(snapshot.segments().size());
    traffic = new TrafficSink(snapshot);
    path = new PacketPath(new PathOptions(1 << 12, false, Optional.empty()));
    path.watch(sessions.of(0));
    batch = new FrameBatch(64);
  }

  @AfterEach
  void giveBack() {
    batch.close();
    path.close();
    assertEquals(held, BytesLedger.heldBytes(), "bytes of memory not given back");
  }

  @Test
  void totalsAreThoseOfTheRun() throws IOException {
    List<byte[]> frames = frames("");
    run(frames, 3 * frames.size());
    TimeSeries series = traffic.series;
    assertTrue(series.count() > 100, () -> series.count() + " intervals");
    long bytes = 0;
    for (int verdict = 0; verdict < Verdict.COUNT; verdict++) {
      assertEquals(counts.verdict(verdict), sum(series, verdict), Verdict.name(verdict));
      if (verdict != Verdict.ORIGINATED) {
        bytes += sum(series, Verdict.COUNT + verdict);
        boolean none = verdict == Verdict.PENDING || verdict == Verdict.HELD;
        assertEquals(!none, counts.verdict(verdict) > 0, Verdict.name(verdict));
      }
      for (int k = 0; k < series.count(); k++) {
        assertTrue(series.value(verdict, k) >= 0, "less than nothing");
      }
    }
    assertEquals(path.bytes(), bytes);
    assertEquals(
        counts.packets(), Stream.of(traffic.classes).mapToLong(TrafficSinkTest::sum).sum());
    assertEquals((3L * frames.size() - 1) * STEP_NS, traffic.lastNs - traffic.firstNs);
    long begun = 0;
    for (int k = 0; k < sessions.count(); k++) {
      begun += sessions.begun(k);
    }
    assertEquals(path.sessions().created(), begun);
    assertTrue(begun > 10);
    assertEquals(path.sessions().size(), sessions.entries(sessions.count() - 1));
    long sent = 0;
    long received = 0;
    for (Total total : traffic.hosts.largest(1_000)) {
      sent += total.bytes()[0];
      received += total.bytes()[1];
    }
    assertEquals(sent, received);
    long talked = traffic.conversations.largest(10_000).stream().mapToLong(Total::allBytes).sum();
    assertEquals(sent, talked);
  }

  @Test
  void aConversationHasBothDirectionsUnderTheNamesOfItsFirstPacket() throws IOException {
    List<byte[]> frames = frames("port-forward.pcap");
    run(frames, frames.size());
    Total tcp =
        traffic.conversations.largest(100).stream()
            .filter(total -> total.moreKey() >>> 32 == 6 && total.frames()[1] > 0)
            .findFirst()
            .orElseThrow();
    assertEquals(Ipv4Text.parse("203.0.113.11"), (int) tcp.key());
    assertEquals(8443, (int) tcp.moreKey() & 0xffff);
    assertTrue(tcp.frames()[0] > 1 && tcp.frames()[1] > 1, tcp::toString);
  }

  @Test
  void examplesAreTheFirstOfTheirKind() throws IOException {
    List<byte[]> frames = frames("denied-by-rule.pcap");
    long[] first = new long[Reason.LIMIT];
    FrameSink witness = new FirstFrames(first);
    run(frames, frames.size(), traffic, witness);
    int denied = Reason.DENY_RULE.number();
    ObjectNode told = JsonNodeFactory.instance.objectNode();
    traffic.reasons.write(denied, told);
    assertTrue(first[denied] > 0);
    assertEquals(first[denied], told.get("frame").asLong());
    assertTrue(told.get("flow").asText().startsWith("tcp 10.10.1.1"), told::toString);
    assertTrue(told.get("flow").asText().endsWith(":22"), told::toString);
  }

  @Test
  void allocatesNothingPerFrame() throws IOException {
    MemorySource source = new MemorySource(frames(""), Long.MAX_VALUE, STEP_NS, 1_000_000);
    OutputOrder order = new OutputOrder();
    FrameSink[] sinks = {traffic};
    try (source) {
      Allocation.assertNone(1_000, () -> process(source, order, sinks));
    }
  }

  private void run(List<byte[]> frames, int count) throws IOException {
    run(frames, count, counts, traffic);
  }

  private void run(List<byte[]> frames, int count, FrameSink... sinks) throws IOException {
    OutputOrder order = new OutputOrder();
    try (MemorySource source = new MemorySource(frames, count, STEP_NS, STEP_NS)) {
      while (process(source, order, sinks) > 0) {}
    }
  }

  private int process(MemorySource source, OutputOrder order, FrameSink[] sinks) {
    batch.clear();
    source.read(batch);
    path.process(batch, snapshot);
    order.over(batch);
    while (order.nextFrame()) {
      for (int i = order.next(); i != FrameBatch.NONE; i = order.next()) {
        for (FrameSink sink : sinks) {
          write(sink, i);
        }
      }
    }
    return batch.size;
  }

  private void write(FrameSink sink, int i) {
    try {
      sink.write(batch, i);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Frames of the shipped captures whose names begin so. */
  private static List<byte[]> frames(String name) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(Path.of("pcaps"))) {
      files =
          all.filter(file -> file.getFileName().toString().startsWith(name))
              .filter(file -> file.toString().matches(".*[a-z]\\.pcap"))
              .filter(file -> !file.toString().contains(".kernel."))
              .sorted()
              .toList();
    }
    List<byte[]> frames = new ArrayList<>();
    try (FrameBatch read = new FrameBatch(64)) {
      for (Path file : files) {
        try (CaptureReader reader = Captures.open(file.toString())) {
          for (read.clear(); reader.read(read) > 0; read.clear()) {
            for (int i = 0; i < read.size; i++) {
              frames.add(read.bytes.copy(read.start[i], read.length[i]));
            }
          }
        }
      }
    }
    return frames;
  }

  private static long sum(TimeSeries series, int column) {
    long sum = 0;
    for (int k = 0; k < series.count(); k++) {
      sum += series.value(column, k);
    }
    return sum;
  }

  private static long sum(long[] values) {
    return Arrays.stream(values).sum();
  }

  /** Notes the number of the first frame of each reason. */
  private record FirstFrames(long[] first) implements FrameSink {
    @Override
    public void write(FrameBatch batch, int i) {
      if (first[batch.reason[i]] == 0) {
        first[batch.reason[i]] = batch.number[i];
      }
    }

    @Override
    public void close() {}
  }
}
